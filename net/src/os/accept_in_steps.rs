//! Accepting a TCP connection where its modes take further system calls.

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};

/// Takes the next connection, if there is one. It is in non-blocking mode.
pub(crate) fn accept(listener: &TcpListener) -> io::Result<(TcpStream, SocketAddr)> {
    let (stream, peer) = listener.accept()?;
    stream.set_nonblocking(true)?;
    Ok((stream, peer))
}
