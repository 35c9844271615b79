//! What an error of `accept` concerns, by its Winsock number.

use std::io;

use rustix::io::Errno;

use crate::accept::AcceptError;

/// Wine asks for the peer's address on the way, and a connection that was reset has none any more.
pub(crate) fn accept_error(error: &io::Error) -> AcceptError {
    match Errno::from_io_error(error) {
        Some(
            Errno::CONNABORTED
            | Errno::CONNRESET
            | Errno::NETDOWN
            | Errno::NOTCONN
            | Errno::TIMEDOUT,
        ) => AcceptError::ConnectionGone,
        Some(Errno::MFILE | Errno::NOBUFS) => AcceptError::OutOfResources,
        _ => AcceptError::Other,
    }
}
