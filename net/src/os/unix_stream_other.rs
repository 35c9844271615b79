//! Unix streams on every Unix but Linux, below the standard library's level.

use std::io::{self, IoSliceMut, Read as _};
use std::os::unix::net::{SocketAddr, UnixStream};

use rustix::io::{FdFlags, fcntl_setfd, ioctl_fionbio};
use rustix::net::{AddressFamily, SocketAddrUnix, SocketType, socket};

use super::unix_taken::Taken;
use crate::unix::UCred;

/// A new stream in non-blocking mode that no child process inherits, unless another thread starts one in between.
/// The standard library's own connect would block.
pub(crate) fn open_unix_stream() -> io::Result<UnixStream> {
    let socket = socket(AddressFamily::UNIX, SocketType::STREAM, None)?;
    fcntl_setfd(&socket, FdFlags::CLOEXEC)?;
    ioctl_fionbio(&socket, true)?;
    // There is no flag of `send` against SIGPIPE here, but an option of the socket.
    #[cfg(target_vendor = "apple")]
    rustix::net::sockopt::set_socket_nosigpipe(&socket, true)?;
    Ok(socket.into())
}

/// The address in the form that such a stream connects to. `None` if it is unnamed.
pub(crate) fn connectable(address: &SocketAddr) -> Option<rustix::io::Result<SocketAddrUnix>> {
    address.as_pathname().map(SocketAddrUnix::new)
}

/// No driver of these systems has use for the shortness of a read, so any read will do.
pub(crate) fn read_unix_stream(
    mut stream: &UnixStream,
    buffers: &mut [IoSliceMut<'_>],
) -> io::Result<Taken> {
    let bytes = stream.read_vectored(buffers)?;
    Ok(Taken { bytes, cut: false })
}

/// These systems have `getpeereid` or `LOCAL_PEERCRED`, and no safe function for either.
pub(crate) fn peer_cred(_: &UnixStream) -> io::Result<UCred> {
    Err(io::Error::new(
        io::ErrorKind::Unsupported,
        "the peer's credentials are to be had on Linux only",
    ))
}
