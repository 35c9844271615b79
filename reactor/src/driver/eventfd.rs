//! The eventfd by which another thread ends a wait; it knows nothing of who waits, or how.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;

use rustix::event::{EventfdFlags, eventfd};

use crate::unparker::Bell;

/// One share hangs in the unparker, which lives as long as anybody may ring it.
#[derive(Clone, Debug)]
pub(crate) struct EventFd(Arc<OwnedFd>);

impl EventFd {
    pub(crate) fn open() -> io::Result<EventFd> {
        let bell = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        Ok(EventFd(Arc::new(bell)))
    }
}

impl AsFd for EventFd {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl Bell for EventFd {
    fn ring(&self) {
        // It cannot fail: the counter would have to be full, and then it has rung all the same.
        let _ = rustix::io::write(self, &1u64.to_ne_bytes());
    }
}
