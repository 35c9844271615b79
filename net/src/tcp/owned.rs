//! The two halves of a TCP stream that own it together.

use std::error::Error;
use std::fmt;
use std::io::{self, IoSlice, IoSliceMut};
use std::mem;
use std::rc::Rc;
use std::task::{Context, Poll};

use crate::byte_stream::{byte_reader, byte_writer};
use crate::tcp::TcpStream;

/// The reading half of a stream, from [`TcpStream::into_split`]. What the stream can do besides, it does through
/// [`as_ref`](AsRef::as_ref).
#[derive(Debug)]
pub struct OwnedReadHalf {
    stream: Rc<TcpStream>,
}

/// The writing half of a stream, from [`TcpStream::into_split`]. Dropping it shuts writing down, so that the peer
/// reads the end of the stream. What the stream can do besides, it does through [`as_ref`](AsRef::as_ref).
#[derive(Debug)]
pub struct OwnedWriteHalf {
    stream: Rc<TcpStream>,
    shut_on_drop: bool,
}

pub(crate) fn split(stream: TcpStream) -> (OwnedReadHalf, OwnedWriteHalf) {
    let stream = Rc::new(stream);
    let reader = OwnedReadHalf {
        stream: stream.clone(),
    };
    let writer = OwnedWriteHalf {
        stream,
        shut_on_drop: true,
    };
    (reader, writer)
}

/// Two halves that were not of one stream. It gives them back.
#[derive(Debug)]
pub struct ReuniteError(pub OwnedReadHalf, pub OwnedWriteHalf);

impl fmt::Display for ReuniteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("these two halves do not come from the same TCP stream")
    }
}

impl Error for ReuniteError {}

fn reunite(reader: OwnedReadHalf, writer: OwnedWriteHalf) -> Result<TcpStream, ReuniteError> {
    if !Rc::ptr_eq(&reader.stream, &writer.stream) {
        return Err(ReuniteError(reader, writer));
    }
    writer.forget();
    match Rc::try_unwrap(reader.stream) {
        Ok(stream) => Ok(stream),
        Err(_) => unreachable!("a stream has two halves, and one of them is gone"),
    }
}

impl OwnedReadHalf {
    /// Puts the two halves of a stream together again.
    ///
    /// # Errors
    /// If they are not of the same stream.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
    /// let stream = net::TcpStream::connect(listener.local_addr()?).await?;
    /// let (reader, writer) = stream.into_split();
    /// let stream = reader.reunite(writer).expect("they belong together");
    /// # drop(stream);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn reunite(self, writer: OwnedWriteHalf) -> Result<TcpStream, ReuniteError> {
        reunite(self, writer)
    }

    /// As [`TcpStream::peek`].
    ///
    /// # Errors
    /// As there.
    pub async fn peek(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.peek(buffer).await
    }

    fn poll_read_bytes(&self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        self.stream.poll_read_bytes(cx, buffer)
    }

    fn poll_read_slices(
        &self,
        cx: &mut Context<'_>,
        buffers: &mut [IoSliceMut<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stream.poll_read_slices(cx, buffers)
    }
}

impl OwnedWriteHalf {
    /// Puts the two halves of a stream together again.
    ///
    /// # Errors
    /// If they are not of the same stream.
    pub fn reunite(self, reader: OwnedReadHalf) -> Result<TcpStream, ReuniteError> {
        reunite(reader, self)
    }

    /// Drops this half without shutting writing down.
    pub fn forget(mut self) {
        self.shut_on_drop = false;
    }

    fn poll_write_bytes(&self, cx: &mut Context<'_>, buffer: &[u8]) -> Poll<io::Result<usize>> {
        self.stream.poll_write_bytes(cx, buffer)
    }

    fn poll_write_slices(
        &self,
        cx: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stream.poll_write_slices(cx, buffers)
    }

    fn close_writing(&self) -> io::Result<()> {
        self.stream.close_writing()
    }
}

impl Drop for OwnedWriteHalf {
    fn drop(&mut self) {
        if mem::take(&mut self.shut_on_drop) {
            // There is nobody to tell of an error, and the only one there can be is that the connection is gone.
            let _ = self.stream.close_writing();
        }
    }
}

byte_reader!(OwnedReadHalf);
byte_writer!(OwnedWriteHalf);

impl AsRef<TcpStream> for OwnedReadHalf {
    fn as_ref(&self) -> &TcpStream {
        &self.stream
    }
}

impl AsRef<TcpStream> for OwnedWriteHalf {
    fn as_ref(&self) -> &TcpStream {
        &self.stream
    }
}
