//! The public handle of the standard input, with bytes that it has taken to look for lines in.

use std::collections::VecDeque;
use std::fmt;
use std::io::{self, Read};
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_io::{AsyncBufRead, AsyncRead};

use super::input::{self, INPUT, Reader};

/// What is asked for when lines are looked for, as by [`std::io::Stdin`].
const BUFFER_BYTES: usize = 8 << 10;

/// A handle of the standard input of this process: see [`stdin`].
///
/// ```
/// use runtime::io::{AsyncReadExt, Stdin, stdin};
/// use runtime::time::{Duration, timeout};
///
/// async fn first_byte(mut stdin: Stdin) -> std::io::Result<u8> {
///     let mut byte = [0];
///     stdin.read_exact(&mut byte).await?;
///     Ok(byte[0])
/// }
///
/// // Whoever runs this may have nothing to say.
/// let first = runtime::block_on(timeout(Duration::from_millis(1), first_byte(stdin())));
/// println!("{first:?}");
/// ```
pub struct Stdin {
    reader: Reader,
    /// Taken out of the process's common store by `poll_fill_buf`, and consumed up to `consumed`.
    buffer: Vec<u8>,
    consumed: usize,
}

/// A handle of the standard input: of a terminal, a pipe, a socket or a file.
///
/// It is read by lines without a `BufReader` around it: `stdin().read_line(…)` and `stdin().lines()` of
/// [`AsyncBufReadExt`](crate::io::AsyncBufReadExt); `read_line` wants an empty `String`. Any number of handles, tasks,
/// threads and runtimes may read; each byte goes to one of them. Of those that read lines at the same time each takes
/// what comes, and a line may be torn between them: use one handle for lines at a time. No runtime is needed.
///
/// A thread of its own makes the calls, since only that is sound for all that a standard input may be: it starts with
/// the first read and ends when nobody has read for ten seconds. **Nobody waits for it**: a program whose main future
/// ends while a read is under way exits at once. The mode of the descriptor stays as it is, so that other programs on
/// the same terminal or pipe see no difference.
///
/// # What is taken from the system
/// Nothing is read before somebody asks, and no more than was asked for: the length of the buffer, at most 64 KiB.
/// Lines are looked for in pieces of 8 KiB, as std does. What was not asked for is there for a child process that is
/// started later. A read that was begun goes on when its future is dropped: it takes the next bytes from the system,
/// and they are for the next reader in this process. So let none be under way when a child that reads is started.
///
/// On Windows the calls are those of [`std::io::Stdin`], with its buffer of 8 KiB, since a console needs them.
///
/// # Together with std's
/// [`std::io::stdin`] has a buffer of its own, which this cannot see. Read with the one or with the other.
///
/// # Cancel safety
/// A dropped read loses nothing: bytes that come for it are given to the next read, by whatever handle. What a handle
/// has taken to look for lines in and not used is given back when the handle is dropped. `read_line` is not cancel-safe
/// when a line comes in pieces, the stream of `lines()` is.
///
/// # Errors
/// What the system says: for instance, when the terminal belongs to programs in the foreground and this one runs in the
/// background, and cannot be stopped until it is called back (else it is stopped, as is any program); or that it starts
/// no thread, and so has read nothing. A standard input that is closed has ended, which is no error, and so it is in
/// std.
///
/// The end of a pipe or a file stays. After that of a terminal (Ctrl-D) one may go on reading. Whether it is one, std's
/// handle [says](std::io::IsTerminal::is_terminal).
///
/// ```
/// use runtime::io::{AsyncBufReadExt, stdin};
/// use runtime::stream::StreamExt;
/// use runtime::time::{Duration, timeout};
///
/// runtime::block_on(async {
///     let mut lines = stdin().lines();
///     // Whoever runs this may have nothing to say.
///     match timeout(Duration::from_millis(1), lines.next()).await {
///         Ok(Some(line)) => println!("a line of {} bytes", line?.len()),
///         Ok(None) => println!("the end"),
///         Err(_) => println!("nothing yet"),
///     }
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[must_use = "it does nothing unless it is read"]
pub fn stdin() -> Stdin {
    Stdin {
        reader: INPUT.lock().new_reader(),
        buffer: Vec::new(),
        consumed: 0,
    }
}

impl Stdin {
    fn unused(&self) -> &[u8] {
        &self.buffer[self.consumed..]
    }
}

impl AsyncRead for Stdin {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        room: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        if room.is_empty() {
            return Poll::Ready(Ok(0));
        }
        if !self.unused().is_empty() {
            let length = self.unused().read(room);
            self.consumed += length.as_ref().map_or(0, |length| *length);
            return Poll::Ready(length);
        }
        input::poll_take(cx, self.reader, room.len(), |bytes| {
            bytes.read(room).unwrap_or(0) // It cannot fail.
        })
    }
}

impl AsyncBufRead for Stdin {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let this = self.get_mut();
        if this.unused().is_empty() {
            this.consumed = 0;
            this.buffer.clear();
            let buffer = &mut this.buffer;
            let take = |bytes: &mut VecDeque<u8>| {
                *buffer = Vec::from(mem::take(bytes));
                buffer.len()
            };
            ready!(input::poll_take(cx, this.reader, BUFFER_BYTES, take))?;
        }
        Poll::Ready(Ok(this.unused()))
    }

    fn consume(mut self: Pin<&mut Self>, length: usize) {
        self.consumed = self.buffer.len().min(self.consumed + length);
    }
}

impl Drop for Stdin {
    fn drop(&mut self) {
        input::leave(self.reader, self.unused());
    }
}

impl fmt::Debug for Stdin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stdin")
            .field("buffered", &self.unused().len())
            .finish_non_exhaustive()
    }
}
