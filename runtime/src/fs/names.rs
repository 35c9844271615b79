//! The tree of folders and names: what is made, moved and removed in it; it knows nothing of what is in a file.

use std::fs;
use std::io;
use std::path::Path;

use super::call::{on_path, on_paths};

/// Gives a file or a folder another name, in the same file system. A file that had it is replaced, by one step.
///
/// # Errors
/// What the system says, with both paths in its words; [`CrossesDevices`](io::ErrorKind::CrossesDevices) for another
/// file system.
///
/// # Cancel safety
/// Dropping the future takes the call back, if no thread has begun it: it never happens then. One that was begun is
/// done or is not, as a whole.
///
/// # Panics
/// The future, outside of a runtime.
///
/// ```
/// use runtime::fs;
///
/// # let path = std::env::temp_dir().join(format!("runtime-doc-rename-{}", std::process::id()));
/// runtime::block_on(async {
///     std::fs::write(&path, b"hello")?;
///     let other = path.with_extension("other");
///     fs::rename(&path, &other).await?;
///     assert_eq!(std::fs::read(&other)?, b"hello");
///     # std::fs::remove_file(&other)?;
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn rename(
    from: impl AsRef<Path>,
    to: impl AsRef<Path>,
) -> impl Future<Output = io::Result<()>> {
    on_paths(
        "fs::rename",
        "renaming",
        from.as_ref(),
        to.as_ref(),
        |from, to| fs::rename(from, to),
    )
}

/// Gives a file one more name.
///
/// # Errors
/// What the system says, with both paths in its words.
///
/// # Cancel safety
/// As [`rename`].
///
/// # Panics
/// The future, outside of a runtime.
///
/// ```
/// use runtime::fs;
///
/// # let path = std::env::temp_dir().join(format!("runtime-doc-hard-link-{}", std::process::id()));
/// runtime::block_on(async {
///     std::fs::write(&path, b"hello")?;
///     let other = path.with_extension("other");
///     fs::hard_link(&path, &other).await?;
///     std::fs::remove_file(&path)?;
///     assert_eq!(std::fs::read(&other)?, b"hello");
///     # std::fs::remove_file(&other)?;
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn hard_link(
    original: impl AsRef<Path>,
    link: impl AsRef<Path>,
) -> impl Future<Output = io::Result<()>> {
    on_paths(
        "fs::hard_link",
        "linking",
        original.as_ref(),
        link.as_ref(),
        |original, link| fs::hard_link(original, link),
    )
}

/// Removes a file's name, and the file if it had no other and nobody has it open. A symbolic link is removed itself.
///
/// # Errors
/// What the system says, with the path in its words.
///
/// # Cancel safety
/// As [`rename`].
///
/// # Panics
/// The future, outside of a runtime.
///
/// ```
/// use runtime::fs;
///
/// # let path = std::env::temp_dir().join(format!("runtime-doc-remove-file-{}", std::process::id()));
/// runtime::block_on(async {
///     std::fs::write(&path, b"hello")?;
///     fs::remove_file(&path).await?;
///     assert!(!path.exists());
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn remove_file(path: impl AsRef<Path>) -> impl Future<Output = io::Result<()>> {
    on_path("fs::remove_file", "removing", path.as_ref(), |path| {
        fs::remove_file(path)
    })
}

/// Removes a folder that is empty.
///
/// # Errors
/// What the system says, with the path in its words;
/// [`DirectoryNotEmpty`](io::ErrorKind::DirectoryNotEmpty) for example.
///
/// # Cancel safety
/// As [`rename`].
///
/// # Panics
/// The future, outside of a runtime.
///
/// ```
/// use runtime::fs;
///
/// # let path = std::env::temp_dir().join(format!("runtime-doc-remove-dir-{}", std::process::id()));
/// runtime::block_on(async {
///     std::fs::create_dir(&path)?;
///     fs::remove_dir(&path).await?;
///     assert!(!path.exists());
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn remove_dir(path: impl AsRef<Path>) -> impl Future<Output = io::Result<()>> {
    on_path("fs::remove_dir", "removing", path.as_ref(), |path| {
        fs::remove_dir(path)
    })
}

/// Removes a folder and all that is below it. A symbolic link is removed itself, and never what it leads to.
///
/// # Errors
/// What the system says, with the path of the folder in its words. Some of what was below it may be gone then.
///
/// # Cancel safety
/// Dropping the future takes the call back, if no thread has begun it. One that was begun **goes on to its end**, also
/// after the end of the runtime. The end of the process cuts it: some of it is done then.
///
/// # Panics
/// The future, outside of a runtime.
///
/// ```
/// use runtime::fs;
///
/// # let path = std::env::temp_dir().join(format!("runtime-doc-remove-dir-all-{}", std::process::id()));
/// runtime::block_on(async {
///     std::fs::create_dir_all(path.join("below"))?;
///     fs::remove_dir_all(&path).await?;
///     assert!(!path.exists());
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn remove_dir_all(path: impl AsRef<Path>) -> impl Future<Output = io::Result<()>> {
    on_path("fs::remove_dir_all", "removing", path.as_ref(), |path| {
        fs::remove_dir_all(path)
    })
}

/// Makes a folder. The one around it has to be there. For permissions there is
/// [`DirBuilder`](super::DirBuilder).
///
/// # Errors
/// What the system says, with the path in its words; [`AlreadyExists`](io::ErrorKind::AlreadyExists) for example.
///
/// # Cancel safety
/// As [`rename`].
///
/// # Panics
/// The future, outside of a runtime.
///
/// ```
/// use runtime::fs;
///
/// # let path = std::env::temp_dir().join(format!("runtime-doc-create-dir-{}", std::process::id()));
/// runtime::block_on(async {
///     fs::create_dir(&path).await?;
///     assert!(path.is_dir());
///     # std::fs::remove_dir(&path)?;
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn create_dir(path: impl AsRef<Path>) -> impl Future<Output = io::Result<()>> {
    on_path(
        "fs::create_dir",
        "making the folder",
        path.as_ref(),
        |path| fs::create_dir(path),
    )
}

/// Makes a folder, and those around it that are missing. One that is there is no error.
///
/// # Errors
/// What the system says, with the path in its words. Some of the folders may be there then.
///
/// # Cancel safety
/// As [`remove_dir_all`].
///
/// # Panics
/// The future, outside of a runtime.
///
/// ```
/// use runtime::fs;
///
/// # let path = std::env::temp_dir().join(format!("runtime-doc-create-dir-all-{}", std::process::id()));
/// runtime::block_on(async {
///     fs::create_dir_all(path.join("a/b")).await?;
///     assert!(path.join("a/b").is_dir());
///     # std::fs::remove_dir_all(&path)?;
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn create_dir_all(path: impl AsRef<Path>) -> impl Future<Output = io::Result<()>> {
    on_path(
        "fs::create_dir_all",
        "making the folder",
        path.as_ref(),
        |path| fs::create_dir_all(path),
    )
}

/// Says who may do what with a file or a folder.
///
/// # Errors
/// What the system says, with the path in its words.
///
/// # Cancel safety
/// As [`rename`].
///
/// # Panics
/// The future, outside of a runtime.
///
/// ```
/// use runtime::fs;
///
/// # let path = std::env::temp_dir().join(format!("runtime-doc-set-permissions-{}", std::process::id()));
/// runtime::block_on(async {
///     std::fs::write(&path, b"hello")?;
///     let mut permissions = fs::metadata(&path).await?.permissions();
///     permissions.set_readonly(true);
///     fs::set_permissions(&path, permissions.clone()).await?;
///     assert!(std::fs::metadata(&path)?.permissions().readonly());
///     # #[allow(clippy::permissions_set_readonly_false)]
///     # permissions.set_readonly(false);
///     # std::fs::set_permissions(&path, permissions)?;
///     # std::fs::remove_file(&path)?;
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn set_permissions(
    path: impl AsRef<Path>,
    permissions: fs::Permissions,
) -> impl Future<Output = io::Result<()>> {
    let doing = "setting the permissions of";
    on_path("fs::set_permissions", doing, path.as_ref(), move |path| {
        fs::set_permissions(path, permissions.clone())
    })
}
