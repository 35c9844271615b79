//! The two halves of a TCP stream that is borrowed.

use std::io::{self, IoSlice, IoSliceMut};
use std::task::{Context, Poll};

use crate::byte_stream::{byte_reader, byte_writer};
use crate::tcp::TcpStream;

/// The reading half of a stream, from [`TcpStream::split`]. What the stream can do besides, it does through
/// [`as_ref`](AsRef::as_ref).
#[derive(Debug)]
pub struct ReadHalf<'a> {
    stream: &'a TcpStream,
}

/// The writing half of a stream, from [`TcpStream::split`]. Dropping it shuts nothing down; `close` does. What the
/// stream can do besides, it does through [`as_ref`](AsRef::as_ref).
#[derive(Debug)]
pub struct WriteHalf<'a> {
    stream: &'a TcpStream,
}

impl<'a> ReadHalf<'a> {
    pub(crate) fn new(stream: &'a TcpStream) -> Self {
        ReadHalf { stream }
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

impl<'a> WriteHalf<'a> {
    pub(crate) fn new(stream: &'a TcpStream) -> Self {
        WriteHalf { stream }
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

byte_reader!(ReadHalf<'_>);
byte_writer!(WriteHalf<'_>);

impl AsRef<TcpStream> for ReadHalf<'_> {
    fn as_ref(&self) -> &TcpStream {
        self.stream
    }
}

impl AsRef<TcpStream> for WriteHalf<'_> {
    fn as_ref(&self) -> &TcpStream {
        self.stream
    }
}
