//! Accepting a TCP connection with one system call, which also sets its modes.

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};

use rustix::net::{SocketFlags, acceptfrom_with};

/// Takes the next connection, if there is one. It is in non-blocking mode.
pub(crate) fn accept(listener: &TcpListener) -> io::Result<(TcpStream, SocketAddr)> {
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    let (socket, peer) = acceptfrom_with(listener, flags)?;
    let stream = TcpStream::from(socket);
    match peer.map(SocketAddr::try_from) {
        Some(Ok(peer)) => Ok((stream, peer)),
        _ => stream.peer_addr().map(|peer| (stream, peer)),
    }
}
