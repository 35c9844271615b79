//! A path for a file that nobody else has, and that is gone at the end of the test.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

#[derive(Debug)]
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    /// A path at which there is nothing.
    pub(crate) fn new() -> Scratch {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Relaxed);
        let name = format!("runtime-test-file-{}-{number}", std::process::id());
        Scratch(std::env::temp_dir().join(name))
    }

    /// One at which there is a file with these bytes.
    #[allow(dead_code, reason = "each test file takes what it needs")]
    pub(crate) fn with(bytes: impl AsRef<[u8]>) -> Scratch {
        let scratch = Scratch::new();
        std::fs::write(&scratch, bytes).expect("the temporary folder can be written to");
        scratch
    }

    /// What is in the file.
    #[allow(dead_code, reason = "each test file takes what it needs")]
    pub(crate) fn bytes(&self) -> Vec<u8> {
        std::fs::read(&self.0).expect("the file is there")
    }
}

impl AsRef<Path> for Scratch {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
