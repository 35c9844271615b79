//! Receiving into memory that nobody has initialised, on Unix.

use std::io;
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::os::fd::AsFd;

use reactor::Room;
use rustix::net::{RecvFlags, recv, recvfrom};

/// Receives from a connected socket, or a datagram from anybody.
#[inline]
pub(crate) fn receive<'r>(socket: impl AsFd, room: Room<'r>) -> io::Result<&'r mut [u8]> {
    match room {
        Room::Initialised(bytes) => {
            let (length, _) = recv(socket, &mut *bytes, RecvFlags::empty())?;
            Ok(&mut bytes[..length])
        }
        Room::Raw(memory) => {
            let ((bytes, _), _) = recv(socket, memory, RecvFlags::empty())?;
            Ok(bytes)
        }
    }
}

#[inline]
pub(crate) fn receive_stream<'r>(socket: &TcpStream, room: Room<'r>) -> io::Result<&'r mut [u8]> {
    receive(socket, room)
}

#[inline]
pub(crate) fn receive_datagram<'r>(socket: &UdpSocket, room: Room<'r>) -> io::Result<&'r mut [u8]> {
    receive(socket, room)
}

/// Receives a datagram, and says who has sent it.
pub(crate) fn receive_from<'r>(
    socket: &UdpSocket,
    room: Room<'r>,
) -> io::Result<(&'r mut [u8], SocketAddr)> {
    let (bytes, from) = match room {
        Room::Initialised(bytes) => {
            let (length, _, from) = recvfrom(socket, &mut *bytes, RecvFlags::empty())?;
            (&mut bytes[..length], from)
        }
        Room::Raw(memory) => {
            let ((bytes, _), _, from) = recvfrom(socket, memory, RecvFlags::empty())?;
            (bytes, from)
        }
    };
    match from.map(SocketAddr::try_from) {
        Some(Ok(from)) => Ok((bytes, from)),
        _ => Err(io::Error::other(
            "the system gave no Internet address with the datagram",
        )),
    }
}
