//! What is known of a task, copied out for whoever shows it or judges it; it knows nothing of either.

use std::panic::Location;
use std::sync::Arc;
use std::task::{Wake, Waker};

use crate::cell::Id;

/// What is known of a task, or of the future that the loop itself polls, at one moment.
///
/// ```
/// # use std::task::Waker;
/// # use executor::{Executor, Step, TaskState};
/// # let executor = Executor::new(Waker::noop().clone());
/// let handle = executor.spawn(std::future::pending::<()>());
/// assert_eq!(executor.census().tasks[0].state, TaskState::New);
/// # let entered = executor.enter();
/// # while entered.step() != Step::Idle {}
/// let record = executor.census().tasks[0]; // It was polled, and nobody kept its waker.
/// assert_eq!((record.task, record.polls), (Some(handle.id()), 1));
/// assert_eq!((record.state, record.shares), (TaskState::Lost, 0));
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct TaskRecord {
    /// Which task it is; `None` is the future that the loop itself polls.
    pub task: Option<Id>,
    /// Where it was spawned.
    pub location: &'static Location<'static>,
    /// What it is doing.
    pub state: TaskState,
    /// How often it was polled, modulo 2^32.
    pub polls: u32,
    /// What woke it last; `None` when it was not woken since its spawn.
    pub last_wake: Option<LastWake>,
    /// How many shares of its waker others hold, whoever they are.
    pub shares: usize,
    /// Which waker is its own; `None` before its first poll.
    pub waker: Option<WakerId>,
    /// Which waker its end wakes: that of whoever awaits its handle.
    pub joiner: Option<WakerId>,
}

/// What a task is doing.
///
/// ```
/// # use std::task::Waker;
/// # use executor::{Executor, TaskState};
/// # let executor = Executor::new(Waker::noop().clone());
/// # executor.spawn(async {});
/// # let state = executor.census().tasks[0].state;
/// assert_eq!(state, TaskState::New); // Of a task that was just spawned.
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskState {
    /// It was spawned, and has not had its first turn.
    New,
    /// It was woken, and its turn has not come yet.
    Ready,
    /// It is being polled.
    Running,
    /// It waits for a wake.
    Waiting,
    /// It waits, and nobody has its waker: only an abort ends it.
    Lost,
}

/// The last wake of a task that has had its turn since.
///
/// ```
/// # use std::task::Waker;
/// # use executor::{Executor, LastWake, Step};
/// # let executor = Executor::new(Waker::noop().clone());
/// executor.spawn(async {
///     executor::yield_now().await; // It wakes itself.
///     std::future::pending::<()>().await;
/// });
/// # let entered = executor.enter();
/// # while entered.step() != Step::Idle {}
/// let wake = executor.census().tasks[0].last_wake.unwrap();
/// assert_eq!((wake.turns_ago, wake.from_away), (0, false));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LastWake {
    /// How many polls of tasks there were since its turn, modulo 2^32.
    pub turns_ago: u32,
    /// True when it came from another thread, or while the loop did not run.
    pub from_away: bool,
}

/// Which task a [`Waker`] wakes: two that [wake the same one](Waker::will_wake) are equal. It is a number and no share.
///
/// It is the address of what the waker points at. Its table of functions is left out: a compiler may make several
/// tables of the same functions, and then one task would have two names.
///
/// ```
/// use std::task::Waker;
/// use executor::WakerId;
///
/// let waker = Waker::noop();
/// assert_eq!(WakerId::of(waker), WakerId::of(&waker.clone()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WakerId(usize);

impl WakerId {
    /// The identity of `waker`.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use std::task::{Wake, Waker};
    /// use executor::WakerId;
    ///
    /// struct Bell;
    /// impl Wake for Bell {
    ///     fn wake(self: Arc<Self>) {}
    /// }
    /// let (one, other) = (Waker::from(Arc::new(Bell)), Waker::from(Arc::new(Bell)));
    /// assert_ne!(WakerId::of(&one), WakerId::of(&other));
    /// ```
    #[must_use]
    pub fn of(waker: &Waker) -> Self {
        WakerId(waker.data().addr())
    }

    /// The identity of the wakers that are made of this, without making one.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use std::task::{Wake, Waker};
    /// use executor::WakerId;
    ///
    /// struct Bell;
    /// impl Wake for Bell {
    ///     fn wake(self: Arc<Self>) {}
    /// }
    /// let bell = Arc::new(Bell);
    /// assert_eq!(WakerId::of_arc(&bell), WakerId::of(&Waker::from(bell.clone())));
    /// ```
    #[must_use]
    pub fn of_arc<W: Wake + Send + Sync + 'static>(wake: &Arc<W>) -> Self {
        WakerId(Arc::as_ptr(wake).addr())
    }
}
