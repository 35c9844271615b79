//! Streams in hyper's clothes and hyper's streams in ours; it knows nothing of HTTP.

use std::cell::Cell;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_io::{AsyncRead, AsyncWrite};
use hyper::rt::{Read, ReadBuf, ReadBufCursor, Write};

/// A stream of one kind as one of the other: what has `futures-io`'s traits, as all streams of this runtime do, gets
/// hyper's; and what has hyper's, as an upgraded connection does, gets `futures-io`'s.
///
/// What hyper reads is copied once more: its buffers are filled by unsafe code or from another buffer, and here that is
/// one of 64 KiB for all streams of a thread. What hyper writes is not copied, nor is anything that is read or written
/// through [`AsyncRead`] and [`AsyncWrite`].
///
/// hyper hands over the head of a message and its body in one vectored write. A stream that has none of its own (a TLS
/// library's, perhaps) writes them one by one: say so with `writev(false)` to hyper's builder for HTTP/1, which then
/// copies them together.
///
/// Where hyper asks for a stream that is `Send`, as it does for upgrades, bind it to its thread before:
/// `HyperIo::new(ThreadBound::new(stream))`, with [`ThreadBound`](crate::task::ThreadBound).
///
/// # Cancel safety
/// It keeps no bytes: what it was not given at once is still in the stream.
///
/// ```
/// use std::future::poll_fn;
/// use std::pin::Pin;
/// use hyper::rt::{Read, ReadBuf, Write};
/// use runtime::hyper::HyperIo;
/// use runtime::net::{TcpListener, TcpStream};
///
/// runtime::block_on(async {
///     let listener = TcpListener::bind("127.0.0.1:0").await?;
///     let mut here = HyperIo::new(TcpStream::connect(listener.local_addr()?).await?);
///     let mut there = HyperIo::new(listener.accept().await?.0);
///     poll_fn(|cx| Pin::new(&mut here).poll_write(cx, b"hello")).await?;
///
///     let mut room = [0; 16];
///     let mut read = ReadBuf::new(&mut room);
///     poll_fn(|cx| Pin::new(&mut there).poll_read(cx, read.unfilled())).await?;
///     assert_eq!(read.filled(), b"hello");
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug)]
pub struct HyperIo<T> {
    stream: T,
}

impl<T> HyperIo<T> {
    /// Clothes a stream.
    ///
    /// ```
    /// use runtime::hyper::HyperIo;
    /// use runtime::io::empty;
    ///
    /// let stream = HyperIo::new(empty());
    /// # drop(stream);
    /// ```
    pub fn new(stream: T) -> Self {
        HyperIo { stream }
    }

    /// The stream.
    ///
    /// ```
    /// # runtime::block_on(async {
    /// use runtime::hyper::HyperIo;
    /// use runtime::net::{TcpListener, TcpStream};
    ///
    /// let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// let stream = HyperIo::new(TcpStream::connect(listener.local_addr()?).await?);
    /// assert_eq!(stream.get_ref().peer_addr()?, listener.local_addr()?);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn get_ref(&self) -> &T {
        &self.stream
    }

    /// The stream, to change it.
    ///
    /// ```
    /// use runtime::hyper::HyperIo;
    /// use runtime::io::Cursor;
    ///
    /// let mut stream = HyperIo::new(Cursor::new("hello"));
    /// stream.get_mut().set_position(2);
    /// assert_eq!(stream.into_inner().position(), 2);
    /// ```
    pub fn get_mut(&mut self) -> &mut T {
        &mut self.stream
    }

    /// Gives the stream back.
    ///
    /// ```
    /// use runtime::hyper::HyperIo;
    /// use runtime::io::Cursor;
    ///
    /// let stream = HyperIo::new(Cursor::new("hello"));
    /// assert_eq!(stream.into_inner().into_inner(), "hello");
    /// ```
    pub fn into_inner(self) -> T {
        self.stream
    }
}

/// How much one call reads at most.
const BETWEEN: usize = 64 * 1024;

thread_local! {
    /// What is on its way from a stream to hyper; empty while it is in use.
    static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

impl<T: AsyncRead + Unpin> Read for HyperIo<T> {
    /// The buffer is taken while it is used: a stream may itself read from another one by this way, and then that one
    /// makes a buffer of its own.
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut cursor: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let mut buffer = BUFFER.take();
        buffer.resize(BETWEEN, 0);
        let room = cursor.remaining().min(BETWEEN);
        let polled = Pin::new(&mut self.stream).poll_read(cx, &mut buffer[..room]);
        let polled = polled.map_ok(|read| cursor.put_slice(&buffer[..read]));
        BUFFER.set(buffer);
        polled
    }
}

impl<T: AsyncWrite + Unpin> Write for HyperIo<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_close(cx)
    }

    /// `futures-io` does not tell, so it is what our own streams are.
    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, buffers)
    }
}

impl<T: Read + Unpin> AsyncRead for HyperIo<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let mut buffer = ReadBuf::new(buffer);
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer.unfilled()))?;
        Poll::Ready(Ok(buffer.filled().len()))
    }
}

impl<T: Write + Unpin> AsyncWrite for HyperIo<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, buffers)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
