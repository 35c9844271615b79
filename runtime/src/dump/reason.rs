//! What a task may wait for, in words.

use std::fmt;
use std::time::Duration;

use executor::Id;

/// What a task waits for.
///
/// ```
/// use std::time::Duration;
/// use runtime::dump::Reason;
///
/// runtime::block_on(async {
///     let handle = runtime::spawn(runtime::time::sleep(Duration::from_secs(60)));
///     runtime::task::yield_now().await;
///     let dump = runtime::dump();
///     let reasons = dump.task(handle.id()).unwrap().waits_for();
///     assert!(matches!(reasons, [Reason::Timer { left }] if left.as_secs() > 50));
/// });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// A timer.
    Timer {
        /// How long it still runs; zero when it is due.
        left: Duration,
    },
    /// That a socket, or another source, can go on.
    Source {
        /// What it is.
        kind: &'static str,
        /// The number of its descriptor; on Windows of its socket.
        descriptor: usize,
        /// It waits to write, and not to read.
        to_write: bool,
    },
    /// An operation that the driver carries out.
    Operation,
    /// The end of a task, whose handle it awaits.
    Task(Id),
    /// The end of the first of so many tasks of a [`JoinSet`](crate::task::JoinSet).
    Set {
        /// How many tasks the set has.
        tasks: usize,
    },
    /// The end of a [scope](crate::task::scope), which has so many children.
    Scope {
        /// How many children it has.
        children: usize,
    },
    /// The end of a child of a scope, whose handle it awaits.
    Child(u64),
    /// So many others have its waker, and are not known: channels, locks, other threads.
    Somebody {
        /// How many shares of its waker they have.
        shares: usize,
    },
    /// Nothing: nobody has its waker.
    Nobody,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Reason::Timer { left } if left.is_zero() => f.write_str("a timer that is due"),
            Reason::Timer { left } => write!(f, "a timer, in {:?}", rounded(left)),
            Reason::Source {
                kind,
                descriptor,
                to_write,
            } => {
                let purpose = if to_write { "write" } else { "read" };
                write!(f, "{kind} {descriptor}, to {purpose}")
            }
            Reason::Operation => f.write_str("an operation of the driver"),
            Reason::Task(id) => write!(f, "task {id}"),
            Reason::Set { tasks } => write!(f, "a set of {tasks}"),
            Reason::Scope { children } => write!(f, "a scope of {children}"),
            Reason::Child(number) => write!(f, "child {number}"),
            Reason::Somebody { shares: 1 } => f.write_str("somebody who has its waker"),
            Reason::Somebody { shares } => write!(f, "somebody who has its waker, {shares} times"),
            Reason::Nobody => f.write_str("nobody: its waker was dropped"),
        }
    }
}

/// Nobody reads more than milliseconds of what is longer than ten of them.
fn rounded(left: Duration) -> Duration {
    if left > Duration::from_millis(10) {
        Duration::from_millis(u64::try_from(left.as_millis()).unwrap_or(u64::MAX))
    } else {
        left
    }
}
