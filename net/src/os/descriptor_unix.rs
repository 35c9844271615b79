//! The way out to a descriptor, on Unix.

use std::net::{TcpListener, TcpStream};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};

use crate::tcp::TcpSocket;

/// Gives a socket type the descriptor of its registration. Whoever has seen it may have duplicated it, and from then
/// on the reactor cannot rely on the system to forget the socket when it is closed.
macro_rules! descriptor {
    ($socket:ty) => {
        impl std::os::fd::AsFd for $socket {
            fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
                self.registration.mark_shared();
                self.registration.get_ref().as_fd()
            }
        }

        impl std::os::fd::AsRawFd for $socket {
            fn as_raw_fd(&self) -> std::os::fd::RawFd {
                self.registration.mark_shared();
                self.registration.get_ref().as_raw_fd()
            }
        }
    };
}

/// As above, for a TCP socket that is not registered yet.
impl AsFd for TcpSocket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.seen().as_fd()
    }
}

impl AsRawFd for TcpSocket {
    fn as_raw_fd(&self) -> RawFd {
        self.seen().as_raw_fd()
    }
}

/// The socket has begun to listen.
pub(crate) fn into_listener(socket: TcpStream) -> TcpListener {
    OwnedFd::from(socket).into()
}

pub(crate) use descriptor;
