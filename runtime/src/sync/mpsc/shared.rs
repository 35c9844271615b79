//! What all senders and the receiver have: the values, and the room for more, of which each place is counted once.
//!
//! ```text
//!                   reserve, try_send                    send
//!         FREE ─────────────────────────▶ PERMIT ─────────────────▶ FILLED
//!          ▲                                ▲  │ dropped              │ received
//!          │ nobody waits            polled │  │                      │
//!          └────────────────────────────────┼──┴──────────┬───────────┘
//!                                           │             │ somebody waits
//!                                        CALLED ◀─────────┘
//! ```
//!
//! So a place that gets free belongs to the first who waits, before anybody else sees it; and while anybody waits no
//! place is free.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::mem;

use super::error::TrySendError;
use crate::sync::waiters::{Call, Waiters, Wakes};
use crate::sync::waker_slot::WakerSlot;

/// Wakers' and values' own code never runs while a part of this is borrowed.
pub(super) struct Shared<T> {
    pub(super) values: RefCell<VecDeque<T>>,
    /// An unbounded channel has the greatest number of places, which no memory can fill.
    pub(super) capacity: usize,
    pub(super) free: Cell<usize>,
    permits: Cell<usize>,
    pub(super) senders: Cell<usize>,
    /// The receiver lets nothing in any more; what has a permit comes in all the same.
    pub(super) closed: Cell<bool>,
    /// Nobody will take a value out.
    receiver_gone: Cell<bool>,
    pub(super) receiver: WakerSlot,
    /// The senders that wait for a place.
    pub(super) room: Waiters,
    /// The senders that wait for the channel to be closed.
    pub(super) closing: Waiters,
}

impl<T> Shared<T> {
    pub(super) fn new(capacity: usize) -> Self {
        Shared {
            values: RefCell::default(),
            capacity,
            free: Cell::new(capacity),
            permits: Cell::new(0),
            senders: Cell::new(0),
            closed: Cell::new(false),
            receiver_gone: Cell::new(false),
            receiver: WakerSlot::default(),
            room: Waiters::new(),
            closing: Waiters::new(),
        }
    }

    /// Takes a place that is free.
    pub(super) fn take_place(&self) -> Result<(), TrySendError<()>> {
        if self.closed.get() {
            return Err(TrySendError::Closed(()));
        }
        match self.free.get().checked_sub(1) {
            Some(left) => {
                self.free.set(left);
                Ok(())
            }
            None => Err(TrySendError::Full(())),
        }
    }

    /// A place is left: it goes to the first who waits.
    pub(super) fn leave_place(&self) {
        if !self.room.call_first() {
            self.free.set(self.free.get() + 1);
        }
    }

    /// Whether one who was called, or has taken a place, may keep it. If not, the place is left.
    pub(super) fn confirm(&self, call: Call) -> bool {
        if self.closed.get() {
            if call == Call::InTurn {
                self.leave_place();
            }
            return false;
        }
        self.give_permit();
        true
    }

    /// A place that was taken is a permit's from here on.
    pub(super) fn give_permit(&self) {
        self.permits.set(self.permits.get() + 1);
    }

    /// Fills a place that was taken.
    pub(super) fn fill(&self, value: T) {
        if self.receiver_gone.get() {
            drop(value);
            return;
        }
        self.values.borrow_mut().push_back(value);
        self.receiver.wake();
    }

    /// Fills the place of a permit.
    pub(super) fn fill_permit(&self, value: T) {
        self.permits.set(self.permits.get() - 1);
        self.fill(value);
    }

    /// The permit goes unused.
    pub(super) fn leave_permit(&self) {
        self.permits.set(self.permits.get() - 1);
        if self.has_ended() {
            self.receiver.wake();
        }
        self.leave_place();
    }

    /// Takes out the next value.
    pub(super) fn take(&self) -> Option<T> {
        let value = self.values.borrow_mut().pop_front()?;
        self.leave_place();
        Some(value)
    }

    /// Whether there is no value, and none will come.
    pub(super) fn has_ended(&self) -> bool {
        let shut = self.closed.get() || self.senders.get() == 0;
        shut && self.permits.get() == 0 && self.values.borrow().is_empty()
    }

    pub(super) fn close(&self) {
        self.closed.set(true);
        let mut wakes = Wakes::default();
        self.room.call_all_into(&mut wakes);
        self.closing.call_all_into(&mut wakes);
        wakes.wake();
        self.receiver.wake();
    }

    /// Nothing will be received any more: what is here is dropped, also what has a permit when it comes.
    pub(super) fn receiver_gone(&self) {
        self.closed.set(true);
        self.receiver_gone.set(true);
        let values = mem::take(&mut *self.values.borrow_mut());
        self.receiver.forget();
        self.close();
        drop(values);
    }
}
