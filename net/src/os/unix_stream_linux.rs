//! Unix streams on Linux, below the standard library's level.

use std::io::{self, IoSliceMut};
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixStream};

use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvFlags, ReturnFlags, SocketAddrUnix, SocketFlags,
    SocketType, recvmsg, socket_with,
};

use super::unix_taken::Taken;
use crate::unix::UCred;

/// A new stream in non-blocking mode that no child process inherits. The standard library's own connect would block.
pub(crate) fn open_unix_stream() -> io::Result<UnixStream> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
    Ok(socket.into())
}

/// The address in the form that such a stream connects to. `None` if it is unnamed.
pub(crate) fn connectable(address: &SocketAddr) -> Option<rustix::io::Result<SocketAddrUnix>> {
    if let Some(path) = address.as_pathname() {
        return Some(SocketAddrUnix::new(path));
    }
    let name = address.as_abstract_name()?;
    Some(SocketAddrUnix::new_abstract_name(name))
}

/// Reads with no room for what was passed along: the kernel closes such descriptors, and says so. More than 1024
/// buffers are an error.
pub(crate) fn read_unix_stream(
    stream: &UnixStream,
    buffers: &mut [IoSliceMut<'_>],
) -> io::Result<Taken> {
    let mut no_room = RecvAncillaryBuffer::default();
    let flags = RecvFlags::CMSG_CLOEXEC;
    let message = recvmsg(stream, buffers, &mut no_room, flags)?;
    Ok(Taken {
        bytes: message.bytes,
        cut: message.flags.contains(ReturnFlags::CTRUNC),
    })
}

/// The credentials that the peer had when it connected.
pub(crate) fn peer_cred(stream: &UnixStream) -> io::Result<UCred> {
    let peer = rustix::net::sockopt::socket_peercred(stream)?;
    Ok(UCred {
        uid: peer.uid.as_raw(),
        gid: peer.gid.as_raw(),
        pid: Some(peer.pid.as_raw_pid()),
    })
}
