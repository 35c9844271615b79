//! The place in the queue of the future that the loop itself polls; it knows nothing of when the loop does so.

use std::cell::Cell;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::Core;
use crate::key::Key;
use crate::record::{TaskRecord, TaskState};

/// The caller's own place in the queue; see [`Entered::root`](crate::Entered::root).
///
/// ```
/// # use std::task::Waker;
/// # use executor::{Executor, Step};
/// # let executor = Executor::new(Waker::noop().clone());
/// let entered = executor.enter();
/// let root = entered.root();
/// assert!(executor.has_ready());
/// drop(root);
/// while entered.step() != Step::Idle {}
/// assert_eq!(executor.metrics().polls, 0);
/// ```
#[derive(Debug)]
#[must_use = "dropping it gives up the place in the queue"]
pub struct Root<'a> {
    core: &'a Core,
    key: Key,
    waker: Waker,
    state: Rc<RootState>,
}

/// What is told of it, by the slot, to whoever asks.
#[derive(Debug)]
pub(crate) struct RootState {
    location: &'static Location<'static>,
    polls: Cell<u32>,
    is_running: Cell<bool>,
}

impl RootState {
    pub(crate) fn new(location: &'static Location<'static>) -> Self {
        RootState {
            location,
            polls: Cell::new(0),
            is_running: Cell::new(false),
        }
    }

    pub(crate) fn polls(&self) -> u32 {
        self.polls.get()
    }

    /// What it knows of itself; it is waiting, as far as that goes.
    pub(crate) fn record(&self) -> TaskRecord {
        let state = if self.is_running.get() {
            TaskState::Running
        } else {
            TaskState::Waiting
        };
        TaskRecord {
            task: None,
            location: self.location,
            state,
            polls: self.polls.get(),
            last_wake: None,
            shares: 0,
            waker: None,
            joiner: None,
        }
    }
}

impl<'a> Root<'a> {
    pub(super) fn new(core: &'a Core, location: &'static Location<'static>) -> Self {
        let (key, waker, state) = core.slots.borrow_mut().insert_root(&core.mailbox, location);
        Root {
            core,
            key,
            waker,
            state,
        }
    }

    pub(super) fn key(&self) -> Key {
        self.key
    }

    /// What the future is to be polled with.
    ///
    /// ```
    /// # use std::task::Waker;
    /// # use executor::{Executor, Step};
    /// # let executor = Executor::new(Waker::noop().clone());
    /// let entered = executor.enter();
    /// let root = entered.root();
    /// assert_eq!(entered.step(), Step::Root);
    /// assert_eq!(entered.step(), Step::Idle);
    /// root.waker().wake_by_ref();
    /// assert_eq!(entered.step(), Step::Root);
    /// ```
    #[must_use]
    pub fn waker(&self) -> &Waker {
        &self.waker
    }

    /// Polls the future, which has its turn, and counts that.
    ///
    /// ```
    /// # use std::pin::pin;
    /// # use std::task::{Poll, Waker};
    /// # use executor::{Executor, Step};
    /// # let executor = Executor::new(Waker::noop().clone());
    /// let mut future = pin!(async { 6 * 7 });
    /// let entered = executor.enter();
    /// let root = entered.root();
    /// assert_eq!(entered.step(), Step::Root);
    /// assert_eq!(root.poll(future.as_mut()), Poll::Ready(42));
    /// ```
    #[inline]
    pub fn poll<F: Future>(&self, future: Pin<&mut F>) -> Poll<F::Output> {
        let state = &*self.state;
        state.polls.set(state.polls.get().wrapping_add(1));
        state.is_running.set(true);
        let observers = &self.core.observers;
        let is_watched = observers.are_present();
        if is_watched {
            observers.root_began(state.location);
        }
        let polled = future.poll(&mut Context::from_waker(&self.waker));
        state.is_running.set(false);
        if is_watched {
            observers.root_ended();
        }
        polled
    }
}

impl Drop for Root<'_> {
    fn drop(&mut self) {
        let waker = std::mem::replace(&mut self.waker, Waker::noop().clone());
        self.core.slots.borrow_mut().remove_root(self.key, waker);
    }
}
