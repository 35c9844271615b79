//! What only Linux has: the epoll driver, which is the default here.

#[path = "../driver/epoll.rs"]
mod epoll;
#[cfg(not(polling_by_default))]
#[path = "../driver/fallback.rs"]
mod fallback;

use std::io;
use std::sync::Arc;

pub use self::epoll::EpollDriver;
use crate::driver::Driver;
use crate::unparker::Unparker;
#[cfg(not(polling_by_default))]
use fallback::Fallback;

pub(crate) fn epoll_driver(unparker: Arc<Unparker>) -> io::Result<Box<dyn Driver>> {
    Ok(Box::new(EpollDriver::new(unparker)))
}

/// Epoll itself, or the portable driver where the kernel is too old for it or a sandbox forbids it.
#[cfg(not(polling_by_default))]
pub(crate) fn best_driver(unparker: Arc<Unparker>) -> Box<dyn Driver> {
    let portable = crate::driver::PollingDriver::new(unparker.clone());
    Box::new(Fallback::new(EpollDriver::new(unparker), portable))
}

/// `--cfg polling_by_default` runs the whole test suite on the portable driver.
#[cfg(polling_by_default)]
pub(crate) fn best_driver(unparker: Arc<Unparker>) -> Box<dyn Driver> {
    Box::new(crate::driver::PollingDriver::new(unparker))
}
