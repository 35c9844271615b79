//! What a queue that has no descriptor says when it is to be shown.

use std::io;

use super::QueueHandle;
use crate::driver::hidden;

pub(crate) fn show<T>(_: &T) -> io::Result<QueueHandle<'_>> {
    Err(hidden())
}
