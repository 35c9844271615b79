//! Tasks: spawned futures, their handles, how they give way to each other, and scopes whose tasks may borrow.
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

mod scope;

pub use executor::{Id, JoinError, JoinHandle, YieldNow, spawn, yield_now};

pub use scope::{Aborted, Scope, ScopedJoinHandle, scope, try_scope};
