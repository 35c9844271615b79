//! Who the peer of a Unix stream is: plain numbers.

/// The process at the other end of a [`UnixStream`](super::UnixStream), as it was when it connected or, for a server,
/// when it began to listen.
///
/// # Example
/// ```
/// # net::doctest::run(async {
/// # mod runtime { pub mod net { pub use ::net::*; } }
/// use runtime::net::UnixStream;
/// use runtime::net::unix::UCred;
///
/// # if !cfg!(target_os = "linux") { return Ok(()) }
/// let (here, there) = UnixStream::pair()?;
/// let peer: UCred = here.peer_cred()?;
/// assert_eq!(peer, there.peer_cred()?);
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UCred {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    pub(crate) pid: Option<i32>,
}

impl UCred {
    /// The user id.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UnixStream;
    ///
    /// # if !cfg!(target_os = "linux") { return Ok(()) }
    /// let (here, there) = UnixStream::pair()?;
    /// let own = there.peer_cred()?.uid();
    /// assert_eq!(here.peer_cred()?.uid(), own);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[must_use]
    pub fn uid(&self) -> u32 {
        self.uid
    }

    /// The group id.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UnixStream;
    ///
    /// # if !cfg!(target_os = "linux") { return Ok(()) }
    /// let (here, there) = UnixStream::pair()?;
    /// let own = there.peer_cred()?.gid();
    /// assert_eq!(here.peer_cred()?.gid(), own);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[must_use]
    pub fn gid(&self) -> u32 {
        self.gid
    }

    /// The process id, where the system tells it.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UnixStream;
    ///
    /// # if !cfg!(target_os = "linux") { return Ok(()) }
    /// let (here, there) = UnixStream::pair()?;
    /// let peer = here.peer_cred()?;
    /// assert_eq!(peer.pid(), Some(std::process::id() as i32));
    /// # drop(there);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[must_use]
    pub fn pid(&self) -> Option<i32> {
        self.pid
    }
}
