//! An executor while it is entered: the steps, and the place in its queue of the future that the loop itself polls.

use std::fmt;
use std::panic::Location;
use std::rc::Rc;
use std::thread;

use super::{Core, Root};
use crate::current::Context;
use crate::home::{self, Turn};
use crate::slots::Found;

/// What one step did.
///
/// ```
/// # use std::task::Waker;
/// # use executor::{Executor, Step};
/// # let executor = Executor::new(Waker::noop().clone());
/// executor.spawn(async {});
/// let entered = executor.enter();
/// let root = entered.root();
/// assert_eq!(entered.step(), Step::Ran);
/// assert_eq!(entered.step(), Step::Root);
/// assert_eq!(entered.step(), Step::Idle);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A task was polled, or one that has ended was passed over.
    Ran,
    /// The [root](Entered::root)'s waker was called: it is the caller's turn to poll its future.
    Root,
    /// No task is ready.
    Idle,
}

/// An executor that is entered on this thread; see [`Executor::enter`](crate::Executor::enter). Dropping it leaves the
/// executor.
///
/// ```
/// # use std::task::Waker;
/// # use executor::{Executor, Step};
/// # let executor = Executor::new(Waker::noop().clone());
/// let handle = executor.spawn(async { executor::has_current() });
/// let entered = executor.enter();
/// while entered.step() != Step::Idle {}
/// drop(entered);
/// assert!(handle.is_finished() && !executor::has_current());
/// ```
#[must_use = "dropping it leaves the executor at once"]
pub struct Entered<'a> {
    pub(super) core: &'a Rc<Core>,
    pub(super) before: Option<home::Before>,
    /// Dropped after `before` was restored.
    #[allow(dead_code, reason = "held for its destructor")]
    pub(super) context: Context,
}

impl Entered<'_> {
    /// Polls the task that has waited longest, if there is one.
    ///
    /// # Panics
    /// If another executor was entered after this one and not left yet: the thread has that one's deque.
    ///
    /// ```
    /// # use std::task::Waker;
    /// # use executor::{Executor, Step};
    /// # let executor = Executor::new(Waker::noop().clone());
    /// executor.spawn(async {});
    /// executor.spawn(async {});
    /// let entered = executor.enter();
    /// assert_eq!(entered.step(), Step::Ran);
    /// assert_eq!(executor.metrics().tasks, 1);
    /// ```
    #[inline]
    pub fn step(&self) -> Step {
        self.must_be_innermost();
        let key = match self.core.next_turn() {
            None => return Step::Idle,
            Some(Turn::New(task)) => {
                self.core.poll_new(task);
                return Step::Ran;
            }
            Some(Turn::Woken(key)) => key,
        };
        let polls = self.core.polls.get();
        let found = self.core.slots.borrow().follow(key, polls);
        match found {
            Found::Task(task) => {
                self.core.poll_woken(key, &*task);
                Step::Ran
            }
            Found::Root => Step::Root,
            Found::Stale => Step::Ran,
        }
    }

    #[inline]
    fn must_be_innermost(&self) {
        assert!(
            home::is_at(self.core.mailbox.id()),
            "executors that are entered within each other must be left in the reverse order, and only the innermost one \
             can step"
        );
    }

    /// A place in the queue for a future that the caller polls itself, because it is borrowed and cannot be a task.
    /// It is queued once to begin with: [`Step::Root`] says when its turn has come.
    ///
    /// ```
    /// # use std::pin::pin;
    /// # use std::task::{Context, Poll, Waker};
    /// # use executor::{Executor, Step};
    /// # let executor = Executor::new(Waker::noop().clone());
    /// let words = String::from("borrowed");
    /// let mut future = pin!(async { words.len() });
    ///
    /// let entered = executor.enter();
    /// let root = entered.root();
    /// assert_eq!(entered.step(), Step::Root);
    /// let polled = future.as_mut().poll(&mut Context::from_waker(root.waker()));
    /// assert_eq!(polled, Poll::Ready(8));
    /// ```
    #[track_caller]
    pub fn root(&self) -> Root<'_> {
        let root = Root::new(self.core, Location::caller());
        self.core.queue(Turn::Woken(root.key()));
        root
    }
}

impl fmt::Debug for Entered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entered")
            .field("core", &self.core)
            .finish_non_exhaustive()
    }
}

impl Drop for Entered<'_> {
    /// # Panics
    /// If another executor was entered after this one and not left yet.
    fn drop(&mut self) {
        if !thread::panicking() {
            self.must_be_innermost();
        }
        if let Some(before) = self.before.take() {
            home::leave(before, &self.core.ready);
            self.core.entered.set(false);
        }
        if self.core.closing.get() {
            self.core.cancel_new();
        }
    }
}
