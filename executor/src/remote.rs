//! Spawning from another thread: a recipe crosses, never a future; it knows nothing of how the executor runs.

use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use crate::cell::Id;
use crate::core::Core;
use crate::error::JoinError;
use crate::mailbox::Mailbox;
use crate::promise::{Promise, Promised, promise};

/// The way into an executor from any thread: `Send`, `Sync`, and cheap to clone.
///
/// It keeps nothing of the executor alive. After the executor's end every spawn gives a handle that says cancelled.
///
/// ```
/// # use std::{pin::Pin, task::{Context, Poll, Waker}};
/// # use std::rc::Rc;
/// # use executor::{Executor, Step};
/// # let executor = Executor::new(Waker::noop().clone());
/// let remote = executor.remote();
/// let handle = std::thread::spawn(move || {
///     remote.spawn(|| async {
///         let local = Rc::new(6); // Made at home: it never crosses.
///         *local * 7
///     })
/// });
/// # let handle = handle.join().unwrap();
/// # let mut shown = executor.spawn(async move {
/// assert_eq!(handle.await.unwrap(), 42);
/// # });
/// # let entered = executor.enter();
/// # while entered.step() != Step::Idle {}
/// # let mut cx = Context::from_waker(Waker::noop());
/// # assert!(matches!(Pin::new(&mut shown).poll(&mut cx), Poll::Ready(Ok(()))));
/// ```
#[derive(Clone)]
pub struct Remote {
    mailbox: Arc<Mailbox>,
}

impl Remote {
    pub(crate) fn new(mailbox: Arc<Mailbox>) -> Self {
        Remote { mailbox }
    }

    /// Sends `make` to the executor's thread, where it makes the future of a new task. The future need not be `Send`;
    /// what crosses the threads is the recipe and, on the way back, the value.
    ///
    /// The task runs whether or not the handle is awaited; dropping the handle detaches it.
    ///
    /// ```
    /// # use std::{pin::Pin, task::{Context, Poll, Waker}};
    /// # use executor::{Executor, Step};
    /// # let executor = Executor::new(Waker::noop().clone());
    /// let remote = executor.remote();
    /// let thread = std::thread::spawn(move || remote.spawn(|| async { 6 * 7 }));
    /// let handle = thread.join().unwrap();
    /// # let mut shown = executor.spawn(async move {
    /// assert_eq!(handle.await.unwrap(), 42);
    /// # });
    /// # let entered = executor.enter();
    /// # while entered.step() != Step::Idle {}
    /// # let mut cx = Context::from_waker(Waker::noop());
    /// # assert!(matches!(Pin::new(&mut shown).poll(&mut cx), Poll::Ready(Ok(()))));
    /// ```
    #[track_caller]
    pub fn spawn<M, F>(&self, make: M) -> RemoteHandle<F::Output>
    where
        M: FnOnce() -> F + Send + 'static,
        F: Future + 'static,
        F::Output: Send + 'static,
    {
        let location = Location::caller();
        let (promise, promised) = promise(Id::REMOTE);
        self.mailbox.post_recipe(Box::new(move |core| {
            // The recipe is user code: it runs in the task, where its panic is caught.
            let future = Box::pin(async move { make().await });
            drop(Core::spawn_at(
                core,
                location,
                Kept {
                    future,
                    promise: Some(promise),
                },
            ));
        }));
        RemoteHandle { promised }
    }
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remote").finish_non_exhaustive()
    }
}

/// Polls the future and keeps the promise with its value, or with its panic.
struct Kept<F: Future> {
    future: Pin<Box<F>>,
    promise: Option<Promise<F::Output>>,
}

impl<F: Future> Future for Kept<F> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let polled = catch_unwind(AssertUnwindSafe(|| self.future.as_mut().poll(cx)));
        let result = match polled {
            Ok(polled) => Ok(ready!(polled)),
            Err(payload) => Err(payload),
        };
        if let Some(promise) = self.promise.take() {
            promise.keep(result);
        }
        Poll::Ready(())
    }
}

/// The handle of a task that was spawned from another thread. It may be sent and awaited anywhere.
///
/// The output is `Ok` with the task's value, or a [`JoinError`] if the task panicked or the executor ended first.
/// Dropping the handle detaches the task.
///
/// ```
/// # use std::{pin::Pin, task::{Context, Poll, Waker}};
/// # use executor::{Executor, Step};
/// # let executor = Executor::new(Waker::noop().clone());
/// let remote = executor.remote();
/// let handle = remote.spawn(|| async { panic!("oh no") });
/// # let mut shown = executor.spawn(async move {
/// assert!(handle.await.unwrap_err().is_panic());
/// # });
/// # let entered = executor.enter();
/// # while entered.step() != Step::Idle {}
/// # let mut cx = Context::from_waker(Waker::noop());
/// # assert!(matches!(Pin::new(&mut shown).poll(&mut cx), Poll::Ready(Ok(()))));
/// ```
pub struct RemoteHandle<T> {
    promised: Promised<T>,
}

impl<T> RemoteHandle<T> {
    /// True when awaiting the handle would not wait.
    ///
    /// ```
    /// # use std::task::Waker;
    /// # use executor::{Executor, Step};
    /// # let executor = Executor::new(Waker::noop().clone());
    /// let handle = executor.remote().spawn(|| async {});
    /// assert!(!handle.is_finished());
    /// # let entered = executor.enter();
    /// # while entered.step() != Step::Idle {}
    /// assert!(handle.is_finished()); // Its runtime has run meanwhile.
    /// ```
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.promised.is_settled()
    }
}

impl<T> Future for RemoteHandle<T> {
    type Output = Result<T, JoinError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.promised).poll(cx)
    }
}

impl<T> fmt::Debug for RemoteHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RemoteHandle").field(&self.promised).finish()
    }
}
