//! What is known of a source on the ring: how it is watched, and the connections that came before anybody asked.

use std::collections::VecDeque;
use std::io;
use std::os::fd::{OwnedFd, RawFd};

use crate::driver::{SourceKind, Trigger};
use crate::key::SourceKey;
use crate::readiness::{Interest, Readiness};

/// The place of an entry that is not there.
pub(super) const NOWHERE: u32 = u32::MAX;

pub(super) struct Watch {
    pub(super) key: SourceKey,
    /// Its number, which is its own for as long as it is registered.
    pub(super) fd: RawFd,
    kind: SourceKind,
    /// What the poll that is under way asks for, if there is one.
    pub(super) interest: Interest,
    /// The entry of that poll.
    pub(super) poll: u32,
    /// The operations that are under way.
    pub(super) operations: u32,
    pub(super) accepting: Option<Box<Accepting>>,
}

/// A listener's accept, which gives one connection after the other.
pub(super) struct Accepting {
    /// Its entry.
    pub(super) entry: u32,
    /// What has come and was not asked for yet.
    pub(super) came: VecDeque<io::Result<OwnedFd>>,
}

/// So many connections may wait to be asked for. Then the accept is ended until they are gone, and those that come
/// stay in the system's own queue, where clients can see that the server is behind.
pub(super) const MOST_CAME: usize = 64;

impl Watch {
    pub(super) fn new(key: SourceKey, fd: RawFd, kind: SourceKind) -> Self {
        Watch {
            key,
            fd,
            kind,
            interest: Interest::NONE,
            poll: NOWHERE,
            operations: 0,
            accepting: None,
        }
    }

    /// Streams and datagram sockets are polled once for life: one poll reports every edge. A listener is polled by who
    /// does not accept through the ring, and like a foreign descriptor once for each wait.
    pub(super) fn trigger(&self) -> Trigger {
        match self.kind {
            SourceKind::TcpStream | SourceKind::UnixStream | SourceKind::Datagram => Trigger::Edge,
            SourceKind::Listener | SourceKind::Other => Trigger::OneShot,
        }
    }

    /// What to ask for when somebody waits for `interest`. A TCP stream nearly always fills its send buffer some day,
    /// and then the second poll is saved.
    pub(super) fn widened(&self, interest: Interest) -> Interest {
        match self.kind {
            SourceKind::TcpStream => Interest::BOTH,
            _ => interest,
        }
    }
}

/// The flags of a poll.
pub(super) fn flags(interest: Interest) -> u32 {
    let mut flags = 0;
    if interest.read {
        flags |= libc::POLLIN;
    }
    if interest.write {
        flags |= libc::POLLOUT;
    }
    flags as u32
}

pub(super) fn readiness(result: i32) -> Readiness {
    let flags = result as libc::c_short;
    let gone = libc::POLLHUP | libc::POLLERR;
    let mut readiness = Readiness::NONE;
    if flags & (libc::POLLIN | gone) != 0 {
        readiness |= Readiness::READ;
    }
    if flags & (libc::POLLOUT | gone) != 0 {
        readiness |= Readiness::WRITE;
    }
    readiness
}
