//! What all senders and receivers have: the value, and how often it was changed.

use std::cell::{self, Cell, RefCell, RefMut};

use crate::sync::waiters::Waiters;

pub(super) struct Shared<T> {
    value: RefCell<T>,
    pub(super) version: Cell<u64>,
    pub(super) senders: Cell<usize>,
    pub(super) receivers: Cell<usize>,
    /// The receivers that wait for a change.
    pub(super) changed: Waiters,
    /// The senders that wait until nobody looks any more.
    pub(super) closed: Waiters,
}

impl<T> Shared<T> {
    pub(super) fn new(value: T) -> Self {
        Shared {
            value: RefCell::new(value),
            version: Cell::new(0),
            senders: Cell::new(0),
            receivers: Cell::new(0),
            changed: Waiters::new(),
            closed: Waiters::new(),
        }
    }

    #[track_caller]
    pub(super) fn value(&self) -> cell::Ref<'_, T> {
        match self.value.try_borrow() {
            Ok(value) => value,
            Err(_) => panic!(
                "a watch channel was looked at while its value is being modified: use what the closure is given"
            ),
        }
    }

    #[track_caller]
    pub(super) fn value_mut(&self) -> RefMut<'_, T> {
        match self.value.try_borrow_mut() {
            Ok(value) => value,
            Err(_) => panic!(
                "a watch channel's value was to be changed while it is borrowed: drop the `Ref` before, and never keep \
                 one across an `await`"
            ),
        }
    }

    /// The value was changed, and is not borrowed any more.
    pub(super) fn tell(&self) {
        self.version.set(self.version.get() + 1);
        self.changed.call_all();
    }

    /// One receiver less.
    pub(super) fn receiver_gone(&self) {
        let left = self.receivers.get() - 1;
        self.receivers.set(left);
        if left == 0 {
            self.closed.call_all();
        }
    }

    /// One sender less.
    pub(super) fn sender_gone(&self) {
        let left = self.senders.get() - 1;
        self.senders.set(left);
        if left == 0 {
            self.changed.call_all();
        }
    }
}
