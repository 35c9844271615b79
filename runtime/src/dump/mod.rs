//! Dumps: which tasks there are, what each is doing and what it waits for, at one moment.
//!
//! A program that stands still shows why:
//!
//! ```text
//! 4 tasks on epoll: 1 timer, 1 source
//!   who         state    polls  last wake    spawned at        waits for
//!   block_on    waiting      1  -            src/main.rs:30:5  task 1
//!   task 1      waiting      4  2 polls ago  src/main.rs:8:13  a timer, in 1.5s
//!   task 2      waiting      2  3 polls ago  src/main.rs:9:13  TCP stream 7, to read
//!   task 3      waiting      1  -            src/main.rs:12:5  a scope of 1
//!     child 0   waiting      1  -            src/main.rs:14:9  somebody who has its waker
//!   task 4      lost         1  -            src/main.rs:18:5  nobody: its waker was dropped
//! ```
//!
//! [`Runtime::dump`](crate::Runtime::dump) makes one, [`dump()`](dump()) does it from within a task, and so from other
//! threads too: `remote.spawn(|| async { runtime::dump() })`. A loop that is held by a poll that does not end makes
//! none: [`Builder::on_slow_poll`](crate::Builder::on_slow_poll) tells when it goes on.
//!
//! On Unix, with the feature `signal`, one line has a program print one whenever a signal comes. Then `kill -USR1`
//! shows why it stands still:
//!
//! ```
//! # runtime::block_on(async {
//! # #[cfg(all(unix, feature = "signal"))]
//! runtime::dump::on_signal(runtime::signal::unix::SignalKind::user_defined1())?;
//! # std::io::Result::Ok(())
//! # })?;
//! # std::io::Result::Ok(())
//! ```
//!
//! What a task waits for is known of timers, sources, operations of the driver, handles of tasks, sets and scopes.
//! Whoever else has a share of its waker is counted as *somebody*: a channel, a lock, another thread. A dump costs
//! nothing until it is made, and then a walk over all that there is.
//!
//! A task is **lost** when nobody has its waker, as happens when a future returns `Pending` and keeps nothing. Then
//! only an abort ends it. When nobody else can do anything either, [`block_on`](crate::Runtime::block_on) says so and
//! shows the dump: see [`WhenStuck`](crate::WhenStuck).
//!
//! ```
//! runtime::block_on(async {
//!     let handle = runtime::spawn(std::future::pending::<()>());
//!     runtime::task::yield_now().await;
//!     let dump = runtime::dump();
//!     let task = dump.task(handle.id()).unwrap();
//!     assert_eq!(task.state(), runtime::dump::TaskState::Lost);
//!     println!("{dump}");
//! });
//! ```

mod gather;
#[cfg(all(unix, feature = "signal"))]
mod on_signal;
mod reason;
mod show;
mod task;

use executor::Id;
pub use executor::TaskState;
use reactor::Handle;

#[cfg(all(unix, feature = "signal"))]
pub use self::on_signal::on_signal;
pub use self::reason::Reason;
pub use self::task::{LastWake, TaskDump, Who};
use crate::runtime::Runtime;

/// All tasks of a runtime at one moment. Shown with `{}`, it is a table; see the [module](self).
///
/// It is a copy, and may go to another thread.
///
/// ```
/// let runtime = runtime::Runtime::new()?;
/// runtime.spawn(async {});
/// let dump = runtime.dump();
/// assert_eq!(dump.tasks().len(), 1);
/// assert!(dump.to_string().contains("task 1"));
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone, Debug)]
pub struct Dump {
    tasks: Vec<TaskDump>,
    world: World,
}

/// What there is beside tasks.
#[derive(Clone, Debug)]
struct World {
    driver: &'static str,
    timers: usize,
    sources: usize,
    operations: usize,
    jobs: usize,
    remotes: usize,
}

impl Dump {
    /// The future of `block_on`, if it runs, then the tasks in the order in which they were spawned. The children of a
    /// scope are with the task that it belongs to.
    ///
    /// ```
    /// runtime::block_on(async {
    ///     runtime::spawn(async {});
    ///     for task in runtime::dump().tasks() {
    ///         println!("{:?} was polled {} times", task.who(), task.polls());
    ///     }
    ///     # assert_eq!(runtime::dump().tasks().len(), 2);
    /// });
    /// ```
    #[must_use]
    pub fn tasks(&self) -> &[TaskDump] {
        &self.tasks
    }

    /// One task.
    ///
    /// ```
    /// runtime::block_on(async {
    ///     let handle = runtime::spawn(async {});
    ///     assert_eq!(runtime::dump().task(handle.id()).unwrap().polls(), 0);
    /// });
    /// ```
    #[must_use]
    pub fn task(&self, id: Id) -> Option<&TaskDump> {
        self.tasks.iter().find(|task| task.who() == Who::Task(id))
    }
}

impl Runtime {
    /// Which tasks there are, what each is doing, and what it waits for. See [`dump`](mod@crate::dump).
    ///
    /// ```
    /// let runtime = runtime::Runtime::new()?;
    /// let handle = runtime.spawn(std::future::pending::<()>());
    /// println!("{}", runtime.dump());
    /// # assert!(runtime.dump().task(handle.id()).is_some());
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn dump(&self) -> Dump {
        gather::dump(self.executor.census(), &self.reactor.handle())
    }
}

/// The [`Dump`] of the current runtime: of all tasks, also the one that calls this, which is running.
///
/// A task that prints one when a signal comes, or when another task asks for it, is all that is needed to look into a
/// program that stands still. Its own wait is then one that may end, so `block_on` finds nothing stuck.
///
/// # Panics
/// Outside of a runtime.
///
/// ```
/// runtime::block_on(async {
///     let lines = runtime::dump().to_string();
///     assert!(lines.contains("running"));
/// });
/// ```
#[must_use]
#[track_caller]
pub fn dump() -> Dump {
    let reactor = Handle::current("dump");
    match executor::census() {
        Some(census) => gather::dump(census, &reactor),
        None => panic!("`dump` was called outside of a runtime"),
    }
}
