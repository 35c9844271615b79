//! What only Windows has: symbolic links of two kinds, and how a file is shared with others.

use std::fs;
use std::io;
use std::os::windows::fs::OpenOptionsExt;
use std::path::Path;

use crate::fs::OpenOptions;
use crate::fs::call::on_paths;

/// Makes a symbolic link, that leads to a file. It needs a privilege.
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
/// # let path = std::env::temp_dir().join(format!("runtime-doc-symlink-file-{}", std::process::id()));
/// runtime::block_on(async {
///     let refused = fs::symlink_file("there", &path).await.is_err();
///     assert_ne!(refused, path.is_symlink());
///     # let _ = std::fs::remove_file(&path);
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn symlink_file(
    original: impl AsRef<Path>,
    link: impl AsRef<Path>,
) -> impl Future<Output = io::Result<()>> {
    let (original, link) = (original.as_ref(), link.as_ref());
    on_paths(
        "fs::symlink_file",
        "linking",
        original,
        link,
        |original, link| std::os::windows::fs::symlink_file(original, link),
    )
}

/// Makes a symbolic link, that leads to a folder. It needs a privilege.
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
/// # let path = std::env::temp_dir().join(format!("runtime-doc-symlink-dir-{}", std::process::id()));
/// runtime::block_on(async {
///     let refused = fs::symlink_dir("there", &path).await.is_err();
///     assert_ne!(refused, path.is_symlink());
///     # let _ = std::fs::remove_dir(&path);
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[track_caller]
pub fn symlink_dir(
    original: impl AsRef<Path>,
    link: impl AsRef<Path>,
) -> impl Future<Output = io::Result<()>> {
    let (original, link) = (original.as_ref(), link.as_ref());
    on_paths(
        "fs::symlink_dir",
        "linking",
        original,
        link,
        |original, link| std::os::windows::fs::symlink_dir(original, link),
    )
}

/// The same as in the standard library, by the same names.
macro_rules! options {
    ($($(#[$doc:meta])* $name:ident,)*) => {$(
        $(#[$doc])*
        ///
        /// ```
        /// use runtime::fs::OpenOptions;
        ///
        /// let mut options = OpenOptions::new();
        #[doc = concat!("options.read(true).", stringify!($name), "(0);")]
        /// ```
        pub fn $name(&mut self, $name: u32) -> &mut Self {
            self.0.$name($name);
            self
        }
    )*};
}

impl OpenOptions {
    options! {
        /// What the file is to be opened for (`dwDesiredAccess`), instead of what `read`, `write` and `append` say.
        access_mode,
        /// What others may open it for meanwhile (`dwShareMode`).
        share_mode,
        /// More flags for the system's `CreateFile` (`dwFlags`). An overlapped file has no place here.
        custom_flags,
        /// The attributes of a file that is made (`dwAttributes`).
        attributes,
        /// What a server may do in the name of whoever opens its pipe (`SECURITY_SQOS_PRESENT` and more).
        security_qos_flags,
    }
}

/// A folder's permissions are the usual ones.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::fs) struct Mode;

impl Mode {
    pub(in crate::fs) fn set(self, _: &mut fs::DirBuilder) {}
}
