//! A new TCP socket on Windows.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::sync::OnceLock;

use rustix::io::{Errno, ioctl_fionbio};
use rustix::net::{AddressFamily, SocketType, ipproto, socket, wsa_startup};

/// Opens a socket for the family of this address. The type is std's, for want of a name for a socket that is neither
/// connected nor listening. Child processes inherit it only if they are told to inherit handles.
pub(crate) fn open_stream(address: &SocketAddr) -> io::Result<TcpStream> {
    // The standard library starts Winsock with its own first socket, which may be yet to come.
    static STARTED: OnceLock<Result<(), Errno>> = OnceLock::new();
    (*STARTED.get_or_init(|| wsa_startup().map(drop)))?;
    let family = match address {
        SocketAddr::V4(_) => AddressFamily::INET,
        SocketAddr::V6(_) => AddressFamily::INET6,
    };
    let socket = socket(family, SocketType::STREAM, Some(ipproto::TCP))?;
    ioctl_fionbio(&socket, true)?;
    Ok(socket.into())
}

/// True if `connect` has begun and its end will be told.
pub(crate) fn connect_goes_on(errno: Errno) -> bool {
    matches!(errno, Errno::WOULDBLOCK | Errno::INPROGRESS)
}

/// Here the option of this name would let two servers share a port, and steal from each other.
pub(crate) const REUSE_AT_BIND: bool = false;
