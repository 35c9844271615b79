//! The bytes of a Unix stream, moved by operations that own their buffer.

use std::io::{self, IoSlice, IoSliceMut};
use std::os::unix::net;

use reactor::Room;
use reactor::owned::{ByteStream, Received, Socket};

use super::stream::UnixStream;
use crate::halves::Splittable;
use crate::os;
use crate::owned::{owned_reads, owned_writes};

impl UnixStream {
    owned_reads!(UnixStream, self => self, "let (here, there) = net::UnixStream::pair()?;");
    owned_writes!(UnixStream, self => self, "let (here, there) = net::UnixStream::pair()?;");
}

impl Socket for UnixStream {
    type Io = net::UnixStream;
}

impl ByteStream for UnixStream {
    /// Bytes are read by a call that also says whether the read ended where descriptors were passed along. That call is
    /// not for memory that is not initialised, and to fill a large room with zeros costs more than to be told, by a
    /// call more, that nothing is left.
    #[inline]
    fn receive<'r>(io: &net::UnixStream, room: Room<'r>) -> io::Result<Received<'r>> {
        match room {
            Room::Initialised(bytes) => {
                let taken = os::read_unix_stream(io, &mut [IoSliceMut::new(bytes)])?;
                Ok(Received {
                    bytes: &mut bytes[..taken.bytes],
                    cut: taken.cut,
                })
            }
            raw @ Room::Raw(_) => {
                let bytes = os::receive(io, raw)?;
                Ok(Received { bytes, cut: true })
            }
        }
    }

    fn send(io: &net::UnixStream, bytes: &[u8]) -> io::Result<usize> {
        os::write_slices(io, &[IoSlice::new(bytes)])
    }

    fn receive_slices(
        io: &net::UnixStream,
        buffers: &mut [IoSliceMut<'_>],
    ) -> io::Result<(usize, bool)> {
        let taken = os::read_unix_stream(io, buffers)?;
        Ok((taken.bytes, taken.cut))
    }

    fn send_slices(io: &net::UnixStream, buffers: &[IoSlice<'_>]) -> io::Result<usize> {
        os::write_slices(io, buffers)
    }
}
