//! Room for the waker of the only one who can wait; it does not know for what.

use std::cell::Cell;
use std::task::{Context, Poll, Waker};

use reactor::budget;

/// Keeps one waker.
///
/// A waker's own code (its clone, its drop, its wake) may do anything, also to what this slot belongs to. It runs while
/// nothing is borrowed.
#[derive(Default)]
pub(super) struct WakerSlot {
    waker: Cell<Option<Waker>>,
    /// The one who waits has met an empty budget, and does so only once, as in [`Waiters`](super::waiters::Waiters).
    gave_way: Cell<bool>,
}

impl WakerSlot {
    /// One poll of the one who waits: ready when `take` has something, which costs one operation of the budget.
    ///
    /// `take` is asked again when the waker is kept: the wakers' code has run in between, when the slot was empty.
    pub(super) fn poll<R>(
        &self,
        cx: &mut Context<'_>,
        mut take: impl FnMut() -> Option<R>,
    ) -> Poll<R> {
        if !self.gave_way.get() && budget::poll_left(cx).is_pending() {
            self.gave_way.set(true);
            return Poll::Pending;
        }
        let taken = take().or_else(|| {
            self.keep(cx.waker());
            take()
        });
        let Some(taken) = taken else {
            return Poll::Pending;
        };
        self.forget();
        budget::spend();
        Poll::Ready(taken)
    }

    /// Wakes the one who waits, if anybody does.
    pub(super) fn wake(&self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    /// Nobody waits any more.
    pub(super) fn forget(&self) {
        self.gave_way.set(false);
        drop(self.waker.take());
    }

    /// Keeps `waker` in place of the one before.
    fn keep(&self, waker: &Waker) {
        let before = self.waker.take();
        let same = before.as_ref().is_some_and(|it| it.will_wake(waker));
        if same {
            self.waker.set(before);
            return;
        }
        let between = self.waker.replace(Some(waker.clone()));
        drop((before, between));
    }
}
