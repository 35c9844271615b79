//! The waiters of one primitive, first come, first served: a queue that knows nothing of what they wait for.
//!
//! ```text
//!            poll            call_first, call_while, call_all              poll
//!  OUTSIDE ───────▶ WAITING ──────────────────────────────────▶ CALLED ─────────▶ served
//!     ▲                │ dropped                                   │ dropped
//!     └── withdraw ────┴───────────────────────────────────────────┘ its turn is to be passed on
//! ```
//!
//! Whoever is called has its turn from that moment on, and not from its next poll: what it waited for is taken out for
//! it by the caller, and nobody who comes later can snatch it. So one who was called and is dropped before it is polled
//! has something to give back, and [`Waiters::withdraw`] says so.
//!
//! The wakers' own code (clone, wake, drop) is anybody's, and may come back here. It runs while nothing is borrowed and
//! the queue is whole.

use std::any::Any;
use std::cell::RefCell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::task::{Context, Poll, Waker};
use std::{mem, thread};

use reactor::budget;

/// How a waiter was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    /// In its turn: what it waited for is its own, and is to be passed on if it does not take it.
    InTurn,
    /// With everybody else who waited (it is closed, it is done): there is nothing to pass on.
    WithAll,
}

/// A future's place in the queue. It is for one queue, and must be [withdrawn](Waiters::withdraw) at the end.
#[derive(Debug, Default)]
pub(crate) struct Ticket(Place);

#[derive(Clone, Copy, Debug, Default)]
enum Place {
    /// Not polled yet, or served.
    #[default]
    Outside,
    /// It met an empty budget, and does so only once.
    GaveWay,
    /// In the queue, or called out of it.
    Slot(u32),
}

/// The queue. `W` is what one of them wants: a number of permits, to read or to write, or nothing that differs.
///
/// Every step takes O(1). A queue that nobody has waited in yet has no allocation, and one that has keeps its room.
pub(crate) struct Waiters<W = ()> {
    line: RefCell<Line<W>>,
}

/// A doubly linked list in a vector, so that whoever gives up leaves at once and its slot is used again.
struct Line<W> {
    slots: Vec<Slot<W>>,
    /// The first of the vacant slots, which are linked by `after`.
    vacant: u32,
    first: u32,
    last: u32,
    length: u32,
}

enum Slot<W> {
    Vacant { after: u32 },
    Waiting(Waiter<W>),
    Called(Call),
}

struct Waiter<W> {
    waker: Waker,
    want: W,
    before: u32,
    after: u32,
}

const NOBODY: u32 = u32::MAX;

impl<W: Copy> Waiters<W> {
    pub(crate) const fn new() -> Self {
        Waiters {
            line: RefCell::new(Line {
                slots: Vec::new(),
                vacant: NOBODY,
                first: NOBODY,
                last: NOBODY,
                length: 0,
            }),
        }
    }

    /// How many wait, without those that were called.
    pub(crate) fn len(&self) -> usize {
        self.line.borrow().length as usize
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What the first of them wants.
    #[cfg(test)]
    pub(crate) fn first(&self) -> Option<W> {
        let line = self.line.borrow();
        line.waiter(line.first).map(|waiter| waiter.want)
    }

    /// One poll of a future that waits here: ready when it need not wait, or was called.
    ///
    /// `take` is asked while it is not in the queue: it takes what is wanted, if that is there and nobody stands in the
    /// queue before it. It is asked twice, because in between the waker is cloned, which is anybody's code.
    ///
    /// Being ready costs one operation of the poll's budget. A future that meets an empty budget gives way, but only
    /// once: beside another one that spends the whole budget in every poll it would never come to its turn.
    pub(crate) fn poll(
        &self,
        ticket: &mut Ticket,
        want: W,
        cx: &mut Context<'_>,
        mut take: impl FnMut() -> Option<Call>,
    ) -> Poll<Call> {
        let call = match ticket.0 {
            Place::Slot(slot) => self.poll_in_line(slot, cx.waker()),
            Place::Outside if budget::poll_left(cx).is_pending() => {
                ticket.0 = Place::GaveWay;
                None
            }
            Place::Outside | Place::GaveWay => take().or_else(|| {
                let waker = cx.waker().clone();
                take().or_else(|| {
                    ticket.0 = Place::Slot(self.line.borrow_mut().push(waker, want));
                    None
                })
            }),
        };
        match call {
            Some(call) => {
                ticket.0 = Place::Outside;
                budget::spend();
                Poll::Ready(call)
            }
            None => Poll::Pending,
        }
    }

    /// The future gives up, or has ended. `Some` if it had been called and has not had its turn.
    ///
    /// What it stood before in the queue may go on now: that is for the primitive to see to, in either case.
    #[must_use = "the turn of one who was called is to be passed on"]
    pub(crate) fn withdraw(&self, ticket: &mut Ticket) -> Option<Call> {
        let Place::Slot(slot) = mem::take(&mut ticket.0) else {
            return None;
        };
        let left = self.line.borrow_mut().leave(slot);
        match left {
            Slot::Called(call) => Some(call),
            Slot::Waiting(_) | Slot::Vacant { .. } => None,
        }
    }

    /// True while the future stands in the queue or was called out of it, so that it has something to withdraw.
    pub(crate) fn holds(&self, ticket: &Ticket) -> bool {
        matches!(ticket.0, Place::Slot(_))
    }

    /// True if the future was called, and has not been polled since.
    pub(crate) fn is_called(&self, ticket: &Ticket) -> bool {
        let Place::Slot(slot) = ticket.0 else {
            return false;
        };
        matches!(self.line.borrow().slots[slot as usize], Slot::Called(_))
    }

    /// Calls the first one, in its turn. False if nobody waits.
    pub(crate) fn call_first(&self) -> bool {
        let mut is_first = true;
        self.call_while(|_| mem::take(&mut is_first)) > 0
    }

    /// Calls them in their turn for as long as `serve` takes out what the next one wants, and says how many.
    ///
    /// `serve` sees the queue borrowed. They are woken when all are called, so that a waker's code finds it done.
    pub(crate) fn call_while(&self, serve: impl FnMut(W) -> bool) -> usize {
        let mut wakes = Wakes::default();
        let called = self.line.borrow_mut().call(Call::InTurn, serve, &mut wakes);
        wakes.wake();
        called
    }

    /// Calls everybody who waits now, and says how many.
    pub(crate) fn call_all(&self) -> usize {
        let mut wakes = Wakes::default();
        let called = self.call_all_into(&mut wakes);
        wakes.wake();
        called
    }

    /// Calls everybody who waits now, but leaves it to the caller to wake them.
    pub(crate) fn call_all_into(&self, wakes: &mut Wakes) -> usize {
        let mut line = self.line.borrow_mut();
        line.call(Call::WithAll, |_| true, wakes)
    }

    /// A later poll: the waker may have changed.
    fn poll_in_line(&self, slot: u32, waker: &Waker) -> Option<Call> {
        let call = self.line.borrow_mut().leave_if_called(slot);
        if call.is_some() || self.line.borrow().keeps(slot, waker) {
            return call;
        }
        let fresh = waker.clone();
        let replaced = self.line.borrow_mut().replace(slot, fresh);
        drop(replaced);
        // The wakers' code has run since then.
        self.line.borrow_mut().leave_if_called(slot)
    }
}

impl<W: Copy> Line<W> {
    fn push(&mut self, waker: Waker, want: W) -> u32 {
        let waiter = Slot::Waiting(Waiter {
            waker,
            want,
            before: self.last,
            after: NOBODY,
        });
        let slot = self.vacant;
        let slot = match self.slots.get_mut(slot as usize) {
            Some(place) => {
                if let Slot::Vacant { after } = mem::replace(place, waiter) {
                    self.vacant = after;
                }
                slot
            }
            None => {
                let slot = self.slots.len() as u32;
                assert!(slot < NOBODY, "four thousand million futures wait here");
                self.slots.push(waiter);
                slot
            }
        };
        match self.waiter_mut(self.last) {
            Some(before) => before.after = slot,
            None => self.first = slot,
        }
        self.last = slot;
        self.length += 1;
        slot
    }

    /// Takes a waiter out of the list, and leaves `instead` in its slot.
    fn unlink(&mut self, slot: u32, instead: Slot<W>) -> Slot<W> {
        let taken = mem::replace(&mut self.slots[slot as usize], instead);
        if let Slot::Waiting(Waiter { before, after, .. }) = taken {
            match self.waiter_mut(before) {
                Some(waiter) => waiter.after = after,
                None => self.first = after,
            }
            match self.waiter_mut(after) {
                Some(waiter) => waiter.before = before,
                None => self.last = before,
            }
            self.length -= 1;
        }
        taken
    }

    /// Makes the slot vacant. What stood in it is dropped by the caller, when nothing is borrowed.
    fn leave(&mut self, slot: u32) -> Slot<W> {
        let after = mem::replace(&mut self.vacant, slot);
        self.unlink(slot, Slot::Vacant { after })
    }

    fn leave_if_called(&mut self, slot: u32) -> Option<Call> {
        let Slot::Called(call) = self.slots[slot as usize] else {
            return None;
        };
        self.leave(slot);
        Some(call)
    }

    fn keeps(&self, slot: u32, waker: &Waker) -> bool {
        let kept = self.waiter(slot);
        kept.is_some_and(|waiter| waiter.waker.will_wake(waker))
    }

    /// Keeps another waker, and gives back the one that is not needed: all by now, if it was called.
    fn replace(&mut self, slot: u32, waker: Waker) -> Waker {
        match self.waiter_mut(slot) {
            Some(waiter) => mem::replace(&mut waiter.waker, waker),
            None => waker,
        }
    }

    fn call(&mut self, call: Call, mut serve: impl FnMut(W) -> bool, wakes: &mut Wakes) -> usize {
        let mut called = 0;
        while self
            .waiter(self.first)
            .is_some_and(|first| serve(first.want))
        {
            if let Slot::Waiting(waiter) = self.unlink(self.first, Slot::Called(call)) {
                wakes.push(waiter.waker);
            }
            called += 1;
        }
        called
    }

    fn waiter(&self, slot: u32) -> Option<&Waiter<W>> {
        match self.slots.get(slot as usize) {
            Some(Slot::Waiting(waiter)) => Some(waiter),
            _ => None,
        }
    }

    fn waiter_mut(&mut self, slot: u32) -> Option<&mut Waiter<W>> {
        match self.slots.get_mut(slot as usize) {
            Some(Slot::Waiting(waiter)) => Some(waiter),
            _ => None,
        }
    }
}

impl<W: Copy> Default for Waiters<W> {
    fn default() -> Self {
        Waiters::new()
    }
}

impl<W: Copy> fmt::Debug for Waiters<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} waiting", self.len())
    }
}

/// The wakers of those who were called, until nothing is borrowed any more. One of them costs no allocation.
#[derive(Debug, Default)]
#[must_use = "they wait until they are woken"]
pub(crate) struct Wakes {
    first: Option<Waker>,
    rest: Vec<Waker>,
}

impl Wakes {
    fn push(&mut self, waker: Waker) {
        match self.first {
            None => self.first = Some(waker),
            Some(_) => self.rest.push(waker),
        }
    }

    /// Wakes them in their order. A panic in a waker costs nobody else the wake, and then goes to the caller.
    pub(crate) fn wake(self) {
        if self.first.is_none() {
            return;
        }
        let mut wakes = self.first.into_iter().chain(self.rest);
        let mut panic: Option<Box<dyn Any + Send>> = None;
        let mut all = || wakes.by_ref().for_each(Waker::wake);
        while let Err(payload) = catch_unwind(AssertUnwindSafe(&mut all)) {
            panic.get_or_insert(payload);
        }
        // A guard that is dropped by a panic must not panic as well.
        if let (Some(payload), false) = (panic, thread::panicking()) {
            resume_unwind(payload);
        }
    }
}

#[cfg(test)]
mod tests;
