//! The handle that only ends a task; it knows nothing of what the task gives.

use std::fmt;
use std::panic::Location;
use std::rc::Rc;

use crate::cell::{Id, Phase};

/// What has a handle, as whoever may end it sees it: whatever its work is and whatever comes of it.
pub(crate) trait Abort {
    fn id(&self) -> Id;
    /// Where it was spawned.
    fn location(&self) -> &'static Location<'static>;
    /// While it is running, awaiting its handle would wait.
    fn phase(&self) -> Phase;
    /// Asks the task to end: at its next turn, or when the poll that it is in is over, its future is dropped in place.
    fn abort(&self);
}

/// Ends a task and says whether it has ended, but does not give its result: that is the
/// [`JoinHandle`](crate::JoinHandle)'s.
///
/// It is cheap to clone and, like the task, not `Send`. It does not keep the task from running nor its result from
/// being dropped; it keeps the task's memory, as large as its future was, until the last one is dropped. Dropping it
/// aborts nothing. One of a [blocking job](crate::spawn_blocking) ends it only before a thread has begun it.
///
/// ```
/// # use std::{pin::Pin, task::{Context, Poll, Waker}};
/// # use executor::{Executor, Step};
/// # let executor = Executor::new(Waker::noop().clone());
/// # use ::executor as runtime;
/// # let mut shown = executor.spawn(async {
/// let handle = runtime::spawn(std::future::pending::<()>());
/// let abort = handle.abort_handle();
/// runtime::spawn(async move { abort.abort() });
/// assert!(handle.await.unwrap_err().is_cancelled());
/// # });
/// # let entered = executor.enter();
/// # while entered.step() != Step::Idle {}
/// # let mut cx = Context::from_waker(Waker::noop());
/// # assert!(matches!(Pin::new(&mut shown).poll(&mut cx), Poll::Ready(Ok(()))));
/// ```
#[derive(Clone)]
pub struct AbortHandle {
    task: Rc<dyn Abort>,
}

impl AbortHandle {
    pub(crate) fn new(task: Rc<dyn Abort>) -> Self {
        AbortHandle { task }
    }

    /// Asks the task to end, as [`JoinHandle::abort`](crate::JoinHandle::abort) does. It is harmless when the task has
    /// ended, and when its runtime has.
    ///
    /// ```
    /// # use std::{pin::Pin, task::{Context, Poll, Waker}};
    /// # use executor::{Executor, Step};
    /// # let executor = Executor::new(Waker::noop().clone());
    /// # use ::executor as runtime;
    /// # let mut shown = executor.spawn(async {
    /// let handle = runtime::spawn(std::future::pending::<()>());
    /// handle.abort_handle().abort();
    /// assert!(handle.await.unwrap_err().is_cancelled());
    /// # });
    /// # let entered = executor.enter();
    /// # while entered.step() != Step::Idle {}
    /// # let mut cx = Context::from_waker(Waker::noop());
    /// # assert!(matches!(Pin::new(&mut shown).poll(&mut cx), Poll::Ready(Ok(()))));
    /// ```
    pub fn abort(&self) {
        self.task.abort();
    }

    /// True when the task has ended, also when its `JoinHandle` is gone.
    ///
    /// ```
    /// # use std::{pin::Pin, task::{Context, Poll, Waker}};
    /// # use executor::{Executor, Step};
    /// # let executor = Executor::new(Waker::noop().clone());
    /// # use ::executor as runtime;
    /// # let mut shown = executor.spawn(async {
    /// let abort = runtime::spawn(async {}).abort_handle(); // The task is detached.
    /// assert!(!abort.is_finished());
    /// # use runtime::yield_now;
    /// yield_now().await; // Its turn.
    /// assert!(abort.is_finished());
    /// # });
    /// # let entered = executor.enter();
    /// # while entered.step() != Step::Idle {}
    /// # let mut cx = Context::from_waker(Waker::noop());
    /// # assert!(matches!(Pin::new(&mut shown).poll(&mut cx), Poll::Ready(Ok(()))));
    /// ```
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.task.phase() != Phase::Running
    }

    /// Which task this is.
    ///
    /// ```
    /// # use std::{pin::Pin, task::{Context, Poll, Waker}};
    /// # use executor::{Executor, Step};
    /// # let executor = Executor::new(Waker::noop().clone());
    /// # use ::executor as runtime;
    /// # let mut shown = executor.spawn(async {
    /// let handle = runtime::spawn(async {});
    /// assert_eq!(handle.abort_handle().id(), handle.id());
    /// # });
    /// # let entered = executor.enter();
    /// # while entered.step() != Step::Idle {}
    /// # let mut cx = Context::from_waker(Waker::noop());
    /// # assert!(matches!(Pin::new(&mut shown).poll(&mut cx), Poll::Ready(Ok(()))));
    /// ```
    #[must_use]
    pub fn id(&self) -> Id {
        self.task.id()
    }
}

impl fmt::Debug for AbortHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        describe(f, "AbortHandle", &*self.task)
    }
}

/// What both kinds of handles show of a task.
pub(crate) fn describe<A: Abort + ?Sized>(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    task: &A,
) -> fmt::Result {
    f.debug_struct(name)
        .field("id", &task.id())
        .field("phase", &task.phase())
        .field("spawned_at", &format_args!("{}", task.location()))
        .finish()
}
