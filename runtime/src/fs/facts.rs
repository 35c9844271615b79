//! What is known of a path, without opening it and changing anything; it knows nothing of what is done about it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::call::on_path;

/// What the system knows of a file or a folder: its length, its kind, its times. A symbolic link is followed.
///
/// # Errors
/// What the system says, with the path in its words.
///
/// # Cancel safety
/// Nothing is lost with a dropped future.
///
/// # Panics
/// The future, outside of a runtime.
///
/// ```
/// use runtime::fs;
///
/// # let path = std::env::temp_dir().join(format!("runtime-doc-metadata-{}", std::process::id()));
/// runtime::block_on(async {
///     std::fs::write(&path, b"hello")?;
///     assert_eq!(fs::metadata(&path).await?.len(), 5);
///     # std::fs::remove_file(&path)?;
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn metadata(path: impl AsRef<Path>) -> impl Future<Output = io::Result<fs::Metadata>> {
    on_path("fs::metadata", "looking at", path.as_ref(), |path| {
        fs::metadata(path)
    })
}

/// As [`metadata`], but a symbolic link is looked at itself.
///
/// # Errors
/// What the system says, with the path in its words.
///
/// # Cancel safety
/// Nothing is lost with a dropped future.
///
/// # Panics
/// The future, outside of a runtime.
///
/// ```
/// use runtime::fs;
///
/// # let path = std::env::temp_dir().join(format!("runtime-doc-symlink-metadata-{}", std::process::id()));
/// runtime::block_on(async {
///     std::fs::write(&path, b"hello")?;
///     assert!(fs::symlink_metadata(&path).await?.is_file());
///     # std::fs::remove_file(&path)?;
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn symlink_metadata(path: impl AsRef<Path>) -> impl Future<Output = io::Result<fs::Metadata>> {
    on_path(
        "fs::symlink_metadata",
        "looking at",
        path.as_ref(),
        |path| fs::symlink_metadata(path),
    )
}

/// Whether there is something. A symbolic link is followed. It may have changed when you hear of it: rather do what you
/// want to do, and look at its error.
///
/// # Errors
/// When the system does not say, for lack of permission for example, with the path in its words.
///
/// # Cancel safety
/// Nothing is lost with a dropped future.
///
/// # Panics
/// The future, outside of a runtime.
///
/// ```
/// use runtime::fs;
///
/// # let path = std::env::temp_dir().join(format!("runtime-doc-try-exists-{}", std::process::id()));
/// runtime::block_on(async {
///     assert!(!fs::try_exists(&path).await?);
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn try_exists(path: impl AsRef<Path>) -> impl Future<Output = io::Result<bool>> {
    on_path(
        "fs::try_exists",
        "looking for",
        path.as_ref(),
        Path::try_exists,
    )
}

/// The one path from the root to what is there, without symbolic links.
///
/// # Errors
/// What the system says, with the path in its words.
///
/// # Cancel safety
/// Nothing is lost with a dropped future.
///
/// # Panics
/// The future, outside of a runtime.
///
/// ```
/// use runtime::fs;
///
/// # let path = std::env::temp_dir().join(format!("runtime-doc-canonicalize-{}", std::process::id()));
/// runtime::block_on(async {
///     std::fs::create_dir_all(path.join("below"))?;
///     let found = fs::canonicalize(path.join("below/..")).await?;
///     assert_eq!(found, std::fs::canonicalize(&path)?);
///     # std::fs::remove_dir_all(&path)?;
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn canonicalize(path: impl AsRef<Path>) -> impl Future<Output = io::Result<PathBuf>> {
    on_path("fs::canonicalize", "resolving", path.as_ref(), |path| {
        fs::canonicalize(path)
    })
}

/// Where a symbolic link leads to, as it was written there.
///
/// # Errors
/// What the system says, with the path in its words; [`InvalidInput`](io::ErrorKind::InvalidInput) on Unix if it is no
/// link.
///
/// # Cancel safety
/// Nothing is lost with a dropped future.
///
/// # Panics
/// The future, outside of a runtime.
///
/// ```
/// use runtime::fs;
///
/// # let path = std::env::temp_dir().join(format!("runtime-doc-read-link-{}", std::process::id()));
/// runtime::block_on(async {
///     # #[cfg(unix)] {
///     fs::symlink("there", &path).await?;
///     assert_eq!(fs::read_link(&path).await?, std::path::Path::new("there"));
///     # std::fs::remove_file(&path)?;
///     # }
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn read_link(path: impl AsRef<Path>) -> impl Future<Output = io::Result<PathBuf>> {
    on_path("fs::read_link", "reading the link", path.as_ref(), |path| {
        fs::read_link(path)
    })
}
