//! Who reads and who writes, and who waits for it; it knows nothing of what is read.

use std::cell::Cell;

use crate::sync::turn::Queue;
use crate::sync::waiters::{Call, Waiters};

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Access {
    Read,
    Write,
}

/// Any number who read, or one who writes; and one queue for both, in which nobody overtakes.
#[derive(Debug)]
pub(super) struct Readers {
    waiters: Waiters<Access>,
    reading: Cell<usize>,
    writing: Cell<bool>,
}

/// Whoever reads or writes; ends it when it is dropped.
#[derive(Debug)]
pub(super) struct Held<'a> {
    readers: &'a Readers,
    access: Access,
}

impl Readers {
    pub(super) const fn new() -> Self {
        Readers {
            waiters: Waiters::new(),
            reading: Cell::new(0),
            writing: Cell::new(false),
        }
    }

    /// For whoever was called, or has [taken](Queue::take) it.
    pub(super) fn held(&self, access: Access) -> Held<'_> {
        Held {
            readers: self,
            access,
        }
    }

    fn admit(&self, access: Access) -> bool {
        let admitted = match access {
            Access::Read => !self.writing.get(),
            Access::Write => !self.writing.get() && self.reading.get() == 0,
        };
        match access {
            Access::Read if admitted => self.reading.set(self.reading.get() + 1),
            Access::Write if admitted => self.writing.set(true),
            _ => {}
        }
        admitted
    }

    /// Admits those who wait, in their order, up to the first one that cannot be.
    fn serve(&self) {
        self.waiters.call_while(|access| self.admit(access));
    }

    fn release(&self, access: Access) {
        match access {
            Access::Read => self.reading.set(self.reading.get() - 1),
            Access::Write => self.writing.set(false),
        }
        self.serve();
    }
}

impl Held<'_> {
    /// From now on it reads, and so do those who wait for it before the next one who wants to write.
    pub(super) fn downgrade(&mut self) {
        self.access = Access::Read;
        self.readers.writing.set(false);
        self.readers.reading.set(1);
        self.readers.serve();
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.readers.release(self.access);
    }
}

impl Queue for Readers {
    type Want = Access;

    fn waiters(&self) -> &Waiters<Access> {
        &self.waiters
    }

    fn take(&self, access: Access) -> Option<Call> {
        (self.waiters.is_empty() && self.admit(access)).then_some(Call::InTurn)
    }

    fn left(&self, access: Access, unused: Option<Call>) {
        match unused {
            Some(_) => self.release(access),
            // One who wanted to write may have kept those behind it from reading.
            None => self.serve(),
        }
    }
}
