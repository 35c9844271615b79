//! What another loop watches instead of the ring; it knows nothing of what completes.
//!
//! The ring's own descriptor can be polled, but on a ring that defers its work not every change is told to those who
//! watch by edges: a loop on tokio slept beside a ring that was readable. So an eventfd is told, which the system
//! writes to whenever something completes or could, and an epoll watches that one, and the bell.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::time::Duration;

use rustix::buffer::spare_capacity;
use rustix::event::Timespec;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use rustix::io::Errno;

use super::super::eventfd::EventFd;
use super::Opened;

pub(super) struct Shown {
    queue: OwnedFd,
    /// Never read: each write is an edge.
    _events: EventFd,
}

impl Shown {
    pub(super) fn open(opened: &Option<Opened>) -> io::Result<Shown> {
        let Opened { queues, bell } = opened.as_ref().expect("the ring is open");
        let queue = epoll::create(CreateFlags::CLOEXEC)?;
        let events = EventFd::open()?;
        let edges = EventFlags::IN | EventFlags::ET;
        for eventfd in [&events, bell] {
            epoll::add(&queue, eventfd, EventData::new_u64(0), edges)?;
        }
        let shown = Shown {
            queue,
            _events: events,
        };
        shown.forget()?;
        queues.ring.tell(shown._events.as_fd().as_raw_fd())?;
        Ok(shown)
    }

    /// The descriptor is not readable any more. Before the ring is looked at: what comes after that is told again.
    pub(super) fn forget(&self) -> io::Result<()> {
        let mut events = Vec::with_capacity(2);
        let at_once = Timespec::try_from(Duration::ZERO).expect("no time is a short time");
        match epoll::wait(&self.queue, spare_capacity(&mut events), Some(&at_once)) {
            Ok(_) | Err(Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

impl AsFd for Shown {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.queue.as_fd()
    }
}
