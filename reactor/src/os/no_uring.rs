//! What stands in for io_uring on a Linux where it was not built in.

use std::io;
use std::sync::Arc;

use crate::driver::Driver;
use crate::unparker::Unparker;

pub(crate) fn uring_driver(_: Arc<Unparker>) -> io::Result<Box<dyn Driver>> {
    Err(io::Error::new(
        io::ErrorKind::Unsupported,
        "the io_uring driver comes with the feature `uring`: build with that, or use `DriverKind::Auto`",
    ))
}

/// The other driver: this one is never first.
pub(crate) fn before(other: impl Driver + 'static, _: Arc<Unparker>) -> Box<dyn Driver> {
    Box::new(other)
}
