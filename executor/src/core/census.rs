//! A count of all tasks and of who has their wakers; it polls nothing, wakes nobody, and judges nothing.

use std::rc::Rc;
use std::time::Duration;

use super::{Core, Executor};
use crate::cell::Run;
use crate::current;
use crate::home;
use crate::record::{TaskRecord, TaskState};
use crate::watch::Watch;

impl Core {
    /// What stands in a slot.
    fn record(&self, place: u32) -> Option<TaskRecord> {
        self.slots.borrow().record(place, self.polls.get())
    }

    fn census(&self) -> Census {
        Census {
            tasks: self.records(),
            jobs: self.pool.jobs(),
            remotes: self.mailbox.remotes(),
        }
    }

    fn records(&self) -> Vec<TaskRecord> {
        let places = self.slots.borrow().len();
        let mut records: Vec<_> = (0..places).filter_map(|place| self.record(place)).collect();
        let mut new = home::new_tasks(self.mailbox.id());
        new.extend(self.ready.borrow().new_tasks());
        records.extend(new.iter().map(|task| unnamed(task, TaskState::New)));
        let first = self.first_poll.take();
        records.extend(first.iter().map(|(task, waker)| TaskRecord {
            waker: Some(*waker),
            ..unnamed(task, TaskState::Running)
        }));
        self.first_poll.set(first);
        records.sort_by_key(|record| record.task);
        records
    }
}

/// A task that has no slot yet.
fn unnamed(task: &Rc<dyn Run>, state: TaskState) -> TaskRecord {
    TaskRecord {
        state,
        ..task.header().record()
    }
}

/// Who there is at one moment.
///
/// ```
/// # use std::task::Waker;
/// # use executor::Executor;
/// # let executor = Executor::new(Waker::noop().clone());
/// let handle = executor.spawn(async {});
/// let census = executor.census();
/// assert_eq!(census.tasks[0].task, Some(handle.id()));
/// assert_eq!((census.jobs, census.remotes), (0, 0));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Census {
    /// Each task that has not ended: the future first that the loop itself polls, then the oldest.
    pub tasks: Vec<TaskRecord>,
    /// How many blocking jobs wait for a thread or run.
    pub jobs: usize,
    /// How many [`Remote`](crate::Remote)s there are.
    pub remotes: usize,
}

/// What is known of the current executor; `None` if there is none.
///
/// ```
/// # use std::task::Waker;
/// # use executor::{Executor, Step, TaskState};
/// # let executor = Executor::new(Waker::noop().clone());
/// executor.spawn(async {
///     let census = executor::census().unwrap();
///     assert_eq!(census.tasks[0].state, TaskState::Running);
/// });
/// assert!(executor::census().is_none());
/// # let entered = executor.enter();
/// # while entered.step() != Step::Idle {}
/// ```
#[must_use]
pub fn census() -> Option<Census> {
    current::get().map(|core| core.census())
}

impl Executor {
    /// Counts the tasks, and says of each what is known.
    ///
    /// ```
    /// # use std::task::Waker;
    /// # use executor::Executor;
    /// # let executor = Executor::new(Waker::noop().clone());
    /// let handle = executor.spawn(async {});
    /// let tasks = executor.census().tasks;
    /// assert_eq!(tasks[0].task, Some(handle.id()));
    /// assert_eq!(tasks[0].location.file(), file!());
    /// ```
    #[must_use]
    pub fn census(&self) -> Census {
        self.core.census()
    }

    /// How many places there are for tasks that had to wait once.
    ///
    /// ```
    /// # use std::task::Waker;
    /// # use executor::{Executor, Step};
    /// # let executor = Executor::new(Waker::noop().clone());
    /// executor.spawn(std::future::pending::<()>());
    /// assert_eq!(executor.places(), 0);
    /// # let entered = executor.enter();
    /// # while entered.step() != Step::Idle {}
    /// assert_eq!(executor.places(), 1);
    /// ```
    #[must_use]
    pub fn places(&self) -> u32 {
        self.core.slots.borrow().len()
    }

    /// What is known of the task that has the place.
    ///
    /// ```
    /// # use std::task::Waker;
    /// # use executor::{Executor, Step};
    /// # let executor = Executor::new(Waker::noop().clone());
    /// let handle = executor.spawn(std::future::pending::<()>());
    /// # let entered = executor.enter();
    /// # while entered.step() != Step::Idle {}
    /// assert_eq!(executor.record(0).unwrap().task, Some(handle.id()));
    /// assert!(executor.record(1).is_none());
    /// ```
    #[must_use]
    pub fn record(&self, place: u32) -> Option<TaskRecord> {
        self.core.record(place)
    }

    /// How many blocking jobs wait for a thread or run.
    ///
    /// ```
    /// # use std::task::Waker;
    /// # use executor::Executor;
    /// # let executor = Executor::new(Waker::noop().clone());
    /// # let context = executor.context();
    /// assert_eq!(executor.jobs(), 0);
    /// let (hold, held) = std::sync::mpsc::channel::<()>();
    /// executor::spawn_blocking(move || held.recv());
    /// assert_eq!(executor.jobs(), 1);
    /// drop(hold);
    /// ```
    #[must_use]
    pub fn jobs(&self) -> usize {
        self.core.pool.jobs()
    }

    /// Blocks this thread until no blocking job waits for a thread or runs, but not longer than `timeout`. How many are
    /// left.
    ///
    /// ```
    /// # use std::task::Waker;
    /// # use std::time::Duration;
    /// # use executor::Executor;
    /// # let executor = Executor::new(Waker::noop().clone());
    /// # let context = executor.context();
    /// let (hold, held) = std::sync::mpsc::channel::<()>();
    /// executor::spawn_blocking(move || held.recv());
    /// assert_eq!(executor.wait_for_jobs(Duration::ZERO), 1);
    /// drop(hold);
    /// assert_eq!(executor.wait_for_jobs(Duration::from_secs(60)), 0);
    /// ```
    pub fn wait_for_jobs(&self, timeout: Duration) -> usize {
        self.core.pool.wait(timeout)
    }

    /// How many [`Remote`](crate::Remote)s there are, through each of which a task may come.
    ///
    /// ```
    /// # use std::task::Waker;
    /// # use executor::Executor;
    /// # let executor = Executor::new(Waker::noop().clone());
    /// let remotes = [executor.remote(), executor.remote()];
    /// assert_eq!(executor.remotes(), 2);
    /// drop(remotes);
    /// assert_eq!(executor.remotes(), 0);
    /// ```
    #[must_use]
    pub fn remotes(&self) -> usize {
        self.core.mailbox.remotes()
    }

    /// Has `watch` told of each poll as it begins and ends, instead of whoever was told before.
    ///
    /// ```
    /// # use std::panic::Location;
    /// # use std::rc::Rc;
    /// # use std::task::Waker;
    /// # use executor::{Executor, Id, Step, Watch};
    /// # let executor = Executor::new(Waker::noop().clone());
    /// struct Lines;
    /// impl Watch for Lines {
    ///     fn poll_began(&self, task: Option<Id>, spawned_at: &'static Location<'static>) {
    ///         println!("{task:?}, spawned at {spawned_at}, is polled");
    ///     }
    ///     fn poll_ended(&self, _: Option<Id>) {}
    /// }
    /// executor.watch(Rc::new(Lines));
    /// executor.spawn(async {});
    /// # let entered = executor.enter();
    /// # while entered.step() != Step::Idle {}
    /// ```
    pub fn watch(&self, watch: Rc<dyn Watch>) {
        self.core.observers.set_watch(watch);
    }
}
