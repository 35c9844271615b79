//! One task of a dump, or a child of a scope.

use std::panic::Location;

use executor::{Id, TaskState};

use super::Reason;

/// Whom a line of a dump is about.
///
/// ```
/// use runtime::dump::Who;
///
/// runtime::block_on(async {
///     assert_eq!(runtime::dump().tasks()[0].who(), Who::BlockOn);
/// });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Who {
    /// The future that was given to `block_on`.
    BlockOn,
    /// A task.
    Task(Id),
    /// A child of a scope, by its number there.
    Child(u64),
    /// A scope that is awaited through a waker that is not ours, so that its task is not known.
    Scope,
}

/// When and from where a task was last woken, of those wakes after which it had its turn.
///
/// ```
/// runtime::block_on(async {
///     assert_eq!(runtime::dump().tasks()[0].last_wake(), None); // Its first turn needs no wake.
///     runtime::task::yield_now().await;
///     assert!(!runtime::dump().tasks()[0].last_wake().unwrap().from_away);
/// });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LastWake {
    /// How many polls of tasks there were since that turn, modulo 2^32.
    pub polls_ago: u32,
    /// True when the wake came from another thread, or while the loop did not run.
    pub from_away: bool,
}

/// One task at the moment of a [`Dump`](super::Dump).
///
/// ```
/// use runtime::dump::{Reason, TaskState};
///
/// runtime::block_on(async {
///     let handle = runtime::spawn(std::future::pending::<()>());
///     runtime::task::yield_now().await;
///     let dump = runtime::dump();
///     let task = dump.task(handle.id()).unwrap();
///     assert_eq!((task.state(), task.polls()), (TaskState::Lost, 1));
///     assert_eq!(task.waits_for(), [Reason::Nobody]);
///     assert_eq!(task.spawned_at().unwrap().file(), file!());
/// });
/// ```
#[derive(Clone, Debug)]
pub struct TaskDump {
    pub(super) who: Who,
    pub(super) location: Option<&'static Location<'static>>,
    pub(super) state: TaskState,
    pub(super) polls: u32,
    pub(super) last_wake: Option<LastWake>,
    pub(super) waits_for: Vec<Reason>,
    pub(super) children: Vec<TaskDump>,
}

impl TaskDump {
    /// Which task it is.
    ///
    /// ```
    /// # use runtime::dump::Who;
    /// runtime::block_on(async {
    ///     let handle = runtime::spawn(async {});
    ///     assert_eq!(runtime::dump().tasks()[1].who(), Who::Task(handle.id()));
    /// });
    /// ```
    #[must_use]
    pub fn who(&self) -> Who {
        self.who
    }

    /// Where it was spawned, or where `block_on` was called. A scope of which the task is not known has no place.
    ///
    /// ```
    /// runtime::block_on(async {
    ///     runtime::spawn(async {});
    ///     assert_eq!(runtime::dump().tasks()[1].spawned_at().unwrap().line(), line!() - 1);
    /// });
    /// ```
    #[must_use]
    pub fn spawned_at(&self) -> Option<&'static Location<'static>> {
        self.location
    }

    /// What it is doing.
    ///
    /// ```
    /// # use runtime::dump::TaskState;
    /// runtime::block_on(async {
    ///     assert_eq!(runtime::dump().tasks()[0].state(), TaskState::Running);
    /// });
    /// ```
    #[must_use]
    pub fn state(&self) -> TaskState {
        self.state
    }

    /// How often it was polled, the present poll included; modulo 2^32.
    ///
    /// ```
    /// runtime::block_on(async {
    ///     assert_eq!(runtime::dump().tasks()[0].polls(), 1);
    /// });
    /// ```
    #[must_use]
    pub fn polls(&self) -> u32 {
        self.polls
    }

    /// The last wake that has led to a turn; `None` if it was only spawned.
    ///
    /// ```
    /// runtime::block_on(async {
    ///     runtime::spawn(async {});
    ///     assert_eq!(runtime::dump().tasks()[1].last_wake(), None);
    /// });
    /// ```
    #[must_use]
    pub fn last_wake(&self) -> Option<LastWake> {
        self.last_wake
    }

    /// What it waits for; nothing unless it waits.
    ///
    /// ```
    /// # use runtime::dump::Reason;
    /// runtime::block_on(async {
    ///     let awaited = runtime::spawn(std::future::pending::<()>());
    ///     let id = awaited.id();
    ///     let waiting = runtime::spawn(awaited);
    ///     runtime::task::yield_now().await;
    ///     let dump = runtime::dump();
    ///     assert_eq!(dump.task(waiting.id()).unwrap().waits_for(), [Reason::Task(id)]);
    /// });
    /// ```
    #[must_use]
    pub fn waits_for(&self) -> &[Reason] {
        &self.waits_for
    }

    /// The children of its scopes.
    ///
    /// ```
    /// use runtime::task::{scope, yield_now};
    ///
    /// runtime::block_on(scope(async |s| {
    ///     s.spawn(yield_now());
    ///     assert_eq!(runtime::dump().tasks()[0].children().len(), 1);
    /// }));
    /// ```
    #[must_use]
    pub fn children(&self) -> &[TaskDump] {
        &self.children
    }
}
