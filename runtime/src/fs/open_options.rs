//! How a file is to be opened; it knows nothing of what is done to it then.

use std::fs;
use std::io;
use std::path::Path;

use super::File;
use super::call::on_path;

/// How a file is to be opened: the [standard library's](fs::OpenOptions), whose `open` is a future here.
///
/// What only one system has is here, too: `mode` and `custom_flags` on Unix, `access_mode`, `share_mode`,
/// `custom_flags`, `attributes` and `security_qos_flags` on Windows. (On Unix, `O_NONBLOCK` has no place in those
/// flags.)
///
/// ```
/// use runtime::fs::OpenOptions;
/// use runtime::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};
///
/// # let path = std::env::temp_dir().join(format!("runtime-doc-open-options-{}", std::process::id()));
/// runtime::block_on(async {
///     let mut file = OpenOptions::new().read(true).write(true).create_new(true).open(&path).await?;
///     file.write_all(b"hello").await?;
///     file.rewind().await?;
///     let mut word = String::new();
///     file.read_to_string(&mut word).await?;
///     assert_eq!(word, "hello");
///     # std::fs::remove_file(&path)?;
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone, Debug)]
pub struct OpenOptions(pub(super) fs::OpenOptions);

/// The same as in the standard library, by the same names.
macro_rules! options {
    ($($(#[$doc:meta])* $name:ident,)*) => {$(
        $(#[$doc])*
        pub fn $name(&mut self, $name: bool) -> &mut Self {
            self.0.$name($name);
            self
        }
    )*};
}

impl OpenOptions {
    /// None of them is set yet.
    ///
    /// ```
    /// use runtime::fs::OpenOptions;
    ///
    /// runtime::block_on(async {
    ///     let error = OpenOptions::new().open("file").await.unwrap_err();
    ///     assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput); // Neither to read nor to write.
    /// });
    /// ```
    pub fn new() -> OpenOptions {
        OpenOptions(fs::OpenOptions::new())
    }

    options! {
        /// To read it.
        ///
        /// ```
        /// use runtime::fs::OpenOptions;
        ///
        /// runtime::block_on(async {
        ///     let this = std::env::current_exe()?;
        ///     OpenOptions::new().read(true).open(this).await?;
        ///     std::io::Result::Ok(())
        /// })?;
        /// # std::io::Result::Ok(())
        /// ```
        read,

        /// To write it, from its start on and over what is there.
        ///
        /// ```
        /// use runtime::fs::OpenOptions;
        /// use runtime::io::AsyncWriteExt;
        ///
        /// # let path = std::env::temp_dir().join(format!("runtime-doc-options-write-{}", std::process::id()));
        /// runtime::block_on(async {
        ///     std::fs::write(&path, b"hello")?;
        ///     let mut file = OpenOptions::new().write(true).open(&path).await?;
        ///     file.write_all(b"j").await?;
        ///     file.flush().await?;
        ///     assert_eq!(std::fs::read(&path)?, b"jello");
        ///     # std::fs::remove_file(&path)?;
        ///     std::io::Result::Ok(())
        /// })?;
        /// # std::io::Result::Ok(())
        /// ```
        write,

        /// To write behind its end, whatever else writes there and wherever it was read.
        ///
        /// ```
        /// use runtime::fs::OpenOptions;
        /// use runtime::io::AsyncWriteExt;
        ///
        /// # let path = std::env::temp_dir().join(format!("runtime-doc-options-append-{}", std::process::id()));
        /// runtime::block_on(async {
        ///     std::fs::write(&path, b"hello")?;
        ///     let mut file = OpenOptions::new().append(true).open(&path).await?;
        ///     file.write_all(b" world").await?;
        ///     file.flush().await?;
        ///     assert_eq!(std::fs::read(&path)?, b"hello world");
        ///     # std::fs::remove_file(&path)?;
        ///     std::io::Result::Ok(())
        /// })?;
        /// # std::io::Result::Ok(())
        /// ```
        append,

        /// To have it empty. It has to be written, too.
        ///
        /// ```
        /// use runtime::fs::OpenOptions;
        ///
        /// # let path = std::env::temp_dir().join(format!("runtime-doc-options-truncate-{}", std::process::id()));
        /// runtime::block_on(async {
        ///     std::fs::write(&path, b"hello")?;
        ///     OpenOptions::new().write(true).truncate(true).open(&path).await?;
        ///     assert_eq!(std::fs::read(&path)?, b"");
        ///     # std::fs::remove_file(&path)?;
        ///     std::io::Result::Ok(())
        /// })?;
        /// # std::io::Result::Ok(())
        /// ```
        truncate,

        /// To make it if it is not there. It has to be written or appended to, too.
        ///
        /// ```
        /// use runtime::fs::OpenOptions;
        ///
        /// # let path = std::env::temp_dir().join(format!("runtime-doc-options-create-{}", std::process::id()));
        /// runtime::block_on(async {
        ///     OpenOptions::new().append(true).create(true).open(&path).await?;
        ///     assert!(path.exists());
        ///     # std::fs::remove_file(&path)?;
        ///     std::io::Result::Ok(())
        /// })?;
        /// # std::io::Result::Ok(())
        /// ```
        create,

        /// To make it, and to fail if it is there.
        ///
        /// ```
        /// use runtime::fs::OpenOptions;
        ///
        /// # let path = std::env::temp_dir().join(format!("runtime-doc-options-create-new-{}", std::process::id()));
        /// runtime::block_on(async {
        ///     let new = OpenOptions::new().write(true).create_new(true).clone();
        ///     new.open(&path).await?;
        ///     let error = new.open(&path).await.unwrap_err();
        ///     assert_eq!(error.kind(), std::io::ErrorKind::AlreadyExists);
        ///     # std::fs::remove_file(&path)?;
        ///     std::io::Result::Ok(())
        /// })?;
        /// # std::io::Result::Ok(())
        /// ```
        create_new,
    }

    /// Opens the file at this path.
    ///
    /// # Errors
    /// What the system says, with the path in its words; [`InvalidInput`](io::ErrorKind::InvalidInput) for options that
    /// contradict each other.
    ///
    /// # Cancel safety
    /// Dropping the future takes the call back, if no thread has begun it. One that was begun goes on: the file may be
    /// there afterwards, and may be empty.
    ///
    /// # Panics
    /// The future, outside of a runtime.
    ///
    /// ```
    /// use runtime::fs::OpenOptions;
    ///
    /// runtime::block_on(async {
    ///     let error = OpenOptions::new().append(true).open("/no/such/file").await.unwrap_err();
    ///     assert!(error.to_string().starts_with("opening /no/such/file: "));
    /// });
    /// ```
    #[track_caller]
    pub fn open(&self, path: impl AsRef<Path>) -> impl Future<Output = io::Result<File>> {
        let options = self.0.clone();
        let opened = on_path("OpenOptions::open", "opening", path.as_ref(), move |path| {
            options.open(path)
        });
        async { opened.await.map(File::from_std) }
    }
}

impl Default for OpenOptions {
    fn default() -> Self {
        OpenOptions::new()
    }
}

/// ```
/// use runtime::fs::OpenOptions;
///
/// let mut options = std::fs::OpenOptions::new();
/// options.read(true);
/// let this = std::env::current_exe()?;
/// runtime::block_on(OpenOptions::from(options).open(this))?;
/// # std::io::Result::Ok(())
/// ```
impl From<fs::OpenOptions> for OpenOptions {
    fn from(options: fs::OpenOptions) -> Self {
        OpenOptions(options)
    }
}
