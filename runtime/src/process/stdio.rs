//! The pipes to a child: what it reads from us and what it writes to us; it knows nothing of the child.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::process::Stdio;
use std::task::{Context, Poll};

use futures_io::{AsyncRead, AsyncWrite};

use super::os;

/// The pipe that a child reads as its standard input. Of [`Child::stdin`](super::Child::stdin).
///
/// The child reads the end of it when this is closed or dropped: [`close`] does that. A child that reads until then,
/// and is waited for, would wait for ever; so [`Child::wait`](super::Child::wait) drops the pipe first.
///
/// A pipe holds some 64 KiB. Whoever writes more to a child that answers as it reads has to read at the same time.
///
/// On Windows, a thread of the pool for blocking work does the writing. What was written is on its way, then, and
/// [`flush`] waits until it is in the pipe.
///
/// [`close`]: futures_lite::io::AsyncWriteExt::close
/// [`flush`]: futures_lite::io::AsyncWriteExt::flush
///
/// # Errors
/// Writing: [`io::ErrorKind::BrokenPipe`] when the child has closed its end, and after a close of this one.
///
/// # Cancel safety
/// What a dropped `write` has not told of was not written. What a dropped `write_all` has written is unknown.
///
/// ```
/// use runtime::io::{AsyncReadExt, AsyncWriteExt};
/// use runtime::process::{Command, Stdio};
///
/// # if cfg!(windows) { return Ok(()); }
/// runtime::block_on(async {
///     let mut child = Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
///     let mut stdin = child.stdin.take().expect("it was piped");
///     stdin.write_all(b"hello").await?;
///     drop(stdin); // Else `cat` would read on.
///     let mut echoed = String::new();
///     child.stdout.take().expect("it was piped").read_to_string(&mut echoed).await?;
///     assert_eq!(echoed, "hello");
///     assert!(child.wait().await?.success());
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug)]
pub struct ChildStdin {
    /// `None` once it is closed.
    pipe: Option<os::StdinPipe>,
}

impl ChildStdin {
    pub(super) fn new(pipe: os::StdinPipe) -> Self {
        ChildStdin { pipe: Some(pipe) }
    }

    pub(super) fn into_pipe(self) -> io::Result<os::StdinPipe> {
        self.pipe.ok_or_else(closed)
    }
}

#[cold]
fn closed() -> io::Error {
    let words = "this pipe to a child was closed: keep it open until all is written";
    io::Error::new(io::ErrorKind::BrokenPipe, words)
}

impl AsyncWrite for ChildStdin {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &mut self.pipe {
            Some(pipe) => pipe.poll_write(cx, bytes),
            None => Poll::Ready(Err(closed())),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match &mut self.pipe {
            Some(pipe) => pipe.poll_write_vectored(cx, parts),
            None => Poll::Ready(Err(closed())),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.pipe {
            Some(pipe) => pipe.poll_flush(cx),
            None => Poll::Ready(Ok(())),
        }
    }

    /// The child reads the end.
    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = self.as_mut().poll_flush(cx);
        if flushed.is_ready() {
            self.pipe = None;
        }
        flushed
    }
}

/// As the standard output or input of another child, in blocking mode, as that expects it.
///
/// # Errors
/// If it was closed. On Windows, if a write is under way.
impl TryFrom<ChildStdin> for Stdio {
    type Error = io::Error;

    fn try_from(stdin: ChildStdin) -> io::Result<Stdio> {
        stdin.into_pipe()?.into_stdio()
    }
}

macro_rules! output {
    ($(#[$attribute:meta])* $name:ident, $pipe:ident) => {
        $(#[$attribute])*
        #[derive(Debug)]
        pub struct $name {
            pipe: os::$pipe,
        }

        impl $name {
            pub(super) fn new(pipe: os::$pipe) -> Self {
                $name { pipe }
            }

            pub(super) fn into_pipe(self) -> io::Result<os::$pipe> {
                Ok(self.pipe)
            }
        }

        impl AsyncRead for $name {
            fn poll_read(
                mut self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                buffer: &mut [u8],
            ) -> Poll<io::Result<usize>> {
                self.pipe.poll_read(cx, buffer)
            }
        }

        /// As the standard input of another child, in blocking mode, as that expects it. What was read here is not read
        /// there.
        ///
        /// # Errors
        /// What the system says. On Windows, if a read is under way, or has brought bytes that nobody took.
        impl TryFrom<$name> for Stdio {
            type Error = io::Error;

            fn try_from(output: $name) -> io::Result<Stdio> {
                output.into_pipe()?.into_stdio()
            }
        }
    };
}

output! {
    /// The pipe that a child writes its standard output to. Of [`Child::stdout`](super::Child::stdout).
    ///
    /// It ends when all who have the other end have closed it: the child, and whatever the child has started. A child
    /// whose output nobody reads stops when the pipe is full, which is at some 64 KiB.
    ///
    /// On Windows, a thread of the pool for blocking work does the reading.
    ///
    /// # Cancel safety
    /// Dropping a future that reads loses nothing that was not given.
    ///
    /// ```
    /// use runtime::io::{AsyncBufReadExt, BufReader};
    /// use runtime::process::{Command, Stdio};
    /// use runtime::stream::StreamExt;
    ///
    /// # if cfg!(windows) { return Ok(()); }
    /// runtime::block_on(async {
    ///     let mut list = Command::new("sh");
    ///     let mut child = list.args(["-c", "echo one; echo two"]).stdout(Stdio::piped()).spawn()?;
    ///     let mut lines = BufReader::new(child.stdout.take().expect("it was piped")).lines();
    ///     let mut count = 0;
    ///     while let Some(line) = lines.next().await {
    ///         println!("the child says {}", line?);
    ///         count += 1;
    ///     }
    ///     assert_eq!(count, 2);
    ///     assert!(child.wait().await?.success());
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    ///
    /// One child's output is the next one's input:
    ///
    /// ```
    /// use runtime::process::{Command, Stdio};
    ///
    /// # if cfg!(windows) { return Ok(()); }
    /// runtime::block_on(async {
    ///     let mut list = Command::new("sh");
    ///     let mut first = list.args(["-c", "echo b; echo a"]).stdout(Stdio::piped()).spawn()?;
    ///     let listed: Stdio = first.stdout.take().expect("it was piped").try_into()?;
    ///     let sorted = Command::new("sort").stdin(listed).output().await?;
    ///     assert_eq!(sorted.stdout, b"a\nb\n");
    ///     assert!(first.wait().await?.success());
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    ChildStdout, StdoutPipe
}

output! {
    /// The pipe that a child writes its standard error to. Of [`Child::stderr`](super::Child::stderr).
    ///
    /// It is as [`ChildStdout`] in all other respects.
    ///
    /// ```
    /// use runtime::io::AsyncReadExt;
    /// use runtime::process::{Command, Stdio};
    ///
    /// # if cfg!(windows) { return Ok(()); }
    /// runtime::block_on(async {
    ///     let mut complaint = Command::new("sh");
    ///     let mut child = complaint.args(["-c", "echo oh no >&2"]).stderr(Stdio::piped()).spawn()?;
    ///     let mut words = String::new();
    ///     child.stderr.take().expect("it was piped").read_to_string(&mut words).await?;
    ///     assert_eq!(words, "oh no\n");
    ///     assert!(child.wait().await?.success());
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    ChildStderr, StderrPipe
}
