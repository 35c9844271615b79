//! What only Unix has: symbolic links of one kind, permissions of what is made, and the numbers of files.

use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt, DirEntryExt, OpenOptionsExt};
use std::path::Path;

use crate::fs::call::on_paths;
use crate::fs::{DirBuilder, DirEntry, OpenOptions};

/// Makes a symbolic link, that leads to `original`, whatever is there.
///
/// # Errors
/// What the system says, with both paths in its words.
///
/// # Cancel safety
/// As [`rename`](crate::fs::rename).
///
/// # Panics
/// The future, outside of a runtime.
///
/// ```
/// use runtime::fs;
///
/// # let path = std::env::temp_dir().join(format!("runtime-doc-symlink-{}", std::process::id()));
/// runtime::block_on(async {
///     std::fs::write(&path, b"hello")?;
///     let link = path.with_extension("link");
///     fs::symlink(&path, &link).await?;
///     assert_eq!(fs::read(&link).await?, b"hello");
///     # std::fs::remove_file(&path)?;
///     # std::fs::remove_file(&link)?;
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn symlink(
    original: impl AsRef<Path>,
    link: impl AsRef<Path>,
) -> impl Future<Output = io::Result<()>> {
    let (original, link) = (original.as_ref(), link.as_ref());
    on_paths(
        "fs::symlink",
        "linking",
        original,
        link,
        |original, link| std::os::unix::fs::symlink(original, link),
    )
}

impl OpenOptions {
    /// The permissions of a file that is made, less what the process's mask takes away.
    ///
    /// ```
    /// use std::os::unix::fs::PermissionsExt;
    /// use runtime::fs::OpenOptions;
    ///
    /// # let path = std::env::temp_dir().join(format!("runtime-doc-options-mode-{}", std::process::id()));
    /// runtime::block_on(async {
    ///     let secret = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).await?;
    ///     assert_eq!(secret.metadata().await?.permissions().mode() & 0o777, 0o600);
    ///     # std::fs::remove_file(&path)?;
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn mode(&mut self, mode: u32) -> &mut Self {
        self.0.mode(mode);
        self
    }

    /// More flags for the system's `open`.
    ///
    /// ```
    /// use runtime::fs::OpenOptions;
    ///
    /// const NOTHING_MORE: i32 = 0; // From a crate that knows the system's numbers, as `libc` does.
    /// runtime::block_on(async {
    ///     let this = std::env::current_exe()?;
    ///     OpenOptions::new().read(true).custom_flags(NOTHING_MORE).open(this).await?;
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn custom_flags(&mut self, flags: i32) -> &mut Self {
        self.0.custom_flags(flags);
        self
    }
}

impl DirBuilder {
    /// The permissions of a folder that is made, less what the process's mask takes away.
    ///
    /// ```
    /// use std::os::unix::fs::PermissionsExt;
    /// use runtime::fs::DirBuilder;
    ///
    /// # let path = std::env::temp_dir().join(format!("runtime-doc-dir-mode-{}", std::process::id()));
    /// runtime::block_on(async {
    ///     DirBuilder::new().mode(0o700).create(&path).await?;
    ///     assert_eq!(std::fs::metadata(&path)?.permissions().mode() & 0o777, 0o700);
    ///     # std::fs::remove_dir(&path)?;
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn mode(&mut self, mode: u32) -> &mut Self {
        self.mode = Mode(Some(mode));
        self
    }
}

/// The permissions of a folder, if they are not the usual ones.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::fs) struct Mode(Option<u32>);

impl Mode {
    pub(in crate::fs) fn set(self, builder: &mut fs::DirBuilder) {
        if let Some(mode) = self.0 {
            builder.mode(mode);
        }
    }
}

impl DirEntry {
    /// The number of the file, as the folder tells it.
    ///
    /// ```
    /// use std::os::unix::fs::MetadataExt;
    /// use runtime::fs;
    ///
    /// # let path = std::env::temp_dir().join(format!("runtime-doc-ino-{}", std::process::id()));
    /// runtime::block_on(async {
    ///     # std::fs::create_dir(&path)?;
    ///     std::fs::write(path.join("file"), b"hello")?;
    ///     let entry = fs::read_dir(&path).await?.next_entry().await?.unwrap();
    ///     assert_eq!(entry.ino(), entry.metadata().await?.ino());
    ///     # std::fs::remove_dir_all(&path)?;
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn ino(&self) -> u64 {
        self.as_std().ino()
    }
}
