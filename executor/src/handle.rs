//! The handle of a task: a future of its result; it knows nothing of where the task stands.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use crate::abort::{self, AbortHandle};
use crate::cell::{Id, Joined, Phase};
use crate::error::JoinError;

/// A task's handle: await it for the task's result.
///
/// The output is `Ok` with the task's value, or a [`JoinError`] if the task panicked or was cancelled. Dropping the
/// handle *detaches* the task: it goes on, and its result is dropped when it has one.
///
/// The handle is not `Send`, like the task it belongs to. [`spawn_blocking`](crate::spawn_blocking) gives one, too, and
/// says what is different with work on a thread.
///
/// # Cancel safety
/// Dropping a future that awaits `&mut handle` loses nothing; the handle can be awaited again.
///
/// # Panics
/// When it is polled again after it gave the result.
///
/// ```
/// # use std::{pin::Pin, task::{Context, Poll, Waker}};
/// # use executor::{Executor, Step};
/// # let executor = Executor::new(Waker::noop().clone());
/// # use ::executor as runtime;
/// # let mut shown = executor.spawn(async {
/// let handle = runtime::spawn(async { 6 * 7 });
/// assert_eq!(handle.await.unwrap(), 42);
///
/// let handle = runtime::spawn(async { panic!("oh no") });
/// assert!(handle.await.unwrap_err().is_panic());
/// # });
/// # let entered = executor.enter();
/// # while entered.step() != Step::Idle {}
/// # let mut cx = Context::from_waker(Waker::noop());
/// # assert!(matches!(Pin::new(&mut shown).poll(&mut cx), Poll::Ready(Ok(()))));
/// ```
pub struct JoinHandle<T> {
    cell: Rc<dyn Joined<T>>,
}

impl<T> JoinHandle<T> {
    pub(crate) fn new(cell: Rc<dyn Joined<T>>) -> Self {
        JoinHandle { cell }
    }

    /// Asks the task to end. At its next turn its future is dropped instead of polled, and the handle gives a
    /// [`JoinError`] that [is cancelled](JoinError::is_cancelled). A task that aborts itself is cancelled when its poll
    /// is over. One that has ended, or that ends in the poll it is in, keeps its result.
    ///
    /// ```
    /// # use std::{pin::Pin, task::{Context, Poll, Waker}};
    /// # use executor::{Executor, Step};
    /// # use ::executor as runtime;
    /// # let executor = Executor::new(Waker::noop().clone());
    /// # let mut shown = executor.spawn(async {
    /// let handle = runtime::spawn(std::future::pending::<()>());
    /// handle.abort();
    /// assert!(handle.await.unwrap_err().is_cancelled());
    /// # });
    /// # let entered = executor.enter();
    /// # while entered.step() != Step::Idle {}
    /// # let mut cx = Context::from_waker(Waker::noop());
    /// # assert!(matches!(Pin::new(&mut shown).poll(&mut cx), Poll::Ready(Ok(()))));
    /// ```
    pub fn abort(&self) {
        self.cell.abort();
    }

    /// What can abort the task, too, and be kept when this handle is awaited or gone.
    ///
    /// ```
    /// # use std::{pin::Pin, task::{Context, Poll, Waker}};
    /// # use executor::{Executor, Step};
    /// # use ::executor as runtime;
    /// # let executor = Executor::new(Waker::noop().clone());
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
    #[must_use]
    pub fn abort_handle(&self) -> AbortHandle {
        AbortHandle::new(self.cell.clone().share())
    }

    /// True when the task has ended: awaiting the handle would not wait. A task has not ended while the destructor
    /// of its future runs.
    ///
    /// ```
    /// # use std::{pin::Pin, task::{Context, Poll, Waker}};
    /// # use executor::{Executor, Step};
    /// # use ::executor as runtime;
    /// # let executor = Executor::new(Waker::noop().clone());
    /// # let mut shown = executor.spawn(async {
    /// let handle = runtime::spawn(async {});
    /// assert!(!handle.is_finished());
    /// # use runtime::yield_now;
    /// yield_now().await; // Its turn.
    /// assert!(handle.is_finished());
    /// # });
    /// # let entered = executor.enter();
    /// # while entered.step() != Step::Idle {}
    /// # let mut cx = Context::from_waker(Waker::noop());
    /// # assert!(matches!(Pin::new(&mut shown).poll(&mut cx), Poll::Ready(Ok(()))));
    /// ```
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.cell.phase() != Phase::Running
    }

    /// Which task this is.
    ///
    /// ```
    /// # use std::{pin::Pin, task::{Context, Poll, Waker}};
    /// # use executor::{Executor, Step};
    /// # use ::executor as runtime;
    /// # let executor = Executor::new(Waker::noop().clone());
    /// # let mut shown = executor.spawn(async {
    /// let handle = runtime::spawn(std::future::pending::<()>());
    /// let id = handle.id();
    /// handle.abort();
    /// assert_eq!(handle.await.unwrap_err().id(), id);
    /// # });
    /// # let entered = executor.enter();
    /// # while entered.step() != Step::Idle {}
    /// # let mut cx = Context::from_waker(Waker::noop());
    /// # assert!(matches!(Pin::new(&mut shown).poll(&mut cx), Poll::Ready(Ok(()))));
    /// ```
    #[must_use]
    pub fn id(&self) -> Id {
        self.cell.id()
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.cell.poll_join(cx)
    }
}

impl<T> Drop for JoinHandle<T> {
    fn drop(&mut self) {
        self.cell.detach();
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        abort::describe(f, "JoinHandle", &*self.cell)
    }
}
