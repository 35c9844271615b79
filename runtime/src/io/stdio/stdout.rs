//! The public handle of the standard output.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_io::AsyncWrite;

use super::output::OUTPUT;
use super::writer::Writer;

/// A handle of the standard output of this process: see [`stdout`].
///
/// ```
/// use runtime::io::{AsyncWriteExt, Stdout, stdout};
///
/// async fn greet(stdout: &mut Stdout) -> std::io::Result<()> {
///     stdout.write_all(b"hello\n").await
/// }
///
/// runtime::block_on(greet(&mut stdout()))?;
/// # std::io::Result::Ok(())
/// ```
pub struct Stdout {
    writer: Writer,
}

/// A handle of the standard output: of a terminal, a pipe, a socket or a file.
///
/// **A write is ready when it has happened**: the system has the bytes. So nothing is lost if the program ends without
/// a flush, and nobody waits for this stream at the end of a runtime or of the program, not even if it is a pipe that
/// nobody reads. For many small writes put a [`BufWriter`](crate::io::BufWriter) around it, which has to be flushed.
///
/// A thread of its own makes the calls, which starts with the first write and ends when there was none for ten seconds.
/// While it waits for room, the loop goes on, and a program whose main future ends exits at once. The mode of the
/// descriptor stays as it is, so that other programs on the same terminal or pipe see no difference.
///
/// Any number of handles, tasks, threads and runtimes may write. Writes come out in the order in which they were begun
/// (first polled). One of up to 64 KiB is not mixed with others that are made here; a longer one is made in pieces of
/// that length. No runtime is needed.
///
/// # Together with std's
/// `print!` and [`std::io::stdout`] keep what is written behind the last end of a line, and this does not see it: flush
/// that first. Otherwise the order is that of the calls, if each write here is awaited before the next `println!`.
///
/// # Cancel safety
/// A write that is dropped while others are before it never happens, if its handle is dropped, too, or writes something
/// else. One that was begun goes on to its end, and the next write of the handle comes after it. A write **of the same
/// bytes by the same handle** takes the dropped one up again, wherever it is, and does not write twice: so a write may
/// be raced against something else and begun anew in a loop. To be rid of it, drop the handle; to know that it has
/// ended, flush.
///
/// # Errors
/// What the system says. When the reader of a pipe is gone that is [`BrokenPipe`](io::ErrorKind::BrokenPipe), since
/// Rust's programs ignore the signal SIGPIPE. When it starts no thread, nothing was written, nor will be. A standard
/// output that is closed takes everything, and so it does in std. On Windows a console takes UTF-8 only.
///
/// ```
/// use runtime::io::{AsyncWriteExt, stdout};
///
/// runtime::block_on(async {
///     stdout().write_all(b"hello\n").await
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[must_use = "it does nothing unless it is written to"]
pub fn stdout() -> Stdout {
    let writer = Writer::new(&OUTPUT);
    Stdout { writer }
}

impl AsyncWrite for Stdout {
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

impl fmt::Debug for Stdout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stdout")
            .field("writing", &self.writer.is_writing())
            .finish_non_exhaustive()
    }
}
