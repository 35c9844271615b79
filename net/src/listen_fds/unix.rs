//! Unix sockets among those that the parent process passed.

use std::io;

use reactor::Handle;

use crate::listen_fds::ListenFds;
use crate::unix::{UnixDatagram, UnixListener};

impl ListenFds {
    /// Takes a Unix listener; `None` if there is none at this index or it was taken. Its path stays: it belongs to the
    /// parent.
    ///
    /// # Errors
    /// If it is a socket of another type or no socket: then it can still be taken as what it is. If it is a connection:
    /// that is closed. What the system says when the listener is set to non-blocking mode or registered.
    ///
    /// # Panics
    /// If it is called outside of a runtime.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// let mut passed = runtime::net::listen_fds()?;
    /// assert!(passed.take_unix_listener(0)?.is_none());
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn take_unix_listener(&mut self, index: usize) -> io::Result<Option<UnixListener>> {
        let _ = Handle::current("ListenFds::take_unix_listener");
        let taken = self.passed.take_unix_listener(index);
        let taken = taken.and_then(|taken| taken.map(UnixListener::from_std).transpose());
        taken.map_err(|error| self.taking(index, "Unix listener", error))
    }

    /// Takes a Unix datagram socket; `None` if there is none at this index or it was taken.
    ///
    /// # Errors
    /// If it is a socket of another type or no socket: then it can still be taken as what it is. What the system says
    /// when the socket is set to non-blocking mode or registered.
    ///
    /// # Panics
    /// If it is called outside of a runtime.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// let mut passed = runtime::net::listen_fds()?;
    /// assert!(passed.take_unix_datagram(0)?.is_none());
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn take_unix_datagram(&mut self, index: usize) -> io::Result<Option<UnixDatagram>> {
        let _ = Handle::current("ListenFds::take_unix_datagram");
        let taken = self.passed.take_unix_datagram(index);
        let taken = taken.and_then(|taken| taken.map(UnixDatagram::from_std).transpose());
        taken.map_err(|error| self.taking(index, "Unix datagram socket", error))
    }
}
