//! The ring with all that is under way on it; it runs no code but its own.

use std::io;
use std::os::fd::RawFd;
use std::rc::Rc;
use std::task::Waker;
use std::time::Duration;

use io_uring::opcode::{AsyncCancel, AsyncCancel2, PollAdd};
use io_uring::types::{CancelBuilder, Fd};
use io_uring::{cqueue, squeue};
use slab::Slab;

use super::entries::{Entry, Operation, State};
use super::ring::{HandedOver, NOBODY, Ring};
use super::watch::Watch;
use crate::driver::Report;
use crate::key::SourceKey;
use crate::os::Pollable;

/// Rounds in which the system took nothing and completed nothing, before that is an error.
pub(super) const PATIENCE: u32 = 1_000;

/// How long the end waits for what cannot be cancelled, as a read of a slow disk.
const ROUNDS_OF_PATIENCE: u32 = 20;
const ROUND: Duration = Duration::from_millis(500);

pub(super) struct Queues {
    pub(super) ring: Ring,
    pub(super) entries: Slab<Entry>,
    /// By the index of their keys.
    pub(super) watches: Vec<Option<Watch>>,
    /// What the next wait will tell.
    pub(super) reports: Vec<Report>,
    /// Who is to be woken.
    pub(super) wakes: Vec<Waker>,
    /// What nobody has asked for any more, to be dropped where anybody's code may run.
    pub(super) spent: Vec<Operation>,
    /// What only its operation still had a share of; to be dropped likewise.
    pub(super) released: Vec<Rc<dyn Pollable>>,
    /// How many operations there are.
    pub(super) operations: usize,
    /// Those that accept.
    pub(super) listeners: Vec<SourceKey>,
    bell: RawFd,
    pub(super) ends: bool,
}

impl Queues {
    /// The bell is an eventfd that stays open for longer than this.
    pub(super) fn new(ring: Ring, bell: RawFd) -> Self {
        let mut queues = Queues {
            ring,
            entries: Slab::new(),
            watches: Vec::new(),
            reports: Vec::new(),
            wakes: Vec::new(),
            spent: Vec::new(),
            released: Vec::new(),
            operations: 0,
            listeners: Vec::new(),
            bell,
            ends: false,
        };
        let at = queues.entries.insert(Entry::Bell);
        queues.poll_bell(at);
        queues
    }

    /// Puts in a submission that names no memory.
    pub(super) fn put(&mut self, entry: squeue::Entry, data: u64) -> u64 {
        // SAFETY: it names none.
        unsafe { self.ring.put(entry.user_data(data)) }
    }

    /// Never read: each write to an eventfd is an edge, and a 64-bit counter never fills.
    fn poll_bell(&mut self, at: usize) {
        let poll = PollAdd::new(Fd(self.bell), libc::POLLIN as u32).multi(true);
        self.put(poll.build(), at as u64);
    }

    /// # Safety
    /// As of [`Ring::put`], where the entry is the operation's.
    pub(super) unsafe fn begin(&mut self, mut operation: Operation, entry: squeue::Entry) -> u32 {
        self.operations += 1;
        let at = self.entries.vacant_key();
        if let Some(watch) = self.watch(operation.key) {
            watch.operations.begun(at as u32);
        }
        // SAFETY: the caller's obligation is the same. The message, which is the operation's own, is kept in its entry
        // until the completion, or for good.
        operation.ticket = unsafe { self.ring.put(entry.user_data(at as u64)) };
        self.entries.insert(Entry::Operation(operation));
        at as u32
    }

    /// Has an entry end soon. True if it has ended already, for the system had not seen it yet.
    pub(super) fn end(&mut self, at: usize) -> bool {
        let ended = self.recall(at);
        if !ended {
            let cancel = AsyncCancel::new(at as u64).build();
            self.put(cancel.flags(squeue::Flags::SKIP_SUCCESS), NOBODY);
        }
        ended
    }

    /// Takes back what the system has not seen yet; true if it has ended now, or had before.
    fn recall(&mut self, at: usize) -> bool {
        let ticket = match self.entries.get(at) {
            Some(Entry::Poll { ticket, .. } | Entry::Accept { ticket, .. }) => *ticket,
            Some(Entry::Operation(operation)) if !operation.is_over() => operation.ticket,
            Some(Entry::Bell) => return false,
            Some(Entry::Operation(_)) | None => return true,
        };
        let taken_back = self.ring.take_back(ticket);
        if taken_back {
            self.complete(at, -libc::ECANCELED, false);
        }
        taken_back
    }

    pub(super) fn operation(&mut self, at: u32) -> &mut Operation {
        match self.entries.get_mut(at as usize) {
            Some(Entry::Operation(operation)) => operation,
            _ => unreachable!("who has its token has not asked for its outcome yet"),
        }
    }

    /// Takes out an operation that is over.
    pub(super) fn take(&mut self, at: u32) -> Operation {
        self.operations -= 1;
        match self.entries.remove(at as usize) {
            Entry::Operation(operation) => operation,
            _ => unreachable!("who has its token has not asked for its outcome yet"),
        }
    }

    /// Takes out an operation that nobody wants any more, if the system has nothing to do with it; otherwise ends it
    /// soon.
    pub(super) fn abandon(&mut self, at: u32) -> Option<Operation> {
        let operation = self.operation(at);
        let (key, ticket, over) = (operation.key, operation.ticket, operation.is_over());
        if over {
            return Some(self.take(at));
        }
        if self.ring.take_back(ticket) {
            self.one_less(key, at);
            return Some(self.take(at));
        }
        self.end(at as usize);
        None
    }

    /// A source has one operation less.
    fn one_less(&mut self, key: SourceKey, at: u32) {
        if let Some(watch) = self.watch(key) {
            watch.operations.ended(at);
        }
    }

    /// True when something is to be handed over, or to be told, in the next wait.
    pub(super) fn is_behind(&self) -> bool {
        self.ring.has_backlog() || !self.reports.is_empty() || !self.wakes.is_empty()
    }

    /// Hands over all that was put in, waits if there is nothing to tell, and takes in what has completed.
    pub(super) fn wait(&mut self, timeout: Option<Duration>) -> io::Result<()> {
        self.end_idle_accepts();
        let nothing_to_tell = self.reports.is_empty() && self.wakes.is_empty();
        let mut waits = nothing_to_tell && timeout != Some(Duration::ZERO);
        let mut in_vain = 0;
        loop {
            let handed_over = self.ring.enter(waits, timeout)?;
            let completed = self.reap();
            // What came with the first part of a long backlog, the bell's edge too, comes no second time.
            waits &= !completed;
            in_vain = match handed_over {
                HandedOver::All => return Ok(()),
                HandedOver::Nothing if !completed => in_vain + 1,
                _ => 0,
            };
            if in_vain == PATIENCE {
                let words = "the system takes no more operations, for want of memory";
                return Err(io::Error::new(io::ErrorKind::OutOfMemory, words));
            }
        }
    }

    /// Takes in what has completed; true if there was anything.
    pub(super) fn reap(&mut self) -> bool {
        let mut any = false;
        while let Some(completion) = self.ring.completion() {
            any = true;
            if completion.user_data() != NOBODY {
                let more = cqueue::more(completion.flags());
                self.complete(completion.user_data() as usize, completion.result(), more);
            }
        }
        any
    }

    /// `more` says that this was not the entry's last completion.
    fn complete(&mut self, at: usize, result: i32, more: bool) {
        match &mut self.entries[at] {
            Entry::Bell if more => {}
            Entry::Bell if self.ends => drop(self.entries.remove(at)),
            Entry::Bell => self.poll_bell(at),
            Entry::Poll { key, .. } => {
                let key = *key;
                self.polled(key, at, result, more);
            }
            Entry::Accept { key, .. } => {
                let key = *key;
                self.accepted(key, at, result, more);
            }
            Entry::Operation(operation) => {
                let (key, source) = (operation.key, operation.source.take());
                match std::mem::replace(&mut operation.state, State::Over(result)) {
                    State::UnderWay(waker) => self.wakes.push(waker),
                    State::Over(_) => unreachable!("an operation has one completion"),
                    abandoned => {
                        drop(operation.opened(result));
                        operation.state = abandoned;
                        let operation = self.take(at as u32);
                        self.spent.push(operation);
                    }
                }
                self.one_less(key, at as u32);
                // If it is the last share, its end is anybody's code.
                self.released
                    .extend(source.filter(|source| Rc::strong_count(source) == 1));
            }
        }
    }

    /// Ends all that is under way, and waits for it. True if the system holds nothing any more.
    pub(super) fn end_all(&mut self) -> bool {
        self.ends = true;
        for at in self.under_way() {
            self.recall(at);
        }
        self.put_cancel_all();
        let mut in_vain = 0;
        while in_vain < ROUNDS_OF_PATIENCE && !self.under_way().is_empty() {
            let Ok(handed_over) = self.ring.enter(true, Some(ROUND)) else {
                break;
            };
            if !self.reap() && handed_over == HandedOver::All {
                in_vain += 1;
                // What had begun meanwhile, or was about to wait, was not met by the last one.
                self.put_cancel_all();
            }
        }
        self.under_way().is_empty()
    }

    /// Who waits for an operation.
    pub(super) fn wakers(&self) -> impl Iterator<Item = &Waker> {
        self.entries.iter().filter_map(|(_, entry)| match entry {
            Entry::Operation(operation) => match &operation.state {
                State::UnderWay(waker) => Some(waker),
                State::Abandoned { .. } | State::Over(_) => None,
            },
            Entry::Bell | Entry::Poll { .. } | Entry::Accept { .. } => None,
        })
    }

    fn put_cancel_all(&mut self) {
        let all = AsyncCancel2::new(CancelBuilder::any()).build();
        self.put(all.flags(squeue::Flags::SKIP_SUCCESS), NOBODY);
    }

    fn under_way(&self) -> Vec<usize> {
        let is_over =
            |entry: &Entry| matches!(entry, Entry::Operation(operation) if operation.is_over());
        let all = self.entries.iter();
        all.filter(|(_, entry)| !is_over(entry))
            .map(|(at, _)| at)
            .collect()
    }
}
