//! Sockets that the parent process opened and passed to this one (socket activation); it knows nothing of who that is.

use std::env;
use std::fmt;
use std::io::{self, ErrorKind};

use reactor::Handle;

use crate::context::while_doing;
use crate::os::Passed;
use crate::tcp::TcpListener;
use crate::udp::UdpSocket;

#[cfg(unix)]
mod unix;

/// Takes the sockets that the parent process has passed, as systemd does for a service with a socket unit
/// ([`sd_listen_fds(3)`](https://www.freedesktop.org/software/systemd/man/latest/sd_listen_fds.html)): they are the
/// descriptors from 3 on, `LISTEN_FDS` says how many, `LISTEN_PID` for which process, and `LISTEN_FDNAMES` their names.
/// Whoever passes none is fine: then there are none. On Windows there never are any.
///
/// Variables that are meant for another process are none. If `LISTEN_PID` is not there at all, they are for this one:
/// some tools that restart a program under development pass sockets so.
///
/// `LISTEN_FDS` and `LISTEN_PID` are taken out of the environment, so that children do not think that they are meant.
/// So call it once, at the beginning: the second call finds nothing; what this process opened before might have taken a
/// number that the parent promised in error; and other threads must not read the environment by functions of C at that
/// time.
///
/// # Errors
/// [`InvalidData`](ErrorKind::InvalidData) if `LISTEN_FDS` is no count, or if there are not as many names as sockets.
///
/// ```
/// # net::doctest::run(async {
/// # mod runtime { pub mod net { pub use ::net::*; } }
/// use runtime::net::{TcpListener, listen_fds};
///
/// let mut passed = listen_fds()?;
/// let listener = match passed.take_tcp_listener(0)? {
///     Some(listener) => listener,
///     None => TcpListener::bind("127.0.0.1:0").await?, // Started by hand.
/// };
/// # drop(listener);
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
pub fn listen_fds() -> io::Result<ListenFds> {
    let passed = Passed::from_environment()?;
    let names = env::var_os("LISTEN_FDNAMES").filter(|names| passed.len() > 0 && !names.is_empty());
    let names = names.map(|names| names.to_string_lossy().into_owned());
    let names: Vec<_> = names.iter().flat_map(|names| names.split(':')).collect();
    if !names.is_empty() && names.len() != passed.len() {
        let words = format!(
            "LISTEN_FDNAMES={}: {} names for {} descriptors",
            names.join(":"),
            names.len(),
            passed.len()
        );
        return Err(io::Error::new(ErrorKind::InvalidData, words));
    }
    let names = names.into_iter().map(str::to_owned).collect();
    Ok(ListenFds { passed, names })
}

/// The sockets that the parent process has passed, each taken by its index or, with [`index_of`](Self::index_of), by
/// its name.
///
/// A socket that is not taken stays open, and children have it, too. One that is taken is closed in children.
///
/// ```
/// # net::doctest::run(async {
/// # mod runtime { pub mod net { pub use ::net::*; } }
/// use runtime::net::{ListenFds, TcpListener, listen_fds};
///
/// let mut passed: ListenFds = listen_fds()?;
/// let admin = passed.index_of("admin").map(|index| passed.take_tcp_listener(index));
/// let admin: Option<TcpListener> = admin.transpose()?.flatten();
/// assert!(admin.is_none(), "nobody has passed it");
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
pub struct ListenFds {
    passed: Passed,
    /// As many as there are sockets, or none.
    names: Vec<String>,
}

impl ListenFds {
    /// How many were passed, also those that were taken.
    ///
    /// ```
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// assert_eq!(runtime::net::listen_fds()?.len(), 0);
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.passed.len()
    }

    /// True if none was passed.
    ///
    /// ```
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// assert!(runtime::net::listen_fds()?.is_empty());
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The name of a socket, if the parent has named them. systemd takes that of the socket unit or its
    /// `FileDescriptorName=`.
    ///
    /// ```
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// assert_eq!(runtime::net::listen_fds()?.name(0), None);
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn name(&self, index: usize) -> Option<&str> {
        self.names.get(index).map(String::as_str)
    }

    /// The index of the first socket of that name.
    ///
    /// ```
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// assert_eq!(runtime::net::listen_fds()?.index_of("http.socket"), None);
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn index_of(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|other| other == name)
    }

    /// Takes a TCP listener; `None` if there is none at this index or it was taken.
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
    /// assert!(passed.take_tcp_listener(0)?.is_none());
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn take_tcp_listener(&mut self, index: usize) -> io::Result<Option<TcpListener>> {
        let _ = Handle::current("ListenFds::take_tcp_listener");
        let taken = self.passed.take_tcp_listener(index);
        let taken = taken.and_then(|taken| taken.map(TcpListener::from_std).transpose());
        taken.map_err(|error| self.taking(index, "TCP listener", error))
    }

    /// Takes a UDP socket; `None` if there is none at this index or it was taken.
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
    /// assert!(passed.take_udp_socket(0)?.is_none());
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn take_udp_socket(&mut self, index: usize) -> io::Result<Option<UdpSocket>> {
        let _ = Handle::current("ListenFds::take_udp_socket");
        let taken = self.passed.take_udp_socket(index);
        let taken = taken.and_then(|taken| taken.map(UdpSocket::from_std).transpose());
        taken.map_err(|error| self.taking(index, "UDP socket", error))
    }

    fn taking(&self, index: usize, what: &str, error: io::Error) -> io::Error {
        let name = self.name(index).unwrap_or("without a name");
        let doing = format!("taking the passed socket {index} ({name}) as a {what}");
        while_doing(doing, error)
    }
}

impl fmt::Debug for ListenFds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListenFds")
            .field("len", &self.len())
            .field("names", &self.names)
            .finish()
    }
}
