//! Less than usual for this process: of descriptors, or of memory, so that no thread can be started.

#![allow(dead_code, reason = "each test file takes what it needs")]

use std::error::Error;
use std::fs::{self, File};
use std::io;
use std::os::fd::AsRawFd;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::io::Errno;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// A limit belongs to the whole process: one test waits for the other, and no others stand in their file.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Descriptors that are open now.
pub(crate) fn open() -> usize {
    let listing = fs::read_dir("/proc/self/fd").expect("Linux has it");
    listing.count() - 1 // The listing's own.
}

/// While it lives, the process can have only so much.
pub(crate) struct Limit {
    resource: Resource,
    before: Rlimit,
}

impl Limit {
    /// So many descriptors more.
    pub(crate) fn leave(count: usize) -> io::Result<Limit> {
        // A new descriptor has the lowest number that is free, and the limit is one on the numbers.
        let next: io::Result<Vec<File>> = (0..=count).map(|_| File::open("/dev/null")).collect();
        let last = next?.pop().expect("there is one at least");
        Limit::lower(Resource::Nofile, last.as_raw_fd() as u64)
    }

    /// The memory that it has, and no thread's stack fits into what is free of it.
    pub(crate) fn leave_no_thread() -> io::Result<Limit> {
        Limit::lower(Resource::As, 1)
    }

    fn lower(resource: Resource, to: u64) -> io::Result<Limit> {
        let before = getrlimit(resource);
        let current = Some(to);
        setrlimit(resource, Rlimit { current, ..before })?;
        Ok(Limit { resource, before })
    }
}

impl Drop for Limit {
    fn drop(&mut self) {
        setrlimit(self.resource, self.before).expect("it was so before");
    }
}

/// The system's own error is somewhere in the chain of sources, or the error itself.
pub(crate) fn is_out_of_descriptors(error: &io::Error) -> bool {
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = next {
        let known: Option<&io::Error> = error.downcast_ref();
        if known.and_then(Errno::from_io_error) == Some(Errno::MFILE) {
            return true;
        }
        next = error.source();
    }
    false
}
