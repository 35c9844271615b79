//! What only Linux has: the epoll driver, which is the default here, io_uring, and what steps in where they fail.

#[path = "../driver/epoll.rs"]
mod epoll;
#[path = "../driver/eventfd.rs"]
mod eventfd;
#[path = "../driver/fallback.rs"]
mod fallback;
#[path = "../driver/poll.rs"]
mod poll;
#[cfg(feature = "uring")]
#[path = "../driver/uring/mod.rs"]
mod uring;
#[cfg(not(feature = "uring"))]
#[path = "no_uring.rs"]
mod uring;

use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use rustix::event::PollFlags;

pub use self::epoll::EpollDriver;
use self::fallback::Fallback;
pub use self::poll::PollDriver;
#[cfg(feature = "uring")]
pub use self::uring::UringDriver;
pub(crate) use self::uring::uring_driver;
use super::unix::Polled;
use crate::driver::{Driver, PollingDriver};
use crate::lookout::Lookout;
use crate::unparker::Unparker;

pub(crate) fn epoll_driver(unparker: Arc<Unparker>) -> io::Result<Box<dyn Driver>> {
    Ok(Box::new(EpollDriver::new(unparker)))
}

/// io_uring, if it was built in; else epoll; else `poll(2)`: each where the kernel is too old for the one before it, or
/// a sandbox forbids that. Two flags run the whole test suite on another driver.
pub(crate) fn best_driver(unparker: Arc<Unparker>) -> Box<dyn Driver> {
    let last_resort = PollDriver::new(unparker.clone());
    if cfg!(poll_by_default) {
        return Box::new(last_resort);
    }
    if cfg!(polling_by_default) {
        return Box::new(PollingDriver::new(unparker));
    }
    let second = Fallback::new(EpollDriver::new(unparker.clone()), last_resort);
    uring::before(second, unparker)
}

/// Has another thread wait once for any of these.
pub(crate) fn lookout_for_once(polled: Vec<(OwnedFd, PollFlags)>) -> Box<dyn Lookout> {
    Box::new(Polled {
        polled,
        lasts: false,
    })
}
