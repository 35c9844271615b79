//! Time: sleeping, deadlines, intervals. Durations are [`std::time::Duration`]s.
//!
//! The clock is the runtime's: the operating system's monotonic one, or a manual one in tests. A timer fires at or
//! after its deadline, never before. Its resolution is the system's: nanoseconds on Linux, where the kernel may be
//! 50 µs late to save wake-ups.
//!
//! ```
//! use runtime::time::{Duration, Instant, sleep};
//!
//! runtime::block_on(async {
//!     let start = Instant::now();
//!     sleep(Duration::from_millis(1)).await;
//!     assert!(start.elapsed() >= Duration::from_millis(1));
//! });
//! ```

mod interval;
mod sleep;
mod timeout;

pub use std::time::Duration;

pub use interval::{Interval, MissedTickBehavior, Tick, interval, interval_at};
pub use reactor::Instant;
pub use sleep::{Sleep, sleep, sleep_until};
pub use timeout::{Elapsed, Timeout, timeout, timeout_at};
