//! What the load generator asks of the system for itself: a core, descriptors, and the clock of its own work.

use std::env;
use std::io::Result;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::thread::{CpuSet, sched_setaffinity};
use rustix::time::{ClockId, clock_gettime};

/// Keeps this thread away from the server's core.
pub(crate) fn bind_to_core() {
    let core = env::var("LOAD_CORE")
        .ok()
        .and_then(|core| core.parse().ok());
    let core = core.unwrap_or(1);
    let mut set = CpuSet::new();
    set.set(core);
    if sched_setaffinity(None, &set).is_err() {
        eprintln!("this machine has no core {core}: not bound to it");
    }
}

/// Thousands of connections are more descriptors than a program has unless it asks.
pub(crate) fn allow_many_descriptors() -> Result<()> {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    Ok(setrlimit(Resource::Nofile, raised)?)
}

/// What this process has worked since it began.
pub(crate) fn cpu() -> Duration {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(now.tv_sec as u64, now.tv_nsec as u32)
}
