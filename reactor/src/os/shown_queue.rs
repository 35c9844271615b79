//! How a queue that has a descriptor is shown.

use std::io;
use std::os::fd::AsFd;

use super::QueueHandle;

pub(crate) fn show(queue: &impl AsFd) -> io::Result<QueueHandle<'_>> {
    Ok(queue.as_fd())
}
