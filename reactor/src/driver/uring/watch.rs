//! What is known of a source on the ring: what is under way on it, and the connections that came before anybody asked.

use std::collections::VecDeque;
use std::io;
use std::os::fd::{OwnedFd, RawFd};
use std::rc::Rc;

use crate::driver::{SourceKind, Trigger};
use crate::key::SourceKey;
use crate::os::Pollable;
use crate::readiness::{Interest, Readiness};

/// The place of an entry that is not there.
pub(super) const NOWHERE: u32 = u32::MAX;

pub(super) struct Watch {
    pub(super) key: SourceKey,
    /// A share of its own: what is polled is open.
    pub(super) source: Rc<dyn Pollable>,
    /// Its number. A foreign `AsFd` is anybody's code, so it was asked before the queues were borrowed.
    pub(super) fd: RawFd,
    kind: SourceKind,
    /// What the poll that is under way asks for, if there is one.
    pub(super) interest: Interest,
    /// The entry of that poll.
    pub(super) poll: u32,
    /// Why the last poll failed, to be told to whoever waits next.
    pub(super) refusal: Option<i32>,
    pub(super) operations: Operations,
    pub(super) accepting: Option<Box<Accepting>>,
}

/// The operations under way on a source: their number, and where to find the first two. Few sources ever have more.
#[derive(Default)]
pub(super) struct Operations {
    pub(super) count: u32,
    first: [Option<u32>; 2],
}

/// A listener's accept, which gives one connection after the other.
pub(super) struct Accepting {
    /// Its entry.
    pub(super) entry: u32,
    /// Somebody waits for a connection. When nobody does, the next wait ends the accept: connections that nobody asks
    /// for stay in the system's own queue, where another process that shares the listener may take them.
    pub(super) asked: bool,
    /// What has come and was not taken yet: what came together, in one turn.
    pub(super) came: VecDeque<io::Result<OwnedFd>>,
}

impl Watch {
    pub(super) fn new(
        key: SourceKey,
        source: Rc<dyn Pollable>,
        fd: RawFd,
        kind: SourceKind,
    ) -> Self {
        Watch {
            key,
            source,
            fd,
            kind,
            interest: Interest::NONE,
            poll: NOWHERE,
            refusal: None,
            operations: Operations::default(),
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
            SourceKind::TcpStream if interest != Interest::NONE => Interest::BOTH,
            _ => interest,
        }
    }
}

impl Operations {
    pub(super) fn begun(&mut self, at: u32) {
        self.count += 1;
        if let Some(free) = self.first.iter_mut().find(|place| place.is_none()) {
            *free = Some(at);
        }
    }

    pub(super) fn ended(&mut self, at: u32) {
        self.count -= 1;
        for place in &mut self.first {
            place.take_if(|place| *place == at);
        }
    }

    /// Where all of them are, if that is known.
    pub(super) fn all(&self) -> Option<impl Iterator<Item = u32> + use<>> {
        let known = self.first.into_iter().flatten();
        (known.clone().count() == self.count as usize).then_some(known)
    }
}

impl Default for Accepting {
    fn default() -> Self {
        Accepting {
            entry: NOWHERE,
            asked: false,
            came: VecDeque::new(),
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
