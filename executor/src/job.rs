//! Blocking work with a handle like a task's; it knows nothing of the threads.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Poll, ready};

use crate::abort::Abort;
use crate::cell::{Id, Joined, Phase};
use crate::current;
use crate::error::JoinError;
use crate::handle::JoinHandle;
use crate::pool::Job;
use crate::promise::{Promised, promise};
use crate::quietly::quietly;

/// Runs `work` on a thread of its own kind, so that the loop goes on meanwhile; await the handle for its value.
///
/// It is for calls that block and sums that take long: a task that does such a thing itself holds up all others. The
/// threads are the executor's pool. One is started when a job finds none that is free; there is a bound on them, above
/// which jobs queue up, first come, first served; and one that has had nothing to do for long ends. Names and files use
/// the same pool: what runs for as long as the program does is better off on a [`std::thread`].
///
/// The handle is like a task's:
///
/// - A panic of `work` is a [`JoinError`] there.
/// - [Aborting](JoinHandle::abort) a job that no thread has begun drops it, with what it captured, at once, in `abort`
///   itself. One that has begun cannot be stopped: it goes on, and the handle gives its value.
/// - Dropping the handle detaches the job. It is begun all the same, and its value is dropped on the thread.
///
/// When the executor is shut down, the jobs that have not begun are dropped, and their handles say cancelled. Those
/// that have go on, on their own, and the handle gives the value also then. They end with the process at the latest.
///
/// # Panics
/// If no executor is current on this thread. If there is no thread and the system starts none, as
/// [`std::thread::spawn`] does.
///
/// ```
/// # use std::{pin::Pin, task::{Context, Poll, Waker}};
/// # use executor::Executor;
/// # use ::executor as runtime;
/// # let executor = Executor::new(Waker::noop().clone());
/// # let mut shown = executor.spawn(async {
/// use runtime::spawn_blocking;
///
/// let sum = spawn_blocking(|| (1..=1_000_000).sum::<u64>()).await.unwrap();
/// assert_eq!(sum, 500_000_500_000);
///
/// let job = spawn_blocking(|| panic!("oh no"));
/// assert!(job.await.unwrap_err().is_panic());
/// # });
/// # let entered = executor.enter();
/// # while !shown.is_finished() { entered.step(); }
/// # let mut cx = Context::from_waker(Waker::noop());
/// # assert!(matches!(Pin::new(&mut shown).poll(&mut cx), Poll::Ready(Ok(()))));
/// ```
#[track_caller]
pub fn spawn_blocking<T, W>(work: W) -> JoinHandle<T>
where
    T: Send + 'static,
    W: FnOnce() -> T + Send + 'static,
{
    let Some(core) = current::get() else {
        current::outside("spawn_blocking")
    };
    let (promise, promised) = promise(core.new_job_id());
    let desk = Desk::new(Box::new(move || {
        promise.keep(catch_unwind(AssertUnwindSafe(work)));
    }));
    let job = JobCell {
        desk: Arc::downgrade(&desk),
        promised,
        location: Location::caller(),
        taken: Cell::new(false),
    };
    let submitted = core.pool().submit(Box::new(move || desk.carry_out()));
    if let Err(error) = submitted {
        panic!("`spawn_blocking` needs a thread, and the system starts none: {error}");
    }
    JoinHandle::new(Rc::new(job))
}

/// Where the work lies until a thread takes it, or whoever aborts it. The queue has it: a pool that closes drops the
/// work with its queue.
struct Desk(Mutex<Option<Job>>);

impl Desk {
    fn new(work: Job) -> Arc<Self> {
        Arc::new(Desk(Mutex::new(Some(work))))
    }

    fn take(&self) -> Option<Job> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// What a thread does.
    fn carry_out(&self) {
        if let Some(work) = self.take() {
            work();
        }
    }
}

/// The job as its handles see it.
struct JobCell<T> {
    /// Nothing when a thread is done with it, or the pool.
    desk: Weak<Desk>,
    promised: Promised<T>,
    location: &'static Location<'static>,
    taken: Cell<bool>,
}

impl<T> Abort for JobCell<T> {
    fn id(&self) -> Id {
        self.promised.id()
    }

    fn location(&self) -> &'static Location<'static> {
        self.location
    }

    fn phase(&self) -> Phase {
        if !self.promised.is_settled() {
            Phase::Running
        } else if self.taken.get() {
            Phase::Taken
        } else {
            Phase::Ended
        }
    }

    /// The work has the promise, which is broken when it is dropped.
    fn abort(&self) {
        let work = self.desk.upgrade().and_then(|desk| desk.take());
        quietly(|| drop(work));
    }
}

impl<T: 'static> Joined<T> for JobCell<T> {
    fn poll_join(&self, cx: &mut Context<'_>) -> Poll<Result<T, JoinError>> {
        assert!(
            !self.taken.get(),
            "a `JoinHandle` was polled after it had given its result; the job was spawned at {}",
            self.location
        );
        let result = ready!(self.promised.poll_outcome(cx));
        self.taken.set(true);
        Poll::Ready(result)
    }

    fn detach(&self) {
        self.promised.abandon();
    }

    fn share(self: Rc<Self>) -> Rc<dyn Abort> {
        self
    }
}
