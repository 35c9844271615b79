//! What a folder tells of one of the things in it; it knows nothing of the others.

use std::ffi::OsString;
use std::fmt;
use std::fs::{self, FileType, Metadata};
use std::io;
use std::panic::Location;
use std::path::PathBuf;
use std::sync::Arc;

use net::while_doing;

use super::call::call;

/// Something in a folder: what [`ReadDir`](super::ReadDir) gives.
///
/// ```
/// use runtime::fs::{self, DirEntry};
///
/// # let path = std::env::temp_dir().join(format!("runtime-doc-dir-entry-{}", std::process::id()));
/// runtime::block_on(async {
///     # std::fs::create_dir(&path)?;
///     std::fs::write(path.join("file"), b"hello")?;
///     let entry: DirEntry = fs::read_dir(&path).await?.next_entry().await?.unwrap();
///     assert_eq!(entry.path(), path.join("file"));
///     # std::fs::remove_dir_all(&path)?;
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
pub struct DirEntry {
    entry: Arc<fs::DirEntry>,
    /// Most systems tell it with the name.
    kind: Option<FileType>,
}

impl DirEntry {
    /// By the thread that reads the folder, which may wait.
    pub(super) fn new(entry: fs::DirEntry) -> Self {
        DirEntry {
            kind: entry.file_type().ok(),
            entry: Arc::new(entry),
        }
    }

    #[cfg_attr(windows, allow(dead_code, reason = "numbers of files are Unix's"))]
    pub(super) fn as_std(&self) -> &fs::DirEntry {
        &self.entry
    }

    /// The folder's path, as it was given, and the name.
    ///
    /// ```
    /// # use runtime::fs;
    /// # let path = std::env::temp_dir().join(format!("runtime-doc-entry-path-{}", std::process::id()));
    /// runtime::block_on(async {
    ///     # std::fs::create_dir(&path)?;
    ///     std::fs::write(path.join("file"), b"hello")?;
    ///     let entry = fs::read_dir(&path).await?.next_entry().await?.unwrap();
    ///     assert_eq!(fs::read(entry.path()).await?, b"hello");
    ///     # std::fs::remove_dir_all(&path)?;
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn path(&self) -> PathBuf {
        self.entry.path()
    }

    /// The name alone.
    ///
    /// ```
    /// # use runtime::fs;
    /// # let path = std::env::temp_dir().join(format!("runtime-doc-entry-name-{}", std::process::id()));
    /// runtime::block_on(async {
    ///     # std::fs::create_dir(&path)?;
    ///     std::fs::write(path.join("file"), b"hello")?;
    ///     let entry = fs::read_dir(&path).await?.next_entry().await?.unwrap();
    ///     assert_eq!(entry.file_name(), "file");
    ///     # std::fs::remove_dir_all(&path)?;
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn file_name(&self) -> OsString {
        self.entry.file_name()
    }

    /// What the system knows of it. A symbolic link is looked at itself.
    ///
    /// # Errors
    /// What the system says, with the path in its words. It may be gone since the folder was read.
    ///
    /// # Cancel safety
    /// Nothing is lost with a dropped future.
    ///
    /// # Panics
    /// The future, outside of a runtime.
    ///
    /// ```
    /// # use runtime::fs;
    /// # let path = std::env::temp_dir().join(format!("runtime-doc-entry-metadata-{}", std::process::id()));
    /// runtime::block_on(async {
    ///     # std::fs::create_dir(&path)?;
    ///     std::fs::write(path.join("file"), b"hello")?;
    ///     let entry = fs::read_dir(&path).await?.next_entry().await?.unwrap();
    ///     assert_eq!(entry.metadata().await?.len(), 5);
    ///     # std::fs::remove_dir_all(&path)?;
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn metadata(&self) -> impl Future<Output = io::Result<Metadata>> + use<> {
        self.ask("DirEntry::metadata", fs::DirEntry::metadata)
    }

    /// Whether it is a file, a folder, a symbolic link or something else. Most systems tell it with the name, and then
    /// it is as it was when the folder was read.
    ///
    /// # Errors
    /// As [`metadata`](Self::metadata).
    ///
    /// # Cancel safety
    /// Nothing is lost with a dropped future.
    ///
    /// # Panics
    /// The future, outside of a runtime.
    ///
    /// ```
    /// # use runtime::fs;
    /// # let path = std::env::temp_dir().join(format!("runtime-doc-entry-type-{}", std::process::id()));
    /// runtime::block_on(async {
    ///     # std::fs::create_dir(&path)?;
    ///     std::fs::write(path.join("file"), b"hello")?;
    ///     let entry = fs::read_dir(&path).await?.next_entry().await?.unwrap();
    ///     assert!(entry.file_type().await?.is_file());
    ///     # std::fs::remove_dir_all(&path)?;
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn file_type(&self) -> impl Future<Output = io::Result<FileType>> + use<> {
        let known = self.kind;
        let asked = self.ask("DirEntry::file_type", fs::DirEntry::file_type);
        async move {
            match known {
                Some(kind) => Ok(kind),
                None => asked.await,
            }
        }
    }

    #[track_caller]
    fn ask<T: Send + 'static>(
        &self,
        what: &'static str,
        question: fn(&fs::DirEntry) -> io::Result<T>,
    ) -> impl Future<Output = io::Result<T>> + use<T> {
        let entry = self.entry.clone();
        call(what, Location::caller(), move || {
            question(&entry).map_err(|error| {
                while_doing(format_args!("looking at {}", entry.path().display()), error)
            })
        })
    }
}

impl fmt::Debug for DirEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.entry, f)
    }
}
