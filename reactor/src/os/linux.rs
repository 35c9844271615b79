//! What only Linux has: the epoll driver, which is the default here, and what steps in where it cannot work.

#[path = "../driver/epoll.rs"]
mod epoll;
#[cfg(not(any(polling_by_default, poll_by_default)))]
#[path = "../driver/fallback.rs"]
mod fallback;
#[path = "../driver/poll.rs"]
mod poll;

use std::io;
use std::sync::Arc;

pub use self::epoll::EpollDriver;
pub use self::poll::PollDriver;
use crate::driver::Driver;
use crate::unparker::Unparker;

pub(crate) fn epoll_driver(unparker: Arc<Unparker>) -> io::Result<Box<dyn Driver>> {
    Ok(Box::new(EpollDriver::new(unparker)))
}

/// Epoll, or `poll(2)` where the kernel is too old for our epoll driver or a sandbox forbids it.
#[cfg(not(any(polling_by_default, poll_by_default)))]
pub(crate) fn best_driver(unparker: Arc<Unparker>) -> Box<dyn Driver> {
    let last_resort = PollDriver::new(unparker.clone());
    Box::new(fallback::Fallback::new(
        EpollDriver::new(unparker),
        last_resort,
    ))
}

/// `--cfg polling_by_default` runs the whole test suite on the portable driver,
#[cfg(polling_by_default)]
pub(crate) fn best_driver(unparker: Arc<Unparker>) -> Box<dyn Driver> {
    Box::new(crate::driver::PollingDriver::new(unparker))
}

/// and `--cfg poll_by_default` on the last resort.
#[cfg(poll_by_default)]
pub(crate) fn best_driver(unparker: Arc<Unparker>) -> Box<dyn Driver> {
    Box::new(PollDriver::new(unparker))
}
