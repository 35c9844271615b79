//! What a proxy does: bytes both ways until both sides have ended.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_io::{AsyncRead, AsyncWrite};

/// Each way holds at most so many bytes: a slow reader slows its writer down, and nothing grows.
const BUFFER_BYTES: usize = 8 * 1024;

/// Copies from `a` to `b` and from `b` to `a`, until both have ended. Returns how many bytes went each way.
///
/// The end of one side's reading closes the other side's writing, and the way back goes on: half-closed connections
/// work as they are meant to.
///
/// # Cancel safety
/// Not cancel safe: bytes that were read but not yet written are lost when the future is dropped.
///
/// # Errors
/// The first error of either side; what was copied by then is not told.
///
/// ```
/// use runtime::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
/// use runtime::net::{TcpListener, TcpStream};
///
/// # async fn connected() -> std::io::Result<(TcpStream, TcpStream)> {
/// #     let listener = TcpListener::bind("127.0.0.1:0").await?;
/// #     let client = TcpStream::connect(listener.local_addr()?).await?;
/// #     Ok((client, listener.accept().await?.0))
/// # }
/// runtime::block_on(async {
///     let (mut client, mut inside) = connected().await?;
///     let (mut outside, mut server) = connected().await?;
///     let proxy = runtime::spawn(async move { copy_bidirectional(&mut inside, &mut outside).await });
///
///     client.write_all(b"ping").await?;
///     client.close().await?;
///     let mut request = String::new();
///     server.read_to_string(&mut request).await?;
///     server.write_all(b"pong!").await?;
///     server.close().await?;
///     assert_eq!(proxy.await??, (4, 5));
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
pub async fn copy_bidirectional<A, B>(a: &mut A, b: &mut B) -> io::Result<(u64, u64)>
where
    A: AsyncRead + AsyncWrite + Unpin + ?Sized,
    B: AsyncRead + AsyncWrite + Unpin + ?Sized,
{
    let mut there = Way::new();
    let mut back = Way::new();
    let mut back_first = true;
    poll_fn(|cx| {
        // The two share the budget of a poll, and a way that never rests spends it all: so they take turns.
        back_first = !back_first;
        let (went, came) = if back_first {
            let came = back.poll_copy(cx, b, a)?;
            (there.poll_copy(cx, a, b)?, came)
        } else {
            (there.poll_copy(cx, a, b)?, back.poll_copy(cx, b, a)?)
        };
        let (Poll::Ready(went), Poll::Ready(came)) = (went, came) else {
            return Poll::Pending;
        };
        Poll::Ready(Ok((went, came)))
    })
    .await
}

/// One of the two ways.
struct Way {
    buffer: Box<[u8]>,
    /// The bytes that were read and not yet written: `buffer[begin..end]`.
    begin: usize,
    end: usize,
    copied: u64,
    stage: Stage,
}

#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Copying,
    /// The reader has ended; the writer has to be closed.
    Closing,
    Over,
}

impl Way {
    fn new() -> Way {
        Way {
            buffer: vec![0; BUFFER_BYTES].into_boxed_slice(),
            begin: 0,
            end: 0,
            copied: 0,
            stage: Stage::Copying,
        }
    }

    fn poll_copy<R, W>(
        &mut self,
        cx: &mut Context<'_>,
        reader: &mut R,
        writer: &mut W,
    ) -> Poll<io::Result<u64>>
    where
        R: AsyncRead + Unpin + ?Sized,
        W: AsyncWrite + Unpin + ?Sized,
    {
        while self.stage == Stage::Copying {
            ready!(self.poll_drain(cx, writer))?;
            ready!(self.poll_fill(cx, reader, writer))?;
        }
        if self.stage == Stage::Closing {
            ready!(Pin::new(writer).poll_close(cx))?;
            self.stage = Stage::Over;
        }
        Poll::Ready(Ok(self.copied))
    }

    fn poll_drain<W>(&mut self, cx: &mut Context<'_>, writer: &mut W) -> Poll<io::Result<()>>
    where
        W: AsyncWrite + Unpin + ?Sized,
    {
        while self.begin < self.end {
            let bytes = &self.buffer[self.begin..self.end];
            let written = ready!(Pin::new(&mut *writer).poll_write(cx, bytes))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.begin += written;
            self.copied += written as u64;
        }
        Poll::Ready(Ok(()))
    }

    /// Reads again. While there is nothing to read, what the writer holds back is flushed.
    fn poll_fill<R, W>(
        &mut self,
        cx: &mut Context<'_>,
        reader: &mut R,
        writer: &mut W,
    ) -> Poll<io::Result<()>>
    where
        R: AsyncRead + Unpin + ?Sized,
        W: AsyncWrite + Unpin + ?Sized,
    {
        let Poll::Ready(read) = Pin::new(reader).poll_read(cx, &mut self.buffer) else {
            ready!(Pin::new(writer).poll_flush(cx))?;
            return Poll::Pending;
        };
        (self.begin, self.end) = (0, read?);
        if self.end == 0 {
            self.stage = Stage::Closing;
        }
        Poll::Ready(Ok(()))
    }
}
