//! Waiting for several futures at once, in one task and without allocation.
//!
//! | all of them | [`join!`](crate::join), [`zip`] |
//! |---|---|
//! | all, or the first error | [`try_join!`](crate::try_join), [`try_zip`] |
//! | the first | [`or`] (the left one first), [`race`] (fair) |
//!
//! They share what one poll of a task may do: 128 operations. [`zip`], [`try_zip`] and [`or`] poll the left one first
//! each time, so that one whose socket never rests starves the right one; the macros take turns and [`race`] draws.
//!
//! `futures-util`'s `select!` works with this runtime's futures as well: they are ordinary ones. It wants futures
//! that are `Unpin` and know when they have ended, which `fuse` and `pin_mut!` give it:
//!
//! ```
//! use futures_util::{FutureExt, pin_mut, select};
//! use runtime::time::{Duration, sleep};
//!
//! runtime::block_on(async {
//!     let quick = async { "quick" }.fuse();
//!     let slow = sleep(Duration::from_secs(3600)).fuse();
//!     pin_mut!(quick, slow);
//!     let first = select! {
//!         word = quick => word,
//!         () = slow => "slow",
//!     };
//!     assert_eq!(first, "quick");
//! });
//! ```

mod join;
pub(crate) mod maybe_done;

pub use futures_lite::future::{
    FutureExt, Or, Race, TryZip, Zip, or, poll_once, race, try_zip, zip,
};

pub use crate::{join, try_join};
