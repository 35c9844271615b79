//! The public handle of the standard error.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_io::AsyncWrite;

use super::output::ERRORS;
use super::writer::Writer;

/// A handle of the standard error of this process: see [`stderr`].
///
/// ```
/// use runtime::io::{AsyncWriteExt, Stderr, stderr};
///
/// async fn greet(stderr: &mut Stderr) -> std::io::Result<()> {
///     stderr.write_all(b"hello\n").await
/// }
///
/// runtime::block_on(greet(&mut stderr()))?;
/// # std::io::Result::Ok(())
/// ```
pub struct Stderr {
    writer: Writer,
}

/// A handle of the standard error: of a terminal, a pipe, a socket or a file.
///
/// It is to the standard error what [`stdout`](super::stdout()) is to the standard output, with a thread of its own: a
/// write is ready when it has happened, goes on in the next write of the same bytes when it was dropped, and holds up
/// neither the loop nor the end of the program. Neither stream waits for the other.
///
/// `eprintln!` and [`std::io::stderr`] have no buffer, so both may be used together.
///
/// # Errors
/// What the system says, as for [`stdout`](super::stdout()).
///
/// ```
/// use runtime::io::{AsyncWriteExt, stderr};
///
/// runtime::block_on(async {
///     stderr().write_all(b"hello\n").await
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[must_use = "it does nothing unless it is written to"]
pub fn stderr() -> Stderr {
    let writer = Writer::new(&ERRORS);
    Stderr { writer }
}

impl AsyncWrite for Stderr {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.writer.poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.writer.poll_flush(cx)
    }

    /// Flushes. The stream is the process's, and stays open.
    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(cx)
    }
}

impl fmt::Debug for Stderr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stderr")
            .field("writing", &self.writer.is_writing())
            .finish_non_exhaustive()
    }
}
