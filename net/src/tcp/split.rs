//! What a TCP stream's halves do, by the names that every stream's halves ask for.

use std::io::{self, IoSlice, IoSliceMut};
use std::task::{Context, Poll};

use reactor::Registration;

use crate::halves::Splittable;
use crate::tcp::TcpStream;

impl Splittable for TcpStream {
    fn registration(&self) -> &Registration<std::net::TcpStream> {
        &self.registration
    }

    fn poll_read_bytes(&self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        TcpStream::poll_read_bytes(self, cx, buffer)
    }

    fn poll_read_slices(
        &self,
        cx: &mut Context<'_>,
        buffers: &mut [IoSliceMut<'_>],
    ) -> Poll<io::Result<usize>> {
        TcpStream::poll_read_slices(self, cx, buffers)
    }

    fn poll_write_bytes(&self, cx: &mut Context<'_>, buffer: &[u8]) -> Poll<io::Result<usize>> {
        TcpStream::poll_write_bytes(self, cx, buffer)
    }

    fn poll_write_slices(
        &self,
        cx: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        TcpStream::poll_write_slices(self, cx, buffers)
    }

    fn close_writing(&self) -> io::Result<()> {
        TcpStream::close_writing(self)
    }
}
