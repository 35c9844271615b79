//! What an error of `accept` concerns, by its Winsock number.

use std::io;

use rustix::io::Errno;

/// What went wrong, so far as the listener is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AcceptError {
    /// The connection that was next has died meanwhile; the one after it may be fine.
    ConnectionGone,
    /// There is no room for a connection now; it stays in the backlog.
    OutOfResources,
    /// The listener itself is broken, or was never one.
    Other,
}

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
