//! A local task queue: it runs tasks on one thread and knows nothing of files, sockets or clocks.
//!
//! A *task* is a future that the executor owns and polls whenever its waker was called. This crate is one of the two
//! machines of the runtime; the other one, the reactor, turns what the world does into wakes. The two share nothing
//! but [`std::task::Waker`], and the loop that joins them stands in the crate `runtime`.
//!
//! The ideas, and where each one lives:
//!
//! | idea | file |
//! |---|---|
//! | a [`Waker`](std::task::Waker) is a task's *name*, not a share of it | `name.rs` |
//! | a woken task is queued by its key (slot and generation): a stale one is seen at once | `key.rs`, `slots.rs` |
//! | a wake at home costs two plain memory accesses | `home.rs` |
//! | a wake from another thread goes through a lock-free inbox, then unparks | `mailbox.rs`, `flag.rs` |
//! | one allocation holds the future, then its result | `cell.rs` |
//! | no borrow is held while user code runs | `core.rs` |
//! | a recipe crosses threads, never a future; a recall ends it at home | `remote.rs`, `recall.rs` |
//! | blocking work runs on threads of its own | `pool.rs`, `job.rs` |
//! | shares of names are counted, so that a lost task shows | `core/census.rs`, `record.rs` |
//!
//! # Example
//!
//! The executor alone, with a loop that spins instead of waiting (the crate `runtime` has the real one):
//!
//! ```
//! use std::task::Waker;
//! use executor::{Executor, Step};
//!
//! let executor = Executor::new(Waker::noop().clone());
//! let handle = executor.spawn(async { 6 * 7 });
//!
//! let entered = executor.enter();
//! while entered.step() != Step::Idle {}
//! assert!(handle.is_finished());
//! ```

mod abort;
mod blocking;
mod cell;
mod core;
mod current;
mod error;
mod flag;
mod handle;
mod home;
mod job;
mod key;
mod last_turn;
mod mailbox;
mod name;
mod observe;
mod pool;
mod promise;
mod quietly;
mod recall;
mod record;
mod remote;
mod slots;
mod sync;
mod watch;
mod yield_now;

pub use abort::AbortHandle;
pub use blocking::{Blocking, unblock};
pub use cell::Id;
pub use core::{Census, Entered, Executor, Metrics, Root, Step, census};
pub use current::{Context, has_current, remote, spawn};
pub use error::JoinError;
pub use handle::JoinHandle;
pub use job::spawn_blocking;
pub use observe::{Event, Outcome};
pub use pool::PoolLimits;
pub use record::{LastWake, TaskRecord, TaskState, WakerId};
pub use remote::{Remote, RemoteHandle};
pub use watch::Watch;
pub use yield_now::{YieldNow, yield_now};
