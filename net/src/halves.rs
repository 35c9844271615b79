//! A stream's two halves, borrowed or owned, for any stream of this crate; they know nothing of what a stream is.
//!
//! Sockets can be read and written through a shared reference, so a half is no more than a name for one direction. What
//! the owned ones add is that dropping the writing half ends the writing.

use std::error::Error;
use std::fmt;
use std::io::{self, IoSlice, IoSliceMut};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use futures_io::{AsyncRead, AsyncWrite};
use reactor::Registration;
use reactor::owned::ByteStream;

use crate::owned::{owned_reads, owned_writes};

/// A stream that can be split. Its methods are those that the macro `byte_stream` asks for.
///
/// The halves' traits ask for this one, and not for `AsyncRead` on references: then the compiler would look for a half
/// of a half of a half wherever users ask for a stream of any kind.
///
/// ```
/// # net::doctest::run(async {
/// # mod runtime { pub mod net { pub use ::net::*; } pub use futures_lite::io; }
/// use runtime::io::AsyncWriteExt;
/// use runtime::net::halves::{OwnedWriteHalf, Splittable};
///
/// async fn greet<S: Splittable>(mut writer: OwnedWriteHalf<S>) -> std::io::Result<()> {
///     writer.write_all(b"hello").await
/// }
/// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
/// # let client = net::TcpStream::connect(listener.local_addr()?).await?;
/// # let (server, _) = listener.accept().await?;
/// greet(client.into_split().1).await?; // A `UnixStream` would do as well.
/// assert_eq!(server.peek(&mut [0; 16]).await?, 5);
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
pub trait Splittable: fmt::Debug + ByteStream {
    #[doc(hidden)]
    fn registration(&self) -> &Registration<Self::Io>;

    #[doc(hidden)]
    fn poll_read_bytes(&self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>>;

    #[doc(hidden)]
    fn poll_read_slices(
        &self,
        cx: &mut Context<'_>,
        buffers: &mut [IoSliceMut<'_>],
    ) -> Poll<io::Result<usize>>;

    #[doc(hidden)]
    fn poll_write_bytes(&self, cx: &mut Context<'_>, buffer: &[u8]) -> Poll<io::Result<usize>>;

    #[doc(hidden)]
    fn poll_write_slices(
        &self,
        cx: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>>;

    #[doc(hidden)]
    fn close_writing(&self) -> io::Result<()>;
}

/// The reading half of a borrowed stream.
///
/// ```
/// # net::doctest::run(async {
/// # mod runtime { pub mod net { pub use ::net::*; } pub use futures_lite::io; }
/// use runtime::io::AsyncReadExt;
///
/// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
/// # let mut client = net::TcpStream::connect(listener.local_addr()?).await?;
/// # let (server, _) = listener.accept().await?;
/// let (mut reader, _) = client.split();
/// server.try_write(b"hello")?;
/// let mut word = [0; 5];
/// reader.read_exact(&mut word).await?;
/// assert_eq!(&word, b"hello");
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
#[derive(Debug)]
pub struct ReadHalf<'a, S: Splittable> {
    stream: &'a S,
}

/// The writing half of a borrowed stream.
///
/// ```
/// # net::doctest::run(async {
/// # mod runtime { pub mod net { pub use ::net::*; } pub use futures_lite::io; }
/// use runtime::io::AsyncWriteExt;
///
/// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
/// # let mut client = net::TcpStream::connect(listener.local_addr()?).await?;
/// # let (server, _) = listener.accept().await?;
/// let (_, mut writer) = client.split();
/// writer.close().await?; // Dropping it would not.
/// assert_eq!(server.peek(&mut [0; 16]).await?, 0, "the end of the stream");
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
#[derive(Debug)]
pub struct WriteHalf<'a, S: Splittable> {
    stream: &'a S,
}

/// The reading half of a stream that was taken apart. The stream is closed when both halves are dropped.
///
/// ```
/// # net::doctest::run(async {
/// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
/// # let client = net::TcpStream::connect(listener.local_addr()?).await?;
/// let (reader, writer) = client.into_split();
/// drop(writer);
/// let stream = reader.as_ref(); // Still open, for reading.
/// assert_eq!(stream.peer_addr()?, listener.local_addr()?);
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
#[derive(Debug)]
pub struct OwnedReadHalf<S: Splittable> {
    stream: Rc<S>,
}

/// The writing half of a stream that was taken apart. Dropping it shuts down the writing, and the peer reads the end
/// of the stream; [`forget`](Self::forget) does not.
///
/// ```
/// # net::doctest::run(async {
/// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
/// # let client = net::TcpStream::connect(listener.local_addr()?).await?;
/// # let (server, _) = listener.accept().await?;
/// let (reader, writer) = client.into_split();
/// drop(writer);
/// assert_eq!(server.peek(&mut [0; 16]).await?, 0, "the end of the stream");
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
#[derive(Debug)]
pub struct OwnedWriteHalf<S: Splittable> {
    stream: Rc<S>,
    closes: bool,
}

/// The two halves that were to be put together are not of the same stream. It gives them back.
///
/// ```
/// # net::doctest::run(async {
/// # mod runtime { pub mod net { pub use ::net::*; } }
/// use runtime::net::halves::ReuniteError;
///
/// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
/// # let client = net::TcpStream::connect(listener.local_addr()?).await?;
/// # let (server, _) = listener.accept().await?;
/// let ((ours, _w), (_r, theirs)) = (client.into_split(), server.into_split());
/// let ReuniteError(reader, writer) = ours.reunite(theirs).unwrap_err();
/// assert_eq!(reader.as_ref().peer_addr()?, writer.as_ref().local_addr()?);
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
#[derive(Debug)]
pub struct ReuniteError<S: Splittable>(pub OwnedReadHalf<S>, pub OwnedWriteHalf<S>);

impl<S: Splittable> fmt::Display for ReuniteError<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("these two halves are not of the same stream")
    }
}

impl<S: Splittable> Error for ReuniteError<S> {}

pub(crate) fn split<S: Splittable>(stream: &mut S) -> (ReadHalf<'_, S>, WriteHalf<'_, S>) {
    (ReadHalf { stream }, WriteHalf { stream })
}

pub(crate) fn into_split<S: Splittable>(stream: S) -> (OwnedReadHalf<S>, OwnedWriteHalf<S>) {
    let stream = Rc::new(stream);
    let read = OwnedReadHalf {
        stream: stream.clone(),
    };
    let write = OwnedWriteHalf {
        stream,
        closes: true,
    };
    (read, write)
}

impl<S: Splittable> ReadHalf<'_, S> {
    owned_reads!(S, self => self.stream, "# let (mut stream, there) = net::doctest::pair().await?;
# let (here, _) = stream.split();");
}

impl<S: Splittable> WriteHalf<'_, S> {
    owned_writes!(S, self => self.stream, "# let (mut stream, there) = net::doctest::pair().await?;
# let (_, here) = stream.split();");
}

impl<S: Splittable> OwnedReadHalf<S> {
    owned_reads!(S, self => self.stream, "# let (stream, there) = net::doctest::pair().await?;
# let (here, _writer) = stream.into_split();");

    /// Puts the two halves together again.
    ///
    /// # Errors
    /// If they are not of the same stream: then both come back in the error.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
    /// # let client = net::TcpStream::connect(listener.local_addr()?).await?;
    /// let (reader, writer) = client.into_split();
    /// let stream = reader.reunite(writer).expect("they belong together");
    /// assert_eq!(stream.peer_addr()?, listener.local_addr()?);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn reunite(self, write: OwnedWriteHalf<S>) -> Result<S, ReuniteError<S>> {
        if !Rc::ptr_eq(&self.stream, &write.stream) {
            return Err(ReuniteError(self, write));
        }
        write.forget();
        match Rc::try_unwrap(self.stream) {
            Ok(stream) => Ok(stream),
            Err(_) => unreachable!("only the two halves have a share of the stream"),
        }
    }
}

impl<S: Splittable> OwnedWriteHalf<S> {
    owned_writes!(S, self => self.stream, "# let (stream, there) = net::doctest::pair().await?;
# let (_reader, here) = stream.into_split();");

    /// Puts the two halves together again.
    ///
    /// # Errors
    /// If they are not of the same stream: then both come back in the error.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
    /// # let client = net::TcpStream::connect(listener.local_addr()?).await?;
    /// let (reader, writer) = client.into_split();
    /// let stream = writer.reunite(reader).expect("they belong together");
    /// assert_eq!(stream.peer_addr()?, listener.local_addr()?);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn reunite(self, read: OwnedReadHalf<S>) -> Result<S, ReuniteError<S>> {
        read.reunite(self)
    }

    /// Drops this half without shutting anything down: the peer reads no end before the other half is dropped.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
    /// # let client = net::TcpStream::connect(listener.local_addr()?).await?;
    /// let (reader, writer) = client.into_split();
    /// writer.forget();
    /// assert_eq!(reader.as_ref().try_write(b"hello")?, 5, "writing is not shut down");
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn forget(mut self) {
        self.closes = false;
    }
}

impl<S: Splittable> Drop for OwnedWriteHalf<S> {
    fn drop(&mut self) {
        if self.closes {
            // There is nobody to tell, and an error means that the connection has ended by itself.
            let _ = self.stream.close_writing();
        }
    }
}

impl<S: Splittable> AsRef<S> for ReadHalf<'_, S> {
    fn as_ref(&self) -> &S {
        self.stream
    }
}

impl<S: Splittable> AsRef<S> for WriteHalf<'_, S> {
    fn as_ref(&self) -> &S {
        self.stream
    }
}

impl<S: Splittable> AsRef<S> for OwnedReadHalf<S> {
    fn as_ref(&self) -> &S {
        &self.stream
    }
}

impl<S: Splittable> AsRef<S> for OwnedWriteHalf<S> {
    fn as_ref(&self) -> &S {
        &self.stream
    }
}

/// The trait of a reading half.
macro_rules! read_half {
    ($($half:ty),*) => {
        $(impl<S: Splittable> AsyncRead for $half {
            fn poll_read(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                buffer: &mut [u8],
            ) -> Poll<io::Result<usize>> {
                self.stream.poll_read_bytes(cx, buffer)
            }

            fn poll_read_vectored(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                buffers: &mut [IoSliceMut<'_>],
            ) -> Poll<io::Result<usize>> {
                self.stream.poll_read_slices(cx, buffers)
            }
        })*
    };
}

/// The trait of a writing half.
macro_rules! write_half {
    ($($half:ty),*) => {
        $(impl<S: Splittable> AsyncWrite for $half {
            fn poll_write(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                buffer: &[u8],
            ) -> Poll<io::Result<usize>> {
                self.stream.poll_write_bytes(cx, buffer)
            }

            fn poll_write_vectored(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                buffers: &[IoSlice<'_>],
            ) -> Poll<io::Result<usize>> {
                self.stream.poll_write_slices(cx, buffers)
            }

            /// Nothing is buffered here: what was written is the system's already.
            fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
                Poll::Ready(Ok(()))
            }

            /// Shuts down the writing, so that the peer reads the end of the stream.
            fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
                Poll::Ready(self.stream.close_writing())
            }
        })*
    };
}

read_half!(
    ReadHalf<'_, S>,
    &ReadHalf<'_, S>,
    OwnedReadHalf<S>,
    &OwnedReadHalf<S>
);
write_half!(
    WriteHalf<'_, S>,
    &WriteHalf<'_, S>,
    OwnedWriteHalf<S>,
    &OwnedWriteHalf<S>
);
