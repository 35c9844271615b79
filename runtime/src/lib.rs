//! A single-threaded async runtime: one thread, one loop, an executor and a reactor.
//!
#![doc = include_str!("../README.md")]

#[doc(hidden)]
pub mod __private;
mod builder;
pub mod dump;
mod enter;
pub mod fs;
pub mod future;
pub mod guest;
mod holders;
#[cfg(feature = "hyper")]
pub mod hyper;
pub mod io;
#[cfg(feature = "test-util")]
mod manual;
mod metrics;
pub mod net;
#[cfg(feature = "test-util")]
mod observe;
#[cfg(unix)]
mod os;
mod per_core;
pub mod process;
mod quietly;
mod run_loop;
mod runtime;
#[cfg(feature = "signal")]
pub mod signal;
mod slow_poll;
pub mod stream;
mod stuck;
pub mod sync;
pub mod task;
pub mod time;
#[cfg(feature = "tokio-io")]
pub mod tokio_io;
mod turn;

pub use builder::Builder;
#[doc(inline)]
pub use dump::dump;
pub use enter::EnterGuard;
pub use executor::{Remote, RemoteHandle, remote, spawn};
pub use macros::{main, test};
pub use metrics::Metrics;
#[cfg(feature = "test-util")]
pub use observe::Event;
pub use per_core::per_core;
pub use reactor::DriverKind;
#[cfg(feature = "test-util")]
pub use reactor::ManualDriver;
pub use runtime::{Runtime, block_on};
pub use slow_poll::SlowPoll;
pub use stuck::WhenStuck;

/// What the attributes refuse, as doc tests that must not compile.
#[cfg(doctest)]
#[doc = include_str!("refused.md")]
struct Refused;
