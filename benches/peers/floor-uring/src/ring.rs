//! The queues, shared with the system: submissions go in, completions come out, and one call a turn does both.

use std::io;

use io_uring::squeue::Entry;
use io_uring::{IoUring, cqueue};

pub(crate) struct Ring(IoUring);

impl Ring {
    /// The ring that does least, or, on a system before 6.1, one that it takes.
    pub(crate) fn new() -> io::Result<Ring> {
        const ENTRIES: u32 = 4_096;
        let best = IoUring::builder()
            .setup_single_issuer()
            .setup_defer_taskrun()
            .build(ENTRIES);
        Ok(Ring(best.or_else(|_| IoUring::new(ENTRIES))?))
    }

    /// Puts in a submission, which the next turn hands to the system.
    ///
    /// # Safety
    ///
    /// The memory that the submission names stays where it is, and nobody else touches it, until its completion.
    pub(crate) unsafe fn push(&mut self, entry: &Entry) -> io::Result<()> {
        // SAFETY: the caller's obligation is the same.
        while unsafe { self.0.submission().push(entry) }.is_err() {
            // More than the queue holds: they go a little earlier.
            self.0.submit()?;
        }
        Ok(())
    }

    /// Hands over what was put in, and waits for one completion. One system call.
    pub(crate) fn turn(&mut self) -> io::Result<()> {
        match self.0.submit_and_wait(1) {
            Ok(_) => Ok(()),
            // A signal; or completions stand in the way of others, and are about to be taken.
            Err(error) if is_passing(&error) => Ok(()),
            Err(error) => Err(error),
        }
    }

    pub(crate) fn completion(&mut self) -> Option<cqueue::Entry> {
        self.0.completion().next()
    }
}

fn is_passing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::Interrupted | io::ErrorKind::ResourceBusy
    )
}
