//! How a folder is to be made; it knows nothing of what is put into it.

use std::fs;
use std::io;
use std::path::Path;

use super::call::on_path;
use super::os::Mode;

/// How a folder is to be made: the [standard library's](fs::DirBuilder), whose `create` is a future here. On Unix it
/// has a `mode`.
///
/// ```
/// use runtime::fs::DirBuilder;
///
/// # let path = std::env::temp_dir().join(format!("runtime-doc-dir-builder-{}", std::process::id()));
/// runtime::block_on(async {
///     DirBuilder::new().recursive(true).create(path.join("a/b")).await?;
///     assert!(path.join("a/b").is_dir());
///     # std::fs::remove_dir_all(&path)?;
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone, Debug)]
pub struct DirBuilder {
    recursive: bool,
    pub(super) mode: Mode,
}

impl DirBuilder {
    /// One folder, whose surroundings are there, with the permissions that are usual.
    ///
    /// ```
    /// use runtime::fs::DirBuilder;
    ///
    /// # let path = std::env::temp_dir().join(format!("runtime-doc-dir-new-{}", std::process::id()));
    /// runtime::block_on(async {
    ///     DirBuilder::new().create(&path).await?;
    ///     let error = DirBuilder::new().create(&path).await.unwrap_err();
    ///     assert_eq!(error.kind(), std::io::ErrorKind::AlreadyExists);
    ///     # std::fs::remove_dir(&path)?;
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn new() -> DirBuilder {
        DirBuilder {
            recursive: false,
            mode: Mode::default(),
        }
    }

    /// Whether to make the folders around it that are missing, too. One that is there is no error then.
    ///
    /// ```
    /// use runtime::fs::DirBuilder;
    ///
    /// # let path = std::env::temp_dir().join(format!("runtime-doc-dir-recursive-{}", std::process::id()));
    /// runtime::block_on(async {
    ///     let error = DirBuilder::new().create(path.join("below")).await.unwrap_err();
    ///     assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
    ///     DirBuilder::new().recursive(true).create(path.join("below")).await?;
    ///     # std::fs::remove_dir_all(&path)?;
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn recursive(&mut self, recursive: bool) -> &mut Self {
        self.recursive = recursive;
        self
    }

    /// Makes the folder at this path.
    ///
    /// # Errors
    /// What the system says, with the path in its words. Some of the folders may be there then.
    ///
    /// # Cancel safety
    /// Dropping the future takes the call back, if no thread has begun it. One that was begun goes on to its end, also
    /// after the end of the runtime.
    ///
    /// # Panics
    /// The future, outside of a runtime.
    ///
    /// ```
    /// use runtime::fs::DirBuilder;
    ///
    /// # let path = std::env::temp_dir().join(format!("runtime-doc-dir-create-{}", std::process::id()));
    /// runtime::block_on(async {
    ///     DirBuilder::new().create(&path).await?;
    ///     assert!(path.is_dir());
    ///     # std::fs::remove_dir(&path)?;
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn create(&self, path: impl AsRef<Path>) -> impl Future<Output = io::Result<()>> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(self.recursive);
        self.mode.set(&mut builder);
        let doing = "making the folder";
        on_path("DirBuilder::create", doing, path.as_ref(), move |path| {
            builder.create(path)
        })
    }
}

impl Default for DirBuilder {
    fn default() -> Self {
        DirBuilder::new()
    }
}
