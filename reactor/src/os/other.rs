//! What stands in for Linux's own driver on every other system: the portable one.

use std::io;
use std::sync::Arc;

use crate::driver::{Driver, PollingDriver};
use crate::unparker::Unparker;

pub(crate) fn epoll_driver(_: Arc<Unparker>) -> io::Result<Box<dyn Driver>> {
    Err(io::Error::new(
        io::ErrorKind::Unsupported,
        "the epoll driver is for Linux only: use `DriverKind::Auto` or `DriverKind::Polling`",
    ))
}

pub(crate) fn uring_driver(_: Arc<Unparker>) -> io::Result<Box<dyn Driver>> {
    Err(io::Error::new(
        io::ErrorKind::Unsupported,
        "the io_uring driver is for Linux only: use `DriverKind::Auto` or `DriverKind::Polling`",
    ))
}

pub(crate) fn best_driver(unparker: Arc<Unparker>) -> Box<dyn Driver> {
    Box::new(PollingDriver::new(unparker))
}
