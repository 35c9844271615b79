//! A new TCP socket where its modes take further system calls.

use std::io;
use std::net::{SocketAddr, TcpStream};

use rustix::io::{Errno, FdFlags, fcntl_setfd, ioctl_fionbio};
use rustix::net::{AddressFamily, SocketType, ipproto, socket};

/// Opens a socket for the family of this address. The type is std's, for want of a name for a socket that is neither
/// connected nor listening.
pub(crate) fn open_stream(address: &SocketAddr) -> io::Result<TcpStream> {
    let family = match address {
        SocketAddr::V4(_) => AddressFamily::INET,
        SocketAddr::V6(_) => AddressFamily::INET6,
    };
    let socket = socket(family, SocketType::STREAM, Some(ipproto::TCP))?;
    fcntl_setfd(&socket, FdFlags::CLOEXEC)?;
    ioctl_fionbio(&socket, true)?;
    // There is no flag of `send` against SIGPIPE here, but an option of the socket.
    #[cfg(target_vendor = "apple")]
    rustix::net::sockopt::set_socket_nosigpipe(&socket, true)?;
    Ok(socket.into())
}

/// True if `connect` has begun and its end will be told. An interrupted one goes on by itself, too.
pub(crate) fn connect_goes_on(errno: Errno) -> bool {
    matches!(errno, Errno::INPROGRESS | Errno::INTR)
}

/// A server that starts again need not wait until the connections of its former life have timed out.
pub(crate) const REUSE_AT_BIND: bool = true;
