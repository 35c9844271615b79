//! Threads for work that blocks, started on demand; they know nothing of tasks and reach them by wakers only.

use std::cell::{Cell, OnceCell};
use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;

use crate::current;
use crate::error::JoinError;
use crate::promise::{Promised, promise};
use crate::quietly::quietly;

/// More jobs than this at once wait for a thread. Jobs mostly wait for a disk or a name server, so the bound is far
/// above the number of cores and only keeps a flood of them from exhausting the machine.
const MAX_THREADS: usize = 128;

/// A thread that had nothing to do for so long ends.
const IDLE_TIME: Duration = Duration::from_secs(10);

/// The standard library's default, said here so that it need not be looked for in the environment.
const STACK_SIZE: usize = 2 << 20;

type Job = Box<dyn FnOnce() + Send>;

/// The threads of one executor. There is none until the first job comes.
#[derive(Default)]
pub(crate) struct Pool {
    shared: OnceCell<Arc<Shared>>,
    closed: Cell<bool>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// Notified when a job comes and when the pool closes.
    work: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    threads: usize,
    idle: usize,
    /// Tells the threads to end when there is no job left.
    closed: bool,
}

impl Pool {
    fn submit(&self, job: Job) -> io::Result<()> {
        if self.closed.get() {
            return Ok(()); // Dropping the job tells its future.
        }
        let shared = self.shared.get_or_init(Arc::default);
        let mut state = shared.lock();
        if state.idle <= state.jobs.len() && state.threads < MAX_THREADS {
            match shared.start_thread() {
                Ok(()) => state.threads += 1,
                // With a thread at work the job just waits longer.
                Err(_) if state.threads > 0 => {}
                Err(error) => return Err(error),
            }
        }
        state.jobs.push_back(job);
        drop(state);
        shared.work.notify_one();
        Ok(())
    }

    /// Drops the jobs that have not started and ends the idle threads. Running jobs go on, on their own.
    pub(crate) fn close(&self) {
        self.closed.set(true);
        let Some(shared) = self.shared.get() else {
            return;
        };
        let mut state = shared.lock();
        state.closed = true;
        let unstarted = std::mem::take(&mut state.jobs);
        drop(state);
        shared.work.notify_all();
        // Destructors of what the jobs captured: outside the lock.
        unstarted.into_iter().for_each(|job| quietly(|| drop(job)));
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start_thread(self: &Arc<Self>) -> io::Result<()> {
        let shared = self.clone();
        thread::Builder::new()
            .name("runtime-blocking".to_owned())
            .stack_size(STACK_SIZE)
            .spawn(move || shared.work())
            .map(drop)
    }

    /// What a thread does: jobs, until it was idle for long or the pool closed.
    fn work(&self) {
        let mut state = self.lock();
        loop {
            if let Some(job) = state.jobs.pop_front() {
                drop(state);
                // The work's own panic is caught by the job. What is left is the destructor of what nobody wants
                // any more, and somebody's waker: they must not take the thread with them, which is counted.
                quietly(job);
                state = self.lock();
                continue;
            }
            if state.closed {
                break;
            }
            state.idle += 1;
            let (next, timeout) = self
                .work
                .wait_timeout(state, IDLE_TIME)
                .unwrap_or_else(PoisonError::into_inner);
            state = next;
            state.idle -= 1;
            if timeout.timed_out() && state.jobs.is_empty() {
                break;
            }
        }
        state.threads -= 1;
    }
}

/// Runs `work` on a thread of the current executor's pool; await the returned future for its result.
///
/// This is what name resolution and files use. The job starts whether or not the future is polled. Dropping the future
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
