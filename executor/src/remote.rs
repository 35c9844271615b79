//! Spawning from another thread: a recipe crosses, never a future; it knows nothing of how the executor runs.

use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker, ready};
use std::thread::{self, Thread};

use crate::cell::Id;
use crate::core::Core;
use crate::error::JoinError;
use crate::mailbox::Mailbox;
use crate::promise::{Promise, Promised, promise};
use crate::recall::Recall;

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
pub struct Remote {
    mailbox: Arc<Mailbox>,
}

impl Remote {
    pub(crate) fn new(mailbox: Arc<Mailbox>) -> Self {
        mailbox.add_remote();
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
        let recall = Arc::new(Recall::new());
        let ours = recall.clone();
        self.mailbox.post_recipe(Box::new(move |core| {
            // The recipe is user code: it runs in the task, where its panic is caught.
            let future = Box::pin(async move { make().await });
            drop(Core::spawn_at(
                core,
                location,
                Kept {
                    future: Some(future),
                    promise: Some(promise),
                    recall: ours,
                },
            ));
        }));
        RemoteHandle {
            promised,
            recall,
            mailbox: self.mailbox.clone(),
        }
    }
}

impl Clone for Remote {
    fn clone(&self) -> Self {
        Remote::new(self.mailbox.clone())
    }
}

impl Drop for Remote {
    fn drop(&mut self) {
        self.mailbox.remove_remote();
    }
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remote").finish_non_exhaustive()
    }
}

/// Polls the future and keeps the promise with its value, or with its panic; or drops it, when it is recalled.
struct Kept<F: Future> {
    future: Option<Pin<Box<F>>>,
    promise: Option<Promise<F::Output>>,
    recall: Arc<Recall<Waker>>,
}

impl<F: Future> Kept<F> {
    fn poll_result(&mut self, cx: &mut Context<'_>) -> Poll<Option<F::Output>> {
        let Some(future) = self.future.as_mut() else {
            return Poll::Ready(None);
        };
        // Without a handle nobody can recall it, and who keeps its waker for nothing makes it look as if somebody could
        // still wake it.
        let has_handle = Arc::strong_count(&self.recall) > 1;
        match self.recall.keep(has_handle.then(|| cx.waker().clone())) {
            Ok(_) => future.as_mut().poll(cx).map(Some),
            Err(_) => {
                self.future = None; // Here, where it has lived, and before anybody is told.
                Poll::Ready(None)
            }
        }
    }
}

impl<F: Future> Future for Kept<F> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let polled = catch_unwind(AssertUnwindSafe(|| self.poll_result(cx)));
        let result = match polled {
            Ok(polled) => ready!(polled).map(Ok),
            Err(payload) => Some(Err(payload)),
        };
        match (self.promise.take(), result) {
            (Some(promise), Some(result)) => promise.keep(result),
            (cancelled, _) => drop(cancelled),
        }
        Poll::Ready(())
    }
}

impl<F: Future> Drop for Kept<F> {
    fn drop(&mut self) {
        drop(self.recall.end());
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
    recall: Arc<Recall<Waker>>,
    mailbox: Arc<Mailbox>,
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

    /// Asks the task to end, from any thread. At its next turn its future is dropped instead of polled, on the thread
    /// of the runtime, where it was made; a recipe that has not been begun is dropped there, too, and makes none. The
    /// handle gives a [`JoinError`] then that [is cancelled](JoinError::is_cancelled). A task that has ended, or that
    /// ends in the poll it is in, keeps its result, and after the runtime's end there is nothing left to abort.
    ///
    /// ```
    /// # use std::{pin::Pin, task::{Context, Poll, Waker}};
    /// # use executor::{Executor, Step};
    /// # let executor = Executor::new(Waker::noop().clone());
    /// let handle = executor.remote().spawn(std::future::pending::<()>);
    /// # let mut shown = executor.spawn(async move {
    /// handle.abort();
    /// assert!(handle.await.unwrap_err().is_cancelled());
    /// # });
    /// # let entered = executor.enter();
    /// # while entered.step() != Step::Idle {}
    /// # let mut cx = Context::from_waker(Waker::noop());
    /// # assert!(matches!(Pin::new(&mut shown).poll(&mut cx), Poll::Ready(Ok(()))));
    /// ```
    pub fn abort(&self) {
        if let Some(waker) = self.recall.recall() {
            waker.wake();
        }
    }

    /// Blocks this thread until the task has ended, and gives its result, as [`std::thread::JoinHandle::join`] does.
    ///
    /// It is for threads that run no runtime: on one that does, of another runtime, it stops that one's loop meanwhile.
    ///
    /// # Panics
    /// On the thread of the runtime that has to run the task, unless that has ended: it would wait for itself.
    ///
    /// ```
    /// # use std::task::Waker;
    /// # use executor::Executor;
    /// # let executor = Executor::new(Waker::noop().clone());
    /// let remote = executor.remote();
    /// let thread = std::thread::spawn(move || {
    ///     let handle = remote.spawn(|| async { 6 * 7 });
    ///     handle.join().unwrap()
    /// });
    /// # let entered = executor.enter();
    /// # while !thread.is_finished() {
    /// #     entered.step(); // The runtime runs meanwhile.
    /// # }
    /// assert_eq!(thread.join().unwrap(), 42);
    /// ```
    #[track_caller]
    pub fn join(mut self) -> Result<T, JoinError> {
        assert!(
            self.is_finished() || thread::current().id() != self.mailbox.home(),
            "`RemoteHandle::join` was called on the thread of the runtime that has to run the task: it would wait for \
             itself. Write `.await` instead"
        );
        let waker = Waker::from(Arc::new(Joiner(thread::current())));
        let mut cx = Context::from_waker(&waker);
        loop {
            // Whoever else unparks this thread only has it look once more.
            match Pin::new(&mut self.promised).poll(&mut cx) {
                Poll::Ready(result) => return result,
                Poll::Pending => thread::park(),
            }
        }
    }
}

/// A thread that waits for a task.
struct Joiner(Thread);

impl Wake for Joiner {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

impl<T> Drop for RemoteHandle<T> {
    /// The loop may have counted this share of the waker and gone to sleep: it is called to count again.
    fn drop(&mut self) {
        if let Some(waker) = self.recall.let_go() {
            drop(waker);
            self.mailbox.unpark();
        }
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
