//! A task of a set, which tells the set when it has ended; it knows nothing of what it gives.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll, Waker};

use executor::WakerId;
use pin_project_lite::pin_project;

use crate::holders::{self, Held, Holder};
use crate::quietly::quietly;

/// Whose task has ended and was not joined yet, in order, and who waits for the next one.
#[derive(Default)]
pub(super) struct Ended {
    places: RefCell<VecDeque<usize>>,
    waiter: Cell<Option<Waker>>,
    /// How many tasks have not given notice.
    members: Cell<usize>,
    /// It is looked at by those who want to know who waits.
    is_enlisted: Cell<bool>,
}

impl Ended {
    pub(super) fn take_first(&self) -> Option<usize> {
        self.places.borrow_mut().pop_front()
    }

    /// The first one was not to be had yet.
    pub(super) fn put_back(&self, place: usize) {
        self.places.borrow_mut().push_front(place);
    }

    /// Keeps `waker` for the next one, without a clone where it is kept already.
    pub(super) fn keep_waiter(self: &Rc<Self>, waker: &Waker) {
        if !self.is_enlisted.replace(true) {
            let looked_at = Rc::downgrade(self);
            holders::enlist(looked_at);
        }
        let kept = self.waiter.take().filter(|kept| kept.will_wake(waker));
        self.waiter.set(Some(kept.unwrap_or_else(|| waker.clone())));
    }

    /// Quietly, because a task ends just now: the panic of somebody's waker is none of its affair.
    pub(super) fn wake(&self) {
        if let Some(waiter) = self.waiter.take() {
            quietly(|| waiter.wake());
        }
    }
}

impl Holder for Ended {
    fn held(&self) -> Held {
        let waiter = self.waiter.take();
        let id = waiter.as_ref().map(WakerId::of);
        self.waiter.set(waiter);
        Held::Set {
            waiter: id,
            tasks: self.members.get(),
        }
    }
}

pin_project! {
    /// The future of a task that belongs to a set.
    pub(super) struct Member<F> {
        #[pin]
        future: F,
        // Below the future, so that it is dropped after it.
        notice: Notice,
    }
}

impl<F> Member<F> {
    pub(super) fn new(future: F, ended: &Rc<Ended>, place: usize) -> Self {
        ended.members.set(ended.members.get() + 1);
        Member {
            future,
            notice: Notice {
                ended: Rc::downgrade(ended),
                place,
            },
        }
    }
}

impl<F: Future> Future for Member<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.project().future.poll(cx)
    }
}

/// Dropped when the task ends, whether it was ready, panicked or was cancelled. So a task costs no waker to be watched
/// by, and its set looks at nobody who has not ended.
struct Notice {
    /// Nobody, when the set has let go of the task.
    ended: Weak<Ended>,
    place: usize,
}

impl Drop for Notice {
    fn drop(&mut self) {
        if let Some(ended) = self.ended.upgrade() {
            ended.members.set(ended.members.get() - 1);
            ended.places.borrow_mut().push_back(self.place);
            ended.wake();
        }
    }
}
