//! The operations at a place in a file, by the names that they have in the standard library.

use reactor::owned::{Read, ReadExact, Write, WriteAll};
use reactor::{IoBuf, IoBufMut};

use super::File;
use crate::fs::transfer::Transfer;

impl File {
    /// Reads once into the buffer, from `offset` bytes behind the file's start on. The result is how many bytes, and
    /// the buffer: 0 is the end of the file, or a buffer without room. A read may give fewer bytes than there are.
    ///
    /// A `Vec` is filled from its start up to its capacity, and has the length of what was read; a part of it is
    /// `buffer.slice(range)`.
    ///
    /// # Errors
    /// What the system says; a signal that interrupts the read is none. The buffer comes back with each.
    ///
    /// # Cancel safety
    /// A future that was dropped has lost its buffer, and nothing else. [`cancel`](Transfer::cancel) gives it back.
    ///
    /// # Panics
    /// The future, outside of a runtime, and when it is polled again after it gave its result.
    ///
    /// ```
    /// use runtime::fs::File;
    ///
    /// # let path = std::env::temp_dir().join(format!("runtime-doc-read-at-{}", std::process::id()));
    /// runtime::block_on(async {
    ///     # std::fs::write(&path, b"hello world")?;
    ///     let file = File::open(&path).await?;
    ///     let (length, buffer) = file.read_at(Vec::with_capacity(64), 6).await;
    ///     assert_eq!((length?, buffer), (5, b"world".to_vec()));
    ///     # std::fs::remove_file(&path)?;
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn read_at<B: IoBufMut + Send>(&self, buffer: B, offset: u64) -> Transfer<B, Read> {
        Transfer::new(self, buffer, offset, Read)
    }

    /// Reads until the buffer has no room left. The result is how many bytes that are, and the buffer. For fewer bytes
    /// than a `Vec` has capacity for, give `buffer.slice(..count)` of one that is as long, or a box.
    ///
    /// # Errors
    /// [`UnexpectedEof`](std::io::ErrorKind::UnexpectedEof) if the file ends before; what the system says. The buffer
    /// comes back with what was read until then: the length of a `Vec` says how much it is, and so does
    /// [`transferred`](Transfer::transferred).
    ///
    /// # Cancel safety
    /// As [`read_at`](Self::read_at).
    ///
    /// # Panics
    /// As [`read_at`](Self::read_at).
    ///
    /// ```
    /// use runtime::fs::File;
    ///
    /// # let path = std::env::temp_dir().join(format!("runtime-doc-read-exact-at-{}", std::process::id()));
    /// runtime::block_on(async {
    ///     # std::fs::write(&path, b"hello world")?;
    ///     let file = File::open(&path).await?;
    ///     let (length, word) = file.read_exact_at(Box::new([0; 5]), 6).await;
    ///     assert_eq!((length?, &*word), (5, b"world"));
    ///     # std::fs::remove_file(&path)?;
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn read_exact_at<B>(&self, buffer: B, offset: u64) -> Transfer<B, ReadExact>
    where
        B: IoBufMut + Send,
    {
        Transfer::new(self, buffer, offset, ReadExact)
    }

    /// Writes what the system takes of the buffer, once, from `offset` bytes behind the file's start on. The result is
    /// how many bytes, and the buffer. What is between the file's end and the offset becomes zeros.
    ///
    /// A file that was opened for appending has no places to write: on Linux, what is written goes to its end.
    ///
    /// # Errors
    /// What the system says, [`StorageFull`](std::io::ErrorKind::StorageFull) for example; a signal that interrupts the
    /// write is none. The buffer comes back with each.
    ///
    /// # Cancel safety
    /// A write that no thread has begun when its future is dropped never happens. One that was begun goes on to its
    /// end. [`cancel`](Transfer::cancel) waits for that and says which it was.
    ///
    /// # Panics
    /// As [`read_at`](Self::read_at).
    ///
    /// ```
    /// use runtime::fs::File;
    ///
    /// # let path = std::env::temp_dir().join(format!("runtime-doc-write-at-{}", std::process::id()));
    /// runtime::block_on(async {
    ///     let file = File::create(&path).await?;
    ///     let (written, _) = file.write_at("hello", 2).await;
    ///     assert_eq!(written?, 5);
    ///     assert_eq!(std::fs::read(&path)?, b"\0\0hello");
    ///     # std::fs::remove_file(&path)?;
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn write_at<B: IoBuf + Send>(&self, buffer: B, offset: u64) -> Transfer<B, Write> {
        Transfer::new(self, buffer, offset, Write)
    }

    /// Writes the whole buffer. The result is how many bytes that are, and the buffer.
    ///
    /// # Errors
    /// As [`write_at`](Self::write_at), and [`WriteZero`](std::io::ErrorKind::WriteZero) if the system takes no more.
    /// [`transferred`](Transfer::transferred) says how much was written before.
    ///
    /// # Cancel safety
    /// As [`write_at`](Self::write_at).
    ///
    /// # Panics
    /// As [`read_at`](Self::read_at).
    ///
    /// ```
    /// use runtime::fs::File;
    /// use runtime::io::IoBuf;
    ///
    /// # let path = std::env::temp_dir().join(format!("runtime-doc-write-all-at-{}", std::process::id()));
    /// runtime::block_on(async {
    ///     let file = File::create(&path).await?;
    ///     let (written, _) = file.write_all_at(b"hello world".to_vec().slice(6..), 0).await;
    ///     assert_eq!(written?, 5);
    ///     assert_eq!(std::fs::read(&path)?, b"world");
    ///     # std::fs::remove_file(&path)?;
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn write_all_at<B: IoBuf + Send>(&self, buffer: B, offset: u64) -> Transfer<B, WriteAll> {
        Transfer::new(self, buffer, offset, WriteAll)
    }
}
