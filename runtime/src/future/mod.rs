//! Waiting for several futures at once, in one task and without allocation.
//!
//! | to wait for | use |
//! |---|---|
//! | all of them | [`join!`](crate::join), [`zip`] |
//! | all, or the first error | [`try_join!`](crate::try_join), [`try_zip`] |
//! | the first | [`or`] (the left one first), [`race`] (fair) |
//!
//! They share what one poll of a task may do: 128 operations. [`zip`], [`try_zip`] and [`or`] poll the left one first
//! each time, so that one whose socket never rests starves the right one; the macros take turns and [`race`] draws.
//!
//! When the first has ended, the other one is dropped. Whether something is lost with it, its docs say under *Cancel
//! safety*. One that is to live on is borrowed; and what may happen is given one type, where it has several:
//!
//! ```
//! use std::pin::pin;
//! use runtime::future::or;
//! use runtime::sync::mpsc;
//! use runtime::time::{Duration, sleep};
//!
//! enum Event {
//!     Word(Option<&'static str>),
//!     TimeIsUp,
//! }
//!
//! runtime::block_on(async {
//!     let (speaker, mut words) = mpsc::channel(1);
//!     runtime::spawn(async move {
//!         for word in ["all", "in", "time"] {
//!             speaker.send(word).await.unwrap();
//!         }
//!     });
//!     let mut limit = pin!(sleep(Duration::from_secs(3600))); // For all of them together.
//!     let mut heard = Vec::new();
//!     loop {
//!         let word = async { Event::Word(words.recv().await) };
//!         let time_is_up = async {
//!             limit.as_mut().await;
//!             Event::TimeIsUp
//!         };
//!         match or(word, time_is_up).await {
//!             Event::Word(Some(word)) => heard.push(word),
//!             Event::Word(None) | Event::TimeIsUp => break,
//!         }
//!     }
//!     assert_eq!(heard, ["all", "in", "time"]);
//! });
//! ```
//!
//! There is no `select!` here, but that of `futures-util` works with this runtime's futures: they are ordinary ones. It
//! wants futures that are `Unpin` and know when they have ended, which `fuse` and `pin_mut!` give it:
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
