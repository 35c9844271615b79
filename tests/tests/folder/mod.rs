//! A folder that nobody else has, and that is gone at the end of the test.

use std::path::{Path, PathBuf};

use crate::scratch::Scratch;

#[derive(Debug)]
pub(crate) struct Folder(Scratch);

impl Folder {
    pub(crate) fn new() -> Folder {
        let path = Scratch::new();
        std::fs::create_dir(&path).expect("the temporary folder can be written to");
        Folder(path)
    }

    /// Of what is, or would be, in it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.as_ref().join(name)
    }

    /// Removes it, though a thread may still put something there.
    #[allow(dead_code, reason = "each test file takes what it needs")]
    pub(crate) fn leave(self) {
        while std::fs::remove_dir_all(&self.0).is_err() && self.0.as_ref().exists() {
            std::thread::yield_now();
        }
    }
}

impl AsRef<Path> for Folder {
    fn as_ref(&self) -> &Path {
        self.0.as_ref()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
