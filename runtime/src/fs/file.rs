//! An open file, with a position of its own and operations at other places; it knows nothing of who does the work.

use std::fmt;
use std::fs;
use std::future::poll_fn;
use std::io;
use std::panic::Location;
use std::sync::Arc;

use reactor::Handle;
use reactor::owned::FileCall;

use super::call::{call, poll_call};
use super::os::{self, Turns};
use super::sequence::{Sequence, Written};

mod at;
mod known;
mod open;
mod sequential;

/// An open file. It is read and written in sequence, or at places that the operations name.
///
/// # In sequence
/// `File` is [`AsyncRead`], [`AsyncWrite`] and [`AsyncSeek`], with the methods of their extension traits
/// (`use runtime::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt}`). The position is the system's own: `append`,
/// pipes, terminals and [clones](Self::try_clone) are as in the standard library, and [`into_std`](Self::into_std) goes
/// on where this file stands. One such operation is under way at a time, by a thread of the pool, also on io_uring, and
/// moves [2 MiB at most](Self::set_max_buf_size).
///
/// **A write says that it is done when its bytes are copied**, and a thread writes them. `flush`, and `close`, which is
/// the same, wait for it; so does the next operation in sequence, and so do the methods of this type but the ones whose
/// names end in `_at`. Its error is told once, by the first of `flush`, `close`, [`sync_all`](Self::sync_all),
/// [`sync_data`](Self::sync_data), and the next operation in sequence. (That no thread could be started is told by the
/// write itself, which has taken nothing then.) Flush a file before you drop it:
///
/// - When the file is dropped, what was not flushed is written all the same, and nobody hears of an error.
/// - When the runtime is dropped, what a thread had begun to write is written, and
///   [`shutdown_timeout`](crate::Runtime::shutdown_timeout) waits for it. What none had begun yet is not,
///   and `flush` says so.
/// - When the process ends, it may be lost, in part or as a whole.
///
/// **A read or a seek that is dropped goes on**, unless the file is dropped, too, before a thread has begun it. The
/// next operation in sequence waits for it. What was read then is not lost: it is what the next read gives, and a seek
/// or a write begins before it, or where a clone has gone meanwhile. (In a pipe or a terminal nothing can be put back,
/// and a write leaves it to be read.) A seek that was dropped may have happened or not; if the next operation is a seek
/// for the same place, it is that one again, with the answer of then. The end of the file, too, may be that of then.
///
/// # At places
/// Operations whose names end in `_at` say where in the file, and neither use nor move its position. Any number of them
/// may be under way at once, in any order, and through a shared reference; what two of them do to the same bytes, or
/// one of them and a write in sequence that was not flushed, is not defined. Each has a share of the file, need not be
/// awaited where the file is, and keeps the file open until it is over.
///
/// # Everywhere
/// A file belongs to no runtime: each operation is done by the one in which its future is first polled. `File` is
/// `Send` and `Sync`, its operations at places are not.
///
/// Dropping it closes it when the last operation is over. Errors of closing are not told; [`sync_all`](Self::sync_all)
/// tells whether what was written is safe.
///
/// | where it differs from the standard library's | there | here |
/// |---|---|---|
/// | `write` | gives errors itself, and may be short | gives those of the write before; is short above the limit only |
/// | `flush` | does nothing | waits for the write, and tells its error |
/// | a read or a write of more than the limit | one call | is short |
/// | an operation that a signal interrupts | an error | goes on |
/// | `read_at`, `write_at` on Windows | move the position (`seek_read`, `seek_write`) | leave it, as on Unix |
///
/// [`AsyncRead`]: crate::io::AsyncRead
/// [`AsyncWrite`]: crate::io::AsyncWrite
/// [`AsyncSeek`]: crate::io::AsyncSeek
///
/// ```
/// use runtime::fs::File;
/// use runtime::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt, SeekFrom};
///
/// # let path = std::env::temp_dir().join(format!("runtime-doc-file-{}", std::process::id()));
/// runtime::block_on(async {
///     let mut file = File::create(&path).await?;
///     file.write_all(b"hello world").await?;
///     file.flush().await?; // Now it is written,
///     file.sync_all().await?; // and now it is safe.
///
///     let mut file = File::open(&path).await?;
///     file.seek(SeekFrom::Start(6)).await?;
///     let mut word = String::new();
///     file.read_to_string(&mut word).await?;
///     assert_eq!(word, "world");
///     # std::fs::remove_file(&path)?;
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
///
/// ```
/// # use runtime::fs::File;
/// # let path = std::env::temp_dir().join(format!("runtime-doc-file-at-{}", std::process::id()));
/// runtime::block_on(async {
///     let file = File::create(&path).await?;
///     let (hello, world) = (file.write_all_at("hello ", 0), file.write_all_at("world", 6));
///     let ((hello, _), (world, _)) = runtime::join!(hello, world);
///     assert_eq!(hello? + world?, 11);
///     assert_eq!(std::fs::read(&path)?, b"hello world");
///     # std::fs::remove_file(&path)?;
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
pub struct File {
    pub(super) shared: Arc<fs::File>,
    pub(super) turns: Turns,
    /// What is done in sequence. It is shared with those who wait for a write.
    sequence: Arc<Sequence>,
}

impl File {
    /// Takes a file that was opened elsewhere. It needs no runtime.
    ///
    /// It goes on where the file stands. A pipe or a terminal has no places: it can be read and written in sequence
    /// only. A descriptor that does not block (`O_NONBLOCK`) is for [`Async`](crate::io::Async) instead.
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
        File::with_turns(file, os::turns())
    }

    fn with_turns(file: fs::File, turns: Turns) -> File {
        File {
            shared: Arc::new(file),
            turns,
            sequence: Sequence::new(),
        }
    }

    /// Gives the file away. It stands where this one does.
    ///
    /// # Errors
    /// This file, unchanged,
    ///
    /// - as long as an operation has a share of it: one that was neither awaited to its end nor dropped, or one that
    ///   was dropped while a thread carried it out. The second kind ends some time; to know when,
    ///   [`cancel`](super::Transfer::cancel) reads and writes, and await the other calls, instead of dropping them;
    /// - as long as something would be lost: a write that was not flushed, or whose error was not told (`flush` does
    ///   both), and bytes of a pipe or a terminal that a dropped read has left.
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
        if !self.sequence.settle(&self.shared, &self.turns) {
            return Err(self);
        }
        let File {
            shared,
            turns,
            sequence,
        } = self;
        Arc::try_unwrap(shared).map_err(|shared| File {
            shared,
            turns,
            sequence,
        })
    }

    /// Sets how many bytes one operation in sequence moves at most: 2 MiB, unless it is told here.
    ///
    /// The file keeps memory for the largest read and for the largest write that there was.
    ///
    /// # Panics
    /// If it is 0.
    ///
    /// ```
    /// use runtime::fs::File;
    /// use runtime::io::AsyncWriteExt;
    ///
    /// # let path = std::env::temp_dir().join(format!("runtime-doc-max-buf-size-{}", std::process::id()));
    /// runtime::block_on(async {
    ///     let mut file = File::create(&path).await?;
    ///     file.set_max_buf_size(4);
    ///     assert_eq!(file.write(b"hello").await?, 4);
    ///     file.flush().await?;
    ///     # std::fs::remove_file(&path)?;
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn set_max_buf_size(&mut self, bytes: usize) {
        assert!(
            bytes > 0,
            "an operation that moves 0 bytes says that the file has ended: set 1 or more"
        );
        self.sequence.set_most(bytes);
    }

    /// Waits until what was written before, and what the system knows of the file, is on the disk.
    ///
    /// # Errors
    /// That of a write in sequence that nobody was told of; then nothing else is done. What the system says. After an
    /// error it may have given up what it had not written yet: to write it again is the only remedy.
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
        self.sync("File::sync_all", true)
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
        self.sync("File::sync_data", false)
    }

    #[track_caller]
    fn sync(&self, what: &'static str, all: bool) -> impl Future<Output = io::Result<()>> + use<> {
        let (file, sequence, caller) = (
            self.shared.clone(),
            self.sequence.clone(),
            Location::caller(),
        );
        async move {
            let handle = Handle::current_for(what, caller);
            written(&sequence).await;
            sequence.told()?;
            let native = os::pollable(&file).and_then(|file| FileCall::sync(&handle, file, all));
            match native {
                Some(mut native) => poll_call(|cx| native.poll(cx)).await.0.map(drop),
                None if all => call(what, caller, move || file.sync_all()).await,
                None => call(what, caller, move || file.sync_data()).await,
            }
        }
    }
}

/// Waits for the writes that have begun when it is first polled.
async fn written(sequence: &Sequence) {
    let mut written = Written::default();
    poll_fn(|cx| sequence.poll_written(&mut written, cx)).await;
}

/// As [`File::from_std`].
///
/// ```
/// use runtime::fs::File;
///
/// let this = std::fs::File::open(std::env::current_exe()?)?;
/// let known = runtime::block_on(File::from(this).metadata())?;
/// assert!(known.len() > 0);
/// # std::io::Result::Ok(())
/// ```
impl From<fs::File> for File {
    fn from(file: fs::File) -> Self {
        File::from_std(file)
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.shared, f)
    }
}
