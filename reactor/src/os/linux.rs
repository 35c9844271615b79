//! What only Linux has: the epoll driver, which is the default here.

#[path = "../driver/epoll.rs"]
mod epoll;

use std::io;
use std::sync::Arc;

pub use self::epoll::EpollDriver;
use crate::driver::Driver;
use crate::unparker::Unparker;

pub(crate) fn epoll_driver(unparker: Arc<Unparker>) -> io::Result<Box<dyn Driver>> {
    Ok(Box::new(EpollDriver::new(unparker)))
}

#[cfg(not(polling_by_default))]
pub(crate) fn best_driver(unparker: Arc<Unparker>) -> Box<dyn Driver> {
    Box::new(EpollDriver::new(unparker))
}

/// `--cfg polling_by_default` runs the whole test suite on the portable driver.
#[cfg(polling_by_default)]
pub(crate) fn best_driver(unparker: Arc<Unparker>) -> Box<dyn Driver> {
    Box::new(crate::driver::PollingDriver::new(unparker))
}
