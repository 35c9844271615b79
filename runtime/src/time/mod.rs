//! Time: sleeping, deadlines, intervals. Durations are [`std::time::Duration`]s.
//!
//! The clock is the runtime's: the operating system's monotonic one, or a manual one in tests. A timer fires at or
//! after its deadline, never before. Its resolution is the system's: nanoseconds on Linux, where the kernel may be
//! 50 µs late to save wake-ups.

mod interval;
mod sleep;
mod timeout;

pub use std::time::Duration;

pub use interval::{Interval, MissedTickBehavior, Tick, interval, interval_at};
pub use reactor::Instant;
pub use sleep::{Sleep, sleep, sleep_until};
pub use timeout::{Elapsed, Timeout, timeout, timeout_at};
