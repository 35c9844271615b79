//! The counts of both machines in one place; it counts nothing itself.

/// What a runtime has counted: what there is now, and what has happened since it was made.
///
/// ```
/// let runtime = runtime::Runtime::new()?;
/// runtime.block_on(runtime.spawn(async {}))?;
/// assert_eq!(runtime.metrics().polls, 1);
/// assert_eq!(runtime.metrics().tasks, 0);
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metrics {
    /// Tasks that have not ended, now.
    pub tasks: usize,
    /// Timers that somebody waits for, now.
    pub timers: usize,
    /// Sockets and descriptors that are registered, now.
    pub sources: usize,
    /// Tasks that were spawned.
    pub spawned: u64,
    /// Polls of tasks. Those of `block_on`'s own future are not counted.
    pub polls: u64,
    /// Wakes that queued a task, or `block_on`'s own future.
    pub wakes: u64,
    /// Waits in which the thread may have slept.
    pub waits: u64,
    /// Reports of ready sockets and descriptors.
    pub reports: u64,
    /// Operations that the system has not completed, or whose result nobody has taken yet: on io_uring; elsewhere 0.
    pub operations: usize,
}

impl Metrics {
    pub(crate) fn new(executor: executor::Metrics, reactor: reactor::Metrics) -> Metrics {
        Metrics {
            tasks: executor.tasks,
            timers: reactor.timers,
            sources: reactor.sources,
            spawned: executor.spawned,
            polls: executor.polls,
            wakes: executor.wakes,
            waits: reactor.waits,
            reports: reactor.reports,
            operations: reactor.operations,
        }
    }
}
