//! Who the peer of a Unix stream is: plain numbers.

/// The process at the other end of a [`UnixStream`](super::UnixStream), as it was when it connected or, for a server,
/// when it began to listen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UCred {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    pub(crate) pid: Option<i32>,
}

impl UCred {
    /// The user id.
    #[must_use]
    pub fn uid(&self) -> u32 {
        self.uid
    }

    /// The group id.
    #[must_use]
    pub fn gid(&self) -> u32 {
        self.gid
    }

    /// The process id, where the system tells it.
    #[must_use]
    pub fn pid(&self) -> Option<i32> {
        self.pid
    }
}
