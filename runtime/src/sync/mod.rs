//! What tasks on one thread use to wait for each other: channels, locks, permits, notices, cancellation.
//!
//! | to | there is |
//! |---|---|
//! | say that it is time | [`Notify`] |
//! | say that it is over, to a whole tree of tasks | [`CancellationToken`] |
//! | hold a value across an `.await` | [`Mutex`], [`RwLock`] |
//! | have at most so many at once | [`Semaphore`] |
//! | go on together | [`Barrier`] |
//! | make a value once, when it is first asked for | [`OnceCell`] |
//! | pass one value from one task to another | [`oneshot`] |
//! | pass values from many tasks to one | [`mpsc`] |
//! | let many tasks know the last value | [`watch`] |
//! | let many tasks have every value | [`broadcast`] |
//!
//! They are local: without atomics, and what they hold need not be `Send`. They need no runtime, only somebody who
//! polls their futures. To reach another thread, or be reached from it, use the crate
//! [`async-channel`](https://docs.rs/async-channel), whose wakes cross threads.
//!
//! What they have in common:
//!
//! - **First come, first served**, from the first poll on. Whoever is given a turn has it from that moment on; nobody
//!   overtakes, no `try_…` call and no later poll either.
//! - **A future that is dropped passes its turn on**, also one that was given its turn and not polled since.
//! - **Each `.await` costs one of the 128 operations of a poll**, so that a loop over a lock which is always free gives
//!   way. A future that finds nothing left gives way once. (The `try_…` methods cost nothing.)
//! - **A value's own code** (its clone, its drop) **and a waker's run when everything is in order** and nothing is
//!   borrowed: they may use the same channel or lock. The closures that are given to a [`watch`] channel are the
//!   exception.
//! - **A panic poisons nothing.** The guard is dropped, and the next one goes on with the value as it is.
//! - **A guard that is forgotten** ([`std::mem::forget`]) keeps what it has: the others wait for ever. A permit's
//!   [`forget`](SemaphorePermit::forget) is another thing.
//!
//! ```
//! use std::rc::Rc;
//! use runtime::sync::{CancellationToken, Mutex};
//!
//! runtime::block_on(async {
//!     let (log, stop) = (Rc::new(Mutex::new(Vec::new())), CancellationToken::new());
//!     let writer = runtime::spawn({
//!         let (log, stop) = (log.clone(), stop.child_token());
//!         async move {
//!             log.lock().await.push("started");
//!             stop.cancelled().await;
//!             log.lock().await.push("stopped");
//!         }
//!     });
//!     runtime::task::yield_now().await;
//!     stop.cancel();
//!     writer.await.unwrap();
//!     assert_eq!(*log.lock().await, ["started", "stopped"]);
//! });
//! ```
//!
//! ```
//! use runtime::spawn;
//! use runtime::sync::{mpsc, oneshot};
//!
//! runtime::block_on(async {
//!     // A task that owns a counter, and those who ask it.
//!     let (questions, mut asked) = mpsc::channel::<oneshot::Sender<u32>>(8);
//!     spawn(async move {
//!         let mut count = 0;
//!         while let Some(answer) = asked.recv().await {
//!             count += 1;
//!             let _ = answer.send(count);
//!         }
//!     });
//!     for expected in 1..=3 {
//!         let (answer, answered) = oneshot::channel();
//!         questions.send(answer).await.unwrap();
//!         assert_eq!(answered.await, Ok(expected));
//!     }
//! });
//! ```
//!
#![doc = include_str!("beside_tokio.md")]

mod barrier;
pub mod broadcast;
mod cancellation_token;
mod errors;
mod gate;
pub mod mpsc;
mod mutex;
mod notify;
mod once_cell;
pub mod oneshot;
mod rw_lock;
mod semaphore;
mod send_error;
mod turn;
mod until;
mod waiters;
mod waker_slot;
pub mod watch;

pub use barrier::{Barrier, BarrierWaitResult};
pub use cancellation_token::{CancellationToken, DropGuard};
pub use errors::TryLockError;
pub use mutex::{Mutex, MutexGuard, OwnedMutexGuard};
pub use notify::{Notified, Notify};
pub use once_cell::{OnceCell, SetError};
pub use rw_lock::{RwLock, RwLockReadGuard, RwLockWriteGuard};
pub use semaphore::{
    AcquireError, OwnedSemaphorePermit, Semaphore, SemaphorePermit, TryAcquireError,
};
