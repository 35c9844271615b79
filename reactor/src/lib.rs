//! Wraps the operating system's event queues and wakes wakers: readiness, timers and the wait. It knows nothing of
//! tasks.
//!
//! This is one of the two machines of the runtime; the other one, the executor, runs tasks. The two share nothing
//! but [`std::task::Waker`], and the loop that joins them stands in the crate `runtime`.
//!
//! The ideas, and where each one lives:
//!
//! | idea | file |
//! |---|---|
//! | the world is a trait: clock, readiness, wait | `driver/mod.rs` |
//! | try first, wait only when a call would block | `registration.rs` |
//! | readiness is a belief, with rules for when to give it up | `source.rs` |
//! | an event that comes late finds a stale key | `key.rs` |
//! | the wait and what follows it | `reactor.rs` |
//! | one sticky token ends a wait, or the next one | `parking.rs`, `unparker.rs` |
//! | a timer costs O(1), however many there are | `wheel.rs` |
//! | nobody holds the loop for ever | `budget.rs` |
//! | an operation owns its buffer, and gives it back | `buffer.rs`, `owned.rs` |
//!
//! # Example
//!
//! The reactor alone, driving one future by hand (the crate `runtime` has the real loop):
//!
//! ```
//! use std::future::Future;
//! use std::pin::pin;
//! use std::task::{Context, Waker};
//! use std::time::Duration;
//! use reactor::{DriverKind, Instant, Reactor, Timer};
//!
//! let reactor = Reactor::new(DriverKind::Auto)?;
//! let deadline = Instant::now() + Duration::from_millis(1);
//! let mut timer = pin!(Timer::new(reactor.handle(), deadline));
//!
//! let mut cx = Context::from_waker(Waker::noop());
//! while timer.as_mut().poll(&mut cx).is_pending() {
//!     reactor.turn(None)?; // Waits for the timer.
//! }
//! assert!(Instant::now() >= deadline);
//! # std::io::Result::Ok(())
//! ```

pub mod budget;
mod buffer;
mod connection;
mod current;
mod driver;
mod instant;
mod key;
mod lookout;
mod observe;
mod operation;
mod os;
pub mod owned;
mod parking;
mod reactor;
mod readiness;
mod refusal;
mod registration;
mod source;
mod sync;
mod timer;
mod unparker;
mod waiters;
mod wheel;

pub use buffer::{IoBuf, IoBufMut, Room, Slice};
pub use connection::NextConnection;
pub use current::{Context, Handle};
#[cfg(feature = "test-util")]
pub use driver::manual::ManualDriver;
pub use driver::{Driver, DriverKind, PollingDriver, Report, SourceKind, Trigger};
pub use instant::Instant;
pub use key::SourceKey;
pub use lookout::Lookout;
pub use observe::Event;
pub use operation::{Operation, Ready};
pub use os::*; // What is public there: on Linux one driver more.
pub use reactor::{Metrics, Reactor, Wait};
pub use readiness::{Direction, Interest, Readiness};
pub use registration::{Registration, Sharing};
pub use timer::Timer;
pub use unparker::{Bell, Unparker};
