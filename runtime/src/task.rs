//! Tasks: spawned futures, their handles, and how they give way to each other.
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

pub use executor::{Id, JoinError, JoinHandle, YieldNow, spawn, yield_now};
