//! Receiving as the standard library does it, which wants bytes to overwrite.

use std::io::{self, Read};
use std::net::{SocketAddr, TcpStream, UdpSocket};

use reactor::Room;

pub(crate) fn receive_stream<'r>(
    mut socket: &TcpStream,
    room: Room<'r>,
) -> io::Result<&'r mut [u8]> {
    let room = room.initialise();
    let length = socket.read(room)?;
    Ok(&mut room[..length])
}

pub(crate) fn receive_datagram<'r>(socket: &UdpSocket, room: Room<'r>) -> io::Result<&'r mut [u8]> {
    let room = room.initialise();
    let length = socket.recv(room)?;
    Ok(&mut room[..length])
}

/// Receives a datagram, and says who has sent it.
pub(crate) fn receive_from<'r>(
    socket: &UdpSocket,
    room: Room<'r>,
) -> io::Result<(&'r mut [u8], SocketAddr)> {
    let room = room.initialise();
    let (length, from) = socket.recv_from(room)?;
    Ok((&mut room[..length], from))
}
