//! What an error of `accept` concerns, by its Unix number.

use std::io;

use rustix::io::Errno;

use crate::accept::AcceptError;

/// Linux hands on the network errors of the connection that it would have given: accept(2) names them, and says to
/// try again.
pub(crate) fn accept_error(error: &io::Error) -> AcceptError {
    match Errno::from_io_error(error) {
        Some(
            Errno::CONNABORTED
            | Errno::CONNRESET
            | Errno::PROTO
            | Errno::NOPROTOOPT
            | Errno::NETDOWN
            | Errno::NETUNREACH
            | Errno::HOSTDOWN
            | Errno::HOSTUNREACH
            | Errno::TIMEDOUT,
        ) => AcceptError::ConnectionGone,
        Some(Errno::MFILE | Errno::NFILE | Errno::NOBUFS | Errno::NOMEM) => {
            AcceptError::OutOfResources
        }
        _ => AcceptError::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_listener_outlives_a_connection_and_a_shortage() {
        let kinds = [
            (Errno::CONNABORTED, AcceptError::ConnectionGone),
            (Errno::PROTO, AcceptError::ConnectionGone),
            (Errno::MFILE, AcceptError::OutOfResources),
            (Errno::NFILE, AcceptError::OutOfResources),
            (Errno::NOMEM, AcceptError::OutOfResources),
            (Errno::INVAL, AcceptError::Other),
            (Errno::BADF, AcceptError::Other),
        ];
        for (errno, kind) in kinds {
            assert_eq!(accept_error(&errno.into()), kind, "{errno}");
        }
    }
}
