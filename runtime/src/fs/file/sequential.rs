//! The traits of what is read and written in sequence, for a file; it knows nothing of the order of the operations.

use std::io::{self, IoSlice, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_io::{AsyncRead, AsyncSeek, AsyncWrite};
use futures_lite::AsyncSeekExt as _;
use reactor::budget;

use super::File;
use crate::fs::sequence::Written;

/// Does one operation of the poll's budget.
fn poll_one<T>(cx: &mut Context<'_>, poll: impl FnOnce(&mut Context<'_>) -> Poll<T>) -> Poll<T> {
    ready!(budget::poll_left(cx));
    let done = ready!(poll(cx));
    budget::spend();
    Poll::Ready(done)
}

/// What the extension trait of seeking lacks, as it is in the standard library.
impl File {
    /// Goes back to the start: what is read or written next in sequence is there.
    ///
    /// # Errors
    /// As `seek`: that of the write before, and what the system says, [`NotSeekable`](io::ErrorKind::NotSeekable) for a
    /// pipe.
    ///
    /// # Cancel safety
    /// Dropped, it may have happened or not.
    ///
    /// # Panics
    /// Outside of a runtime.
    ///
    /// ```
    /// use runtime::fs::File;
    /// use runtime::io::AsyncReadExt;
    ///
    /// # let path = std::env::temp_dir().join(format!("runtime-doc-rewind-{}", std::process::id()));
    /// runtime::block_on(async {
    ///     # std::fs::write(&path, b"hello")?;
    ///     let mut file = File::open(&path).await?;
    ///     for _ in 0..2 {
    ///         let mut word = String::new();
    ///         file.read_to_string(&mut word).await?;
    ///         assert_eq!(word, "hello");
    ///         file.rewind().await?;
    ///     }
    ///     # std::fs::remove_file(&path)?;
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub async fn rewind(&mut self) -> io::Result<()> {
        self.seek(SeekFrom::Start(0)).await.map(drop)
    }

    /// Where what is read or written next in sequence is, in bytes behind the start. A file that appends writes at its
    /// end all the same.
    ///
    /// # Errors
    /// As [`rewind`](Self::rewind).
    ///
    /// # Cancel safety
    /// Nothing is lost with a dropped future.
    ///
    /// # Panics
    /// Outside of a runtime.
    ///
    /// ```
    /// use runtime::fs::File;
    /// use runtime::io::AsyncWriteExt;
    ///
    /// # let path = std::env::temp_dir().join(format!("runtime-doc-position-{}", std::process::id()));
    /// runtime::block_on(async {
    ///     let mut file = File::create(&path).await?;
    ///     file.write_all(b"hello").await?;
    ///     assert_eq!(file.stream_position().await?, 5);
    ///     # std::fs::remove_file(&path)?;
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub async fn stream_position(&mut self) -> io::Result<u64> {
        self.seek(SeekFrom::Current(0)).await
    }
}

impl AsyncRead for File {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        room: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        poll_one(cx, |cx| {
            if room.is_empty() {
                return Poll::Ready(Ok(0));
            }
            self.sequence.poll_read(&self.shared, &self.turns, room, cx)
        })
    }
}

impl AsyncWrite for File {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        poll_one(cx, |cx| {
            if pieces.iter().all(|piece| piece.is_empty()) {
                return Poll::Ready(Ok(0));
            }
            let pieces = pieces.iter().map(|piece| &**piece);
            self.sequence
                .poll_write(&self.shared, &self.turns, pieces, cx)
        })
    }

    /// Waits for the write that is under way, and tells its error.
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // No two writes are under way at once, and nobody begins another one meanwhile.
        ready!(self.sequence.poll_written(&mut Written::default(), cx));
        Poll::Ready(self.sequence.told())
    }

    /// As `flush`. The file is closed when it is dropped.
    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(cx)
    }
}

impl AsyncSeek for File {
    fn poll_seek(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        place: SeekFrom,
    ) -> Poll<io::Result<u64>> {
        poll_one(cx, |cx| {
            self.sequence
                .poll_seek(&self.shared, &self.turns, place, cx)
        })
    }
}
