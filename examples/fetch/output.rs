//! A file that is there when all of it is there: until then it has another name, and goes with whoever writes it.

use std::io;
use std::path::{Path, PathBuf};
use std::process;

use hyper::body::Bytes;
use runtime::fs::{self, File};

/// A file under way.
pub(crate) struct Output {
    file: File,
    written: u64,
    partial: PathBuf,
    target: PathBuf,
}

impl Output {
    /// Begins with an empty file.
    pub(crate) async fn create(folder: &Path, name: &str) -> io::Result<Output> {
        let target = folder.join(name);
        // No name that is given begins with a dot, so this one is not taken, by another process neither.
        let partial = folder.join(format!(".{name}.{}.part", process::id()));
        let created = File::create(&partial).await;
        Ok(Output {
            file: created.map_err(|error| saving(&target, &error))?,
            written: 0,
            partial,
            target,
        })
    }

    /// Writes the next bytes.
    pub(crate) async fn write(&mut self, bytes: Bytes) -> io::Result<()> {
        let length = bytes.len() as u64;
        let (result, _) = self.file.write_all_at(bytes, self.written).await;
        self.written += length;
        result
            .map(drop)
            .map_err(|error| saving(&self.target, &error))
    }

    /// Gives the file its name.
    pub(crate) async fn finish(self) -> io::Result<()> {
        let renamed = fs::rename(&self.partial, &self.target).await;
        renamed.map_err(|error| saving(&self.target, &error))
    }
}

/// Makes the folder, if need be.
pub(crate) async fn create_folder(folder: &Path) -> io::Result<()> {
    let created = fs::create_dir_all(folder).await;
    created.map_err(|error| saving(folder, &error))
}

/// The error, and what was being done.
fn saving(path: &Path, error: &io::Error) -> io::Error {
    let words = format!("saving to {}: {error}", path.display());
    io::Error::new(error.kind(), words)
}

impl Drop for Output {
    fn drop(&mut self) {
        // When it has its name, there is nothing here to remove.
        let _ = std::fs::remove_file(&self.partial);
    }
}
