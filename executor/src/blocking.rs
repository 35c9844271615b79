//! A future of blocking work, for crates that build on it: dropped, it gives the work up; it knows nothing of threads.

use std::fmt;
use std::future::Future;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::current;
use crate::error::JoinError;
use crate::promise::{Promised, promise};

/// Runs `work` on a thread of the current executor's pool; await the returned future for its result.
///
/// This is what name resolution and files use; see [`spawn_blocking`](crate::spawn_blocking) for a job with a handle
/// like a task's. The job starts whether or not the future is polled. Dropping the future
/// drops a job that has not started, and abandons one that has.
///
/// # Errors
/// When not even one thread can be started.
///
/// # Panics
/// If no executor is current on this thread. A panic of `work` itself is caught and given as a [`JoinError`].
///
/// ```
/// # use std::{pin::Pin, task::{Context, Poll, Waker}};
/// # use executor::Executor;
/// # let executor = Executor::new(Waker::noop().clone());
/// # let mut shown = executor.spawn(async {
/// let sum = executor::unblock(|| (1..=4).sum::<u32>())?.await?;
/// assert_eq!(sum, 10);
/// # std::io::Result::Ok(())
/// # });
/// # let entered = executor.enter();
/// # while !shown.is_finished() { entered.step(); }
/// # let mut cx = Context::from_waker(Waker::noop());
/// # assert!(matches!(Pin::new(&mut shown).poll(&mut cx), Poll::Ready(Ok(Ok(())))));
/// ```
#[track_caller]
pub fn unblock<T, W>(work: W) -> io::Result<Blocking<T>>
where
    T: Send + 'static,
    W: FnOnce() -> T + Send + 'static,
{
    let Some(core) = current::get() else {
        current::outside("unblock")
    };
    let (promise, promised) = promise(core.new_job_id());
    core.pool().submit(Box::new(move || {
        if promise.is_wanted() {
            promise.keep(catch_unwind(AssertUnwindSafe(work)));
        }
    }))?;
    Ok(Blocking { promised })
}

/// The future of [`unblock`]: the job's result, or a [`JoinError`] if it panicked or the executor shut down first.
///
/// ```
/// # use std::{pin::Pin, task::{Context, Poll, Waker}};
/// # use executor::Executor;
/// # let executor = Executor::new(Waker::noop().clone());
/// # let mut shown = executor.spawn(async {
/// let job: executor::Blocking<()> = executor::unblock(|| panic!("oh no"))?;
/// assert!(job.await.unwrap_err().is_panic());
/// # std::io::Result::Ok(())
/// # });
/// # let entered = executor.enter();
/// # while !shown.is_finished() { entered.step(); }
/// # let mut cx = Context::from_waker(Waker::noop());
/// # assert!(matches!(Pin::new(&mut shown).poll(&mut cx), Poll::Ready(Ok(Ok(())))));
/// ```
#[must_use = "futures do nothing unless awaited"]
pub struct Blocking<T> {
    promised: Promised<T>,
}

impl<T> Future for Blocking<T> {
    type Output = Result<T, JoinError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.promised).poll(cx)
    }
}

impl<T> fmt::Debug for Blocking<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Blocking").field(&self.promised).finish()
    }
}
