//! The executor as its owner has it: to make, to fill with tasks, to enter and to ask; the work itself is the core's.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

use super::{Core, Entered, STEPS_PER_DRAIN};
use crate::current::{self, Context};
use crate::handle::JoinHandle;
use crate::home::{self, Ready};
use crate::mailbox::Mailbox;
use crate::observe::{Event, Observers};
use crate::pool::{Pool, PoolLimits};
use crate::remote::Remote;
use crate::slots::Slots;

/// A queue of tasks that run on one thread.
///
/// The executor never waits: [`Entered::step`] polls one task and says when there is none. Dropping the executor
/// cancels every task that is left, as [`shutdown`](Self::shutdown) does.
///
/// ```
/// use std::task::Waker;
/// use executor::{Executor, Step};
///
/// let executor = Executor::new(Waker::noop().clone());
/// let handle = executor.spawn(async { 6 * 7 });
/// let entered = executor.enter();
/// while entered.step() != Step::Idle {}
/// assert!(handle.is_finished());
/// ```
#[derive(Debug)]
pub struct Executor {
    pub(super) core: Rc<Core>,
}

/// Counts since the executor began, except `tasks`, which is what there is now.
///
/// ```
/// # use std::task::Waker;
/// # use executor::{Executor, Step};
/// # let executor = Executor::new(Waker::noop().clone());
/// executor.spawn(async {});
/// executor.spawn(std::future::pending::<()>());
/// # let entered = executor.enter();
/// # while entered.step() != Step::Idle {}
/// let metrics = executor.metrics();
/// assert_eq!((metrics.spawned, metrics.polls, metrics.tasks), (2, 2, 1));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metrics {
    /// Tasks that have not ended.
    pub tasks: usize,
    /// Tasks that were ever spawned.
    pub spawned: u64,
    /// Polls of tasks.
    pub polls: u64,
    /// Wakes that queued a task; a wake of a task that is queued already counts as none.
    pub wakes: u64,
}

impl Executor {
    /// Makes an executor. `unpark` is called when a task was queued while the loop may be waiting: from another
    /// thread, or from this one outside the loop. It must be sticky: called before the wait, it ends that wait at
    /// once.
    ///
    /// ```
    /// # use std::sync::atomic::{AtomicBool, Ordering};
    /// # use std::sync::Arc;
    /// # use std::task::{Wake, Waker};
    /// # use executor::Executor;
    /// # #[derive(Default)]
    /// # struct Token(AtomicBool);
    /// impl Wake for Token {
    ///     fn wake(self: Arc<Self>) {
    ///         self.0.store(true, Ordering::Release);
    ///     }
    /// }
    /// let token = Arc::new(Token::default());
    /// let executor = Executor::new(Waker::from(token.clone()));
    /// executor.spawn(async {}); // Outside of the loop.
    /// assert!(token.0.load(Ordering::Acquire));
    /// ```
    #[must_use]
    pub fn new(unpark: Waker) -> Self {
        Executor::with_limits(unpark, PoolLimits::default())
    }

    /// As [`new`](Self::new), with other limits to its threads for blocking work.
    ///
    /// # Panics
    /// If it may have no thread.
    ///
    /// ```
    /// # use std::task::Waker;
    /// use executor::{Executor, PoolLimits};
    ///
    /// let limits = PoolLimits {
    ///     threads: 2,
    ///     ..PoolLimits::default()
    /// };
    /// let executor = Executor::with_limits(Waker::noop().clone(), limits);
    /// # drop(executor);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn with_limits(unpark: Waker, limits: PoolLimits) -> Self {
        assert!(
            limits.threads > 0,
            "blocking work needs a thread: allow 1 at least, and none is started before it is needed"
        );
        Executor {
            core: Rc::new(Core {
                slots: RefCell::new(Slots::new()),
                ready: RefCell::new(Ready::new()),
                mailbox: Arc::new(Mailbox::new(unpark)),
                until_drain: Cell::new(STEPS_PER_DRAIN),
                vacancy: Cell::new(None),
                first_poll: Cell::new(None),
                tasks: Cell::new(0),
                entered: Cell::new(false),
                closing: Cell::new(false),
                next_id: Cell::new(1),
                jobs: Cell::new(0),
                polls: Cell::new(0),
                observers: Observers::default(),
                pool: Pool::new(limits),
            }),
        }
    }

    /// Spawns a task. It is polled for the first time in a later [`step`](Entered::step).
    ///
    /// ```
    /// # use std::task::Waker;
    /// # use executor::{Executor, Step};
    /// # let executor = Executor::new(Waker::noop().clone());
    /// let handle = executor.spawn(async { 6 * 7 });
    /// assert!(!handle.is_finished()); // Nothing has run it yet.
    /// let entered = executor.enter();
    /// while entered.step() != Step::Idle {}
    /// assert!(handle.is_finished());
    /// ```
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        Core::spawn(&self.core, future)
    }

    /// Makes this the executor that the free function [`spawn`](crate::spawn) finds, until the guard is dropped.
    ///
    /// ```
    /// # use std::task::Waker;
    /// # use executor::Executor;
    /// # let executor = Executor::new(Waker::noop().clone());
    /// let context = executor.context();
    /// executor::spawn(async {});
    /// drop(context);
    /// assert!(!executor::has_current());
    /// assert_eq!(executor.metrics().spawned, 1);
    /// ```
    pub fn context(&self) -> Context {
        current::set(self.core.clone())
    }

    /// Enters the executor on this thread: makes it current, and lends the thread its deque, so that wakes find
    /// themselves at home. Only then can it [`step`](Entered::step).
    ///
    /// # Panics
    /// If this executor is entered already.
    ///
    /// ```
    /// # use std::task::Waker;
    /// # use executor::{Executor, Step};
    /// # let executor = Executor::new(Waker::noop().clone());
    /// executor.spawn(async {});
    /// let entered = executor.enter();
    /// assert_eq!(entered.step(), Step::Ran);
    /// assert_eq!(entered.step(), Step::Idle);
    /// ```
    #[track_caller]
    pub fn enter(&self) -> Entered<'_> {
        let core = &self.core;
        assert!(
            !core.entered.replace(true),
            "this runtime is running already: its loop cannot be started from within one of its own tasks"
        );
        Entered {
            context: self.context(),
            before: Some(home::arrive(core.mailbox.id(), &core.ready)),
            core,
        }
    }

    /// Cancels every task: each future is dropped in place, in this executor's context, whoever holds its handle, and
    /// the handles give [`JoinError`](crate::JoinError)s. A panic in a destructor is caught. Tasks that are spawned
    /// from now on, by a destructor say, are dropped unpolled. Blocking jobs that have not started are dropped;
    /// running ones are left alone.
    ///
    /// Called from within a task, it cancels that one when its poll is over.
    ///
    /// ```
    /// # use std::task::Waker;
    /// # use executor::Executor;
    /// # let executor = Executor::new(Waker::noop().clone());
    /// let handle = executor.spawn(std::future::pending::<()>());
    /// executor.shutdown();
    /// assert!(handle.is_finished()); // Awaiting it gives an error that says cancelled.
    /// assert_eq!(executor.metrics().tasks, 0);
    /// ```
    pub fn shutdown(&self) {
        let core = &*self.core;
        let _context = self.context();
        core.closing.set(true);
        core.mailbox.close();
        let count = core.slots.borrow().len();
        for slot in 0..count {
            let task = core.slots.borrow().task(slot);
            let Some((key, task)) = task else {
                continue;
            };
            if !task.header().is_running() {
                continue; // It has just ended, and this is its destructor or its joiner's waker.
            }
            if task.is_busy() {
                // It shuts down its own executor, and is cancelled when its poll is over.
                task.header().cancel_requested.set(true);
                continue;
            }
            // Out of its slot first: its destructor may enter this executor, and find its key.
            core.bury(key, &*task);
            core.cancel_one(&*task);
        }
        core.cancel_new();
        core.pool.close();
    }

    /// [Shuts down](Self::shutdown), then waits until the blocking jobs that run have ended, but not longer than
    /// `timeout`. How many still run. Such jobs go on, on their own.
    ///
    /// ```
    /// # use std::task::Waker;
    /// # use std::time::Duration;
    /// # use executor::Executor;
    /// # let executor = Executor::new(Waker::noop().clone());
    /// # let context = executor.context();
    /// let job = executor::spawn_blocking(|| "it has begun, or it never will");
    /// # drop(context);
    /// assert_eq!(executor.shutdown_timeout(Duration::from_secs(60)), 0);
    /// assert!(job.is_finished());
    /// ```
    pub fn shutdown_timeout(&self, timeout: Duration) -> usize {
        self.shutdown();
        self.core.pool().wait(timeout)
    }

    /// The way in from other threads.
    ///
    /// ```
    /// # use std::task::Waker;
    /// # use executor::{Executor, Step};
    /// # let executor = Executor::new(Waker::noop().clone());
    /// let remote = executor.remote();
    /// let thread = std::thread::spawn(move || remote.spawn(|| async { 6 * 7 }));
    /// let handle = thread.join().unwrap();
    /// let entered = executor.enter();
    /// while entered.step() != Step::Idle {}
    /// assert!(handle.is_finished());
    /// ```
    #[must_use]
    pub fn remote(&self) -> Remote {
        self.core.remote()
    }

    /// True when a task is queued, at home or by another thread.
    ///
    /// ```
    /// # use std::task::Waker;
    /// # use executor::Executor;
    /// # let executor = Executor::new(Waker::noop().clone());
    /// assert!(!executor.has_ready());
    /// executor.spawn(async {});
    /// assert!(executor.has_ready());
    /// ```
    #[must_use]
    pub fn has_ready(&self) -> bool {
        self.core.ready_and_wakes().0 > 0 || self.core.mailbox.len() > 0
    }

    /// True while it is [entered](Self::enter): a loop runs its tasks.
    ///
    /// ```
    /// # use std::task::Waker;
    /// # use executor::Executor;
    /// # let executor = Executor::new(Waker::noop().clone());
    /// let entered = executor.enter();
    /// assert!(executor.is_entered());
    /// drop(entered);
    /// assert!(!executor.is_entered());
    /// ```
    #[must_use]
    pub fn is_entered(&self) -> bool {
        self.core.entered.get()
    }

    /// What the executor has counted.
    ///
    /// ```
    /// # use std::task::Waker;
    /// # use executor::Executor;
    /// # let executor = Executor::new(Waker::noop().clone());
    /// executor.spawn(async {});
    /// assert_eq!(executor.metrics().tasks, 1);
    /// assert_eq!(executor.metrics().polls, 0);
    /// ```
    #[must_use]
    pub fn metrics(&self) -> Metrics {
        let core = &*self.core;
        Metrics {
            tasks: core.tasks.get(),
            spawned: core.next_id.get() - 1 - core.jobs.get(),
            polls: core.polls.get(),
            wakes: core.ready_and_wakes().1,
        }
    }

    /// Tells `observer` of every event from now on, instead of whoever was told before. A panic of the observer is
    /// caught: it is no task's affair.
    ///
    /// ```
    /// # use std::cell::RefCell;
    /// # use std::rc::Rc;
    /// # use std::task::Waker;
    /// # use executor::{Executor, Step};
    /// # let executor = Executor::new(Waker::noop().clone());
    /// let events = Rc::new(RefCell::new(Vec::new()));
    /// let notes = events.clone();
    /// executor.observe(Rc::new(move |event| notes.borrow_mut().push(event)));
    /// executor.spawn(async {});
    /// let entered = executor.enter();
    /// while entered.step() != Step::Idle {}
    /// assert_eq!(events.borrow().len(), 3); // Spawned, a poll began, it ended.
    /// ```
    pub fn observe(&self, observer: Rc<dyn Fn(Event)>) {
        self.core.observers.set(observer);
    }
}

impl Drop for Executor {
    fn drop(&mut self) {
        if !self.core.closing.get() {
            self.shutdown();
        }
        self.core.cancel_new();
    }
}
