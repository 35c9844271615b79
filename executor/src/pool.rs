//! Threads for work that blocks, started on demand; they know nothing of tasks nor of what the work is.

use std::cell::{Cell, OnceCell};
use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::quietly::quietly;

/// The standard library's default, said here so that it need not be looked for in the environment.
const STACK_SIZE: usize = 2 << 20;

pub(crate) type Job = Box<dyn FnOnce() + Send>;

/// How many threads for blocking work an executor may have, and when one ends.
///
/// ```
/// use std::time::Duration;
/// use executor::PoolLimits;
///
/// let limits = PoolLimits::default();
/// assert_eq!((limits.threads, limits.idle), (128, Duration::from_secs(10)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolLimits {
    /// More jobs than this at once wait for a thread. Not 0. Jobs mostly wait for a disk or a name server, so the
    /// default is far above the number of cores and only keeps a flood of them from exhausting the machine.
    pub threads: usize,
    /// A thread that had nothing to do for so long ends.
    pub idle: Duration,
}

impl Default for PoolLimits {
    fn default() -> Self {
        PoolLimits {
            threads: 128,
            idle: Duration::from_secs(10),
        }
    }
}

/// The threads of one executor. There is none until the first job comes.
pub(crate) struct Pool {
    limits: PoolLimits,
    shared: OnceCell<Arc<Shared>>,
    closed: Cell<bool>,
}

struct Shared {
    limits: PoolLimits,
    state: Mutex<State>,
    /// Notified when a job comes and when the pool closes.
    work: Condvar,
    /// Notified when there is no job any more, if somebody waits for that.
    rest: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    threads: usize,
    idle: usize,
    /// How many jobs are being carried out.
    running: usize,
    /// Tells the threads to end when there is no job left.
    closed: bool,
    /// Somebody waits until there is no job left: who has done one looks whether it was the last.
    is_awaited: bool,
}

impl State {
    /// How many jobs are not over.
    fn left(&self) -> usize {
        self.jobs.len() + self.running
    }
}

impl Pool {
    pub(crate) fn new(limits: PoolLimits) -> Self {
        Pool {
            limits,
            shared: OnceCell::new(),
            closed: Cell::new(false),
        }
    }

    /// Queues a job for the next thread that is free.
    ///
    /// # Errors
    /// When there is no thread, and the system starts none.
    pub(crate) fn submit(&self, job: Job) -> io::Result<()> {
        if self.closed.get() {
            return Ok(()); // Dropping the job tells its future.
        }
        let shared = self.shared.get_or_init(|| Shared::new(self.limits));
        let mut state = shared.lock();
        if state.idle <= state.jobs.len() && state.threads < shared.limits.threads {
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

    /// How many jobs wait for a thread, and how many run.
    pub(crate) fn jobs(&self) -> usize {
        let Some(shared) = self.shared.get() else {
            return 0;
        };
        shared.lock().left()
    }

    /// Waits until no job runs nor waits for a thread, but not longer than `timeout`. How many are left.
    pub(crate) fn wait(&self, timeout: Duration) -> usize {
        let Some(shared) = self.shared.get() else {
            return 0;
        };
        let mut state = shared.lock();
        state.is_awaited = true;
        let (mut state, _) = shared
            .rest
            .wait_timeout_while(state, timeout, |state| state.left() > 0)
            .unwrap_or_else(PoisonError::into_inner);
        state.is_awaited = false;
        state.left()
    }
}

impl Shared {
    fn new(limits: PoolLimits) -> Arc<Self> {
        Arc::new(Shared {
            limits,
            state: Mutex::default(),
            work: Condvar::new(),
            rest: Condvar::new(),
        })
    }

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
                state.running += 1;
                drop(state);
                // The work's own panic is caught by the job. What is left is the destructor of what nobody wants
                // any more, and somebody's waker: they must not take the thread with them, which is counted.
                quietly(job);
                state = self.lock();
                state.running -= 1;
                if state.is_awaited && state.left() == 0 {
                    self.rest.notify_all();
                }
                continue;
            }
            if state.closed {
                break;
            }
            state.idle += 1;
            let (next, timeout) = self
                .work
                .wait_timeout(state, self.limits.idle)
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
