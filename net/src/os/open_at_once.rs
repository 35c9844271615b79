//! A new TCP socket, non-blocking and closed on exec from its first moment.

use std::io;
use std::net::{SocketAddr, TcpStream};

use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType, ipproto, socket_with};

/// Opens a socket for the family of this address. The type is std's, for want of a name for a socket that is neither
/// connected nor listening.
pub(crate) fn open_stream(address: &SocketAddr) -> io::Result<TcpStream> {
    let family = match address {
        SocketAddr::V4(_) => AddressFamily::INET,
        SocketAddr::V6(_) => AddressFamily::INET6,
    };
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    let socket = socket_with(family, SocketType::STREAM, flags, Some(ipproto::TCP))?;
    Ok(socket.into())
}

/// True if `connect` has begun and its end will be told. An interrupted one goes on by itself, too.
pub(crate) fn connect_goes_on(errno: Errno) -> bool {
    matches!(errno, Errno::INPROGRESS | Errno::INTR)
}

/// A server that starts again need not wait until the connections of its former life have timed out.
pub(crate) const REUSE_AT_BIND: bool = true;
