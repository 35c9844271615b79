//! Tasks: spawned futures, their handles, sets of them, how they give way to each other, work that does not, and scopes
//! whose tasks may borrow.
//!
//! ```
//! use runtime::task::{self, JoinHandle};
//!
//! runtime::block_on(async {
//!     let handle: JoinHandle<i32> = task::spawn(async {
//!         task::yield_now().await;
//!         6 * 7
//!     });
//!     assert_eq!(handle.await.unwrap(), 42);
//! });
//! ```

mod join_set;
mod local;
mod scope;
mod thread_bound;

pub use executor::{
    AbortHandle, Id, JoinError, JoinHandle, YieldNow, spawn, spawn_blocking, yield_now,
};

pub use self::join_set::JoinSet;
pub use self::local::{AccessError, LocalKey, TaskLocalFuture};
pub use self::scope::{Aborted, Scope, ScopedJoinHandle, scope, try_scope};
pub use self::thread_bound::ThreadBound;
