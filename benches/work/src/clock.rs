//! The two clocks of the measurements: what passed, and what the processor worked.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// Nanoseconds for each of `count` operations.
pub(crate) fn each(passed: Duration, count: u64) -> f64 {
    passed.as_nanos() as f64 / count as f64
}

/// How long `work` took, on the wall's clock.
pub(crate) fn wall(work: impl FnOnce()) -> Duration {
    let begin = Instant::now();
    work();
    begin.elapsed()
}

/// What this process, with all its threads, has worked since it began.
pub(crate) fn cpu() -> Duration {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(now.tv_sec as u64, now.tv_nsec as u32)
}
