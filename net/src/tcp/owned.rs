//! The bytes of a TCP connection, moved by operations that own their buffer.

use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::net;

use reactor::Room;
use reactor::owned::{ByteStream, Received, Socket};

use crate::halves::Splittable;
use crate::os::{receive_stream, write_slices};
use crate::owned::{owned_reads, owned_writes};
use crate::tcp::TcpStream;

impl TcpStream {
    owned_reads!(TcpStream, self => self, "# let (here, there) = net::doctest::pair().await?;");
    owned_writes!(TcpStream, self => self, "# let (here, there) = net::doctest::pair().await?;");
}

impl Socket for TcpStream {
    type Io = net::TcpStream;
}

impl ByteStream for TcpStream {
    #[inline]
    fn receive<'r>(io: &net::TcpStream, room: Room<'r>) -> io::Result<Received<'r>> {
        let bytes = receive_stream(io, room)?;
        Ok(Received { bytes, cut: false })
    }

    #[inline]
    fn send(mut io: &net::TcpStream, bytes: &[u8]) -> io::Result<usize> {
        io.write(bytes)
    }

    fn receive_slices(
        mut io: &net::TcpStream,
        buffers: &mut [IoSliceMut<'_>],
    ) -> io::Result<(usize, bool)> {
        Ok((io.read_vectored(buffers)?, false))
    }

    fn send_slices(io: &net::TcpStream, buffers: &[IoSlice<'_>]) -> io::Result<usize> {
        write_slices(io, buffers)
    }
}
