//! Where a file is read and written at a place, its position stays, on Unix: no operation disturbs another.

use std::fs;
use std::io;

/// Nobody has to wait for a turn.
#[derive(Clone)]
pub(in crate::fs) struct Turns;

/// For a file that has just been opened.
pub(in crate::fs) fn turns() -> Turns {
    Turns
}

impl Turns {
    /// Does what goes by the file's own position.
    pub(in crate::fs) fn in_sequence<T>(&self, work: impl FnOnce() -> T) -> T {
        work()
    }

    /// As above, if it need not wait.
    pub(in crate::fs) fn at_once<T>(&self, work: impl FnOnce() -> T) -> Option<T> {
        Some(work())
    }

    /// Does what names its place.
    pub(in crate::fs) fn apart<T>(
        &self,
        _: &fs::File,
        work: impl FnOnce() -> io::Result<T>,
    ) -> io::Result<T> {
        work()
    }
}
