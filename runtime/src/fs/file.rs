//! An open file, read and written at places that each operation names; it knows nothing of who does the work.

use std::fmt;
use std::fs::{self, Metadata, OpenOptions};
use std::io;
use std::panic::Location;
use std::path::Path;
use std::sync::Arc;

use net::while_doing;
use reactor::Handle;
use reactor::owned::FileCall;

use super::call::{call, poll_call};
use super::os;

mod at;

/// An open file. Each read and write says where in the file; the file's own position is not used.
///
/// So any number of operations may be under way at once, in any order, and through a shared reference; what two of them
/// do to the same bytes is not defined. Each has a share of the file, need not be awaited where the file is, and keeps
/// the file open until it is over.
///
/// A file belongs to no runtime: each operation is done by the one in which its future is first polled. `File` is
/// `Send` and `Sync`, its operations are not.
///
/// Dropping it closes it when the last operation is over. Errors of closing are not told; [`sync_all`](Self::sync_all)
/// tells whether what was written is safe.
///
/// On Windows, operations move the position of the file all the same.
///
/// ```
/// use runtime::fs::File;
///
/// # let path = std::env::temp_dir().join(format!("runtime-doc-file-{}", std::process::id()));
/// runtime::block_on(async {
///     let file = File::create(&path).await?;
///     let (hello, world) = (file.write_all_at("hello ", 0), file.write_all_at("world", 6));
///     let ((hello, _), (world, _)) = runtime::join!(hello, world);
///     assert_eq!(hello? + world?, 11);
///     file.sync_all().await?;
///     assert_eq!(std::fs::read(&path)?, b"hello world");
///     # std::fs::remove_file(&path)?;
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
pub struct File {
    pub(super) shared: Arc<fs::File>,
}

impl File {
    /// Opens a file for reading. For other ways of opening, and for writing what is there already, open it by
    /// [`std::fs::OpenOptions`] and give it to [`from_std`](Self::from_std).
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

    /// Takes a file that was opened elsewhere. It needs no runtime.
    ///
    /// A pipe or a terminal has no places: the system refuses to read it at one.
    ///
    /// ```
    /// use std::fs::OpenOptions;
    /// use runtime::fs::File;
    ///
    /// # let path = std::env::temp_dir().join(format!("runtime-doc-from-std-{}", std::process::id()));
    /// # std::fs::write(&path, b"hello")?;
    /// let file = File::from_std(OpenOptions::new().read(true).write(true).open(&path)?);
    /// runtime::block_on(async {
    ///     file.write_all_at("j", 0).await.0?;
    ///     let (length, word) = file.read_at(vec![0; 16], 0).await;
    ///     assert_eq!((length?, word), (5, b"jello".to_vec()));
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::fs::remove_file(&path)?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn from_std(file: fs::File) -> File {
        File {
            shared: Arc::new(file),
        }
    }

    /// Gives the file away.
    ///
    /// # Errors
    /// This file, unchanged, as long as an operation has a share of it: one that was neither awaited to its end nor
    /// dropped, or one that was dropped while a thread carried it out. The second kind ends some time; to know when,
    /// [`cancel`](super::Transfer::cancel) reads and writes, and await the other calls, instead of dropping them.
    ///
    /// ```
    /// use runtime::fs::File;
    ///
    /// # let path = std::env::temp_dir().join(format!("runtime-doc-into-std-{}", std::process::id()));
    /// runtime::block_on(async {
    ///     let file = File::create(&path).await?;
    ///     let writing = file.write_all_at("hello", 0);
    ///     let file = file.into_std().unwrap_err(); // The operation has a share.
    ///     writing.await.0?;
    ///     let file: std::fs::File = file.into_std().unwrap();
    ///     assert_eq!(file.metadata()?.len(), 5);
    ///     # std::fs::remove_file(&path)?;
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn into_std(self) -> Result<fs::File, File> {
        Arc::try_unwrap(self.shared).map_err(|shared| File { shared })
    }

    /// Waits until what was written before, and what the system knows of the file, is on the disk.
    ///
    /// # Errors
    /// What the system says. After an error it may have given up what it had not written yet: to write it again is the
    /// only remedy.
    ///
    /// # Cancel safety
    /// Dropping the future takes the call back if no thread has begun it; one that was begun goes on.
    ///
    /// # Panics
    /// The future, outside of a runtime.
    ///
    /// ```
    /// # use runtime::fs::File;
    /// # let path = std::env::temp_dir().join(format!("runtime-doc-sync-all-{}", std::process::id()));
    /// runtime::block_on(async {
    ///     let file = File::create(&path).await?;
    ///     file.write_all_at("hello", 0).await.0?;
    ///     file.sync_all().await?;
    ///     # std::fs::remove_file(&path)?;
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn sync_all(&self) -> impl Future<Output = io::Result<()>> + use<> {
        sync("File::sync_all", self.shared.clone(), true)
    }

    /// As [`sync_all`](Self::sync_all), but without what is not needed to read the bytes back: times, say.
    ///
    /// # Errors
    /// Those of [`sync_all`](Self::sync_all).
    ///
    /// # Cancel safety
    /// As [`sync_all`](Self::sync_all).
    ///
    /// # Panics
    /// The future, outside of a runtime.
    ///
    /// ```
    /// # use runtime::fs::File;
    /// # let path = std::env::temp_dir().join(format!("runtime-doc-sync-data-{}", std::process::id()));
    /// runtime::block_on(async {
    ///     let file = File::create(&path).await?;
    ///     file.write_all_at("hello", 0).await.0?;
    ///     file.sync_data().await?;
    ///     # std::fs::remove_file(&path)?;
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn sync_data(&self) -> impl Future<Output = io::Result<()>> + use<> {
        sync("File::sync_data", self.shared.clone(), false)
    }

    /// What the system knows of the file: its length, its kind, its times.
    ///
    /// # Errors
    /// What the system says.
    ///
    /// # Cancel safety
    /// Nothing is lost with a dropped future.
    ///
    /// # Panics
    /// The future, outside of a runtime.
    ///
    /// ```
    /// # use runtime::fs::File;
    /// # let path = std::env::temp_dir().join(format!("runtime-doc-metadata-{}", std::process::id()));
    /// runtime::block_on(async {
    ///     let file = File::create(&path).await?;
    ///     file.write_all_at("hello", 0).await.0?;
    ///     assert_eq!(file.metadata().await?.len(), 5);
    ///     # std::fs::remove_file(&path)?;
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn metadata(&self) -> impl Future<Output = io::Result<Metadata>> + use<> {
        let file = self.shared.clone();
        call("File::metadata", Location::caller(), move || {
            file.metadata()
        })
    }

    /// Makes the file so many bytes long: cuts it, or fills it up with zeros.
    ///
    /// # Errors
    /// What the system says, for example if the file was not opened for writing.
    ///
    /// # Cancel safety
    /// As [`sync_all`](Self::sync_all).
    ///
    /// # Panics
    /// The future, outside of a runtime.
    ///
    /// ```
    /// # use runtime::fs::File;
    /// # let path = std::env::temp_dir().join(format!("runtime-doc-set-len-{}", std::process::id()));
    /// runtime::block_on(async {
    ///     let file = File::create(&path).await?;
    ///     file.set_len(2).await?;
    ///     assert_eq!(std::fs::read(&path)?, [0, 0]);
    ///     # std::fs::remove_file(&path)?;
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn set_len(&self, length: u64) -> impl Future<Output = io::Result<()>> + use<> {
        let file = self.shared.clone();
        call("File::set_len", Location::caller(), move || {
            file.set_len(length)
        })
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

fn to_read() -> OpenOptions {
    OpenOptions::new().read(true).clone()
}

fn to_create() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).clone()
}

#[track_caller]
fn sync(
    what: &'static str,
    file: Arc<fs::File>,
    all: bool,
) -> impl Future<Output = io::Result<()>> + use<> {
    let caller = Location::caller();
    async move {
        let handle = Handle::current_for(what, caller);
        let native = os::pollable(&file).and_then(|file| FileCall::sync(&handle, file, all));
        match native {
            Some(mut native) => poll_call(|cx| native.poll(cx)).await.0.map(drop),
            None if all => call(what, caller, move || file.sync_all()).await,
            None => call(what, caller, move || file.sync_data()).await,
        }
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.shared, f)
    }
}
