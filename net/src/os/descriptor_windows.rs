//! The way out to a socket handle, on Windows.

use std::net::{TcpListener, TcpStream};
use std::os::windows::io::{AsRawSocket, AsSocket, BorrowedSocket, OwnedSocket, RawSocket};

use crate::tcp::TcpSocket;

/// Gives a socket type the handle of its registration. Whoever has seen it may have duplicated it, and from then on
/// the reactor cannot rely on the system to forget the socket when it is closed.
macro_rules! descriptor {
    ($socket:ty) => {
        impl std::os::windows::io::AsSocket for $socket {
            fn as_socket(&self) -> std::os::windows::io::BorrowedSocket<'_> {
                self.registration.mark_shared();
                self.registration.get_ref().as_socket()
            }
        }

        impl std::os::windows::io::AsRawSocket for $socket {
            fn as_raw_socket(&self) -> std::os::windows::io::RawSocket {
                self.registration.mark_shared();
                self.registration.get_ref().as_raw_socket()
            }
        }
    };
}

/// As above, for a TCP socket that is not registered yet.
impl AsSocket for TcpSocket {
    fn as_socket(&self) -> BorrowedSocket<'_> {
        self.seen().as_socket()
    }
}

impl AsRawSocket for TcpSocket {
    fn as_raw_socket(&self) -> RawSocket {
        self.seen().as_raw_socket()
    }
}

/// The socket has begun to listen.
pub(crate) fn into_listener(socket: TcpStream) -> TcpListener {
    OwnedSocket::from(socket).into()
}

pub(crate) use descriptor;
