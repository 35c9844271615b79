//! Opening a file by its path; it knows nothing of what is done to it then.

use std::fs;
use std::io;
use std::panic::Location;
use std::path::Path;

use net::while_doing;
use reactor::Handle;

use super::File;
use crate::fs::OpenOptions;
use crate::fs::call::{call, on_path, poll_call};
use crate::fs::os;

impl File {
    /// Opens a file for reading. For other ways of opening, and for writing what is there already, there
    /// are its [`options`](Self::options).
    ///
    /// # Errors
    /// What the system says, [`NotFound`](io::ErrorKind::NotFound) for example, with the path in its words.
    ///
    /// # Cancel safety
    /// Dropping the future takes the call back, if no thread has begun it. One that was begun goes on, and what it
    /// opens is closed at once. (A named pipe is open when its other end is; until then the thread is taken.)
    ///
    /// # Panics
    /// The future, outside of a runtime.
    ///
    /// ```
    /// use runtime::fs::File;
    ///
    /// runtime::block_on(async {
    ///     let error = File::open("/no/such/file").await.unwrap_err();
    ///     assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
    ///     assert!(error.to_string().starts_with("opening /no/such/file: "));
    /// });
    /// ```
    #[track_caller]
    pub fn open(path: impl AsRef<Path>) -> impl Future<Output = io::Result<File>> {
        open("opening", "File::open", path.as_ref(), false)
    }

    /// Opens a file for writing. It is made if it is not there; what it contains is lost if it is.
    ///
    /// # Errors
    /// What the system says, [`PermissionDenied`](io::ErrorKind::PermissionDenied) for example, with the path in its
    /// words.
    ///
    /// # Cancel safety
    /// Dropping the future takes the call back, if no thread has begun it. One that was begun goes on: the file may be
    /// there afterwards, and may be empty.
    ///
    /// # Panics
    /// The future, outside of a runtime.
    ///
    /// ```
    /// use runtime::fs::File;
    ///
    /// # let path = std::env::temp_dir().join(format!("runtime-doc-create-{}", std::process::id()));
    /// runtime::block_on(async {
    ///     let file = File::create(&path).await?;
    ///     file.write_all_at("hello", 0).await.0?;
    ///     assert_eq!(std::fs::read(&path)?, b"hello");
    ///     # std::fs::remove_file(&path)?;
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn create(path: impl AsRef<Path>) -> impl Future<Output = io::Result<File>> {
        open("creating", "File::create", path.as_ref(), true)
    }

    /// Makes a file that was not there, to be read and written.
    ///
    /// # Errors
    /// [`AlreadyExists`](io::ErrorKind::AlreadyExists) if it was, and else what the system says, with the path in its
    /// words.
    ///
    /// # Cancel safety
    /// As [`create`](Self::create).
    ///
    /// # Panics
    /// The future, outside of a runtime.
    ///
    /// ```
    /// use runtime::fs::File;
    ///
    /// # let path = std::env::temp_dir().join(format!("runtime-doc-create-new-{}", std::process::id()));
    /// runtime::block_on(async {
    ///     File::create_new(&path).await?;
    ///     let error = File::create_new(&path).await.unwrap_err();
    ///     assert_eq!(error.kind(), std::io::ErrorKind::AlreadyExists);
    ///     # std::fs::remove_file(&path)?;
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn create_new(path: impl AsRef<Path>) -> impl Future<Output = io::Result<File>> {
        let opened = on_path("File::create_new", "creating", path.as_ref(), |path| {
            fs::File::create_new(path)
        });
        async { opened.await.map(File::from_std) }
    }

    /// How else a file can be opened: [`OpenOptions::new`].
    ///
    /// ```
    /// use runtime::fs::File;
    /// use runtime::io::AsyncWriteExt;
    ///
    /// # let path = std::env::temp_dir().join(format!("runtime-doc-options-{}", std::process::id()));
    /// runtime::block_on(async {
    ///     let mut log = File::options().append(true).create(true).open(&path).await?;
    ///     log.write_all(b"a line\n").await?;
    ///     log.flush().await?;
    ///     # std::fs::remove_file(&path)?;
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn options() -> OpenOptions {
        OpenOptions::new()
    }
}

/// `doing` is for the words of an error, `what` for those of a misuse.
#[track_caller]
fn open(
    doing: &'static str,
    what: &'static str,
    path: &Path,
    creates: bool,
) -> impl Future<Output = io::Result<File>> + use<> {
    let (path, caller) = (path.to_owned(), Location::caller());
    async move {
        let handle = Handle::current_for(what, caller);
        let explained = move |path: &Path, error| {
            while_doing(format_args!("{doing} {}", path.display()), error)
        };
        let opened = match os::Opening::begin(&handle, &path, creates) {
            Some(mut opening) => {
                let opened = poll_call(|cx| opening.poll(cx)).await;
                opened.map_err(|error| explained(&path, error))
            }
            None => {
                let options = if creates { to_create() } else { to_read() };
                let open = move || {
                    let opened = options.open(&path);
                    opened.map_err(|error| explained(&path, error))
                };
                call(what, caller, open).await
            }
        };
        opened.map(File::from_std)
    }
}

fn to_read() -> fs::OpenOptions {
    fs::OpenOptions::new().read(true).clone()
}

fn to_create() -> fs::OpenOptions {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true).clone()
}
