//! The runtime: an executor and a reactor that belong together; how they run is `run_loop`'s affair.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::time::Duration;

use executor::{Executor, PoolLimits, Remote};
use reactor::Reactor;

use crate::builder::Builder;
use crate::enter::{EnterGuard, Level, Running};
use crate::metrics::Metrics;
use crate::run_loop;
use crate::slow_poll::{self, Wanted};
use crate::stuck::{Watchman, WhenStuck};
use crate::task::JoinHandle;
use crate::turn::Awake;

/// A runtime of one thread.
///
/// It lives on the thread that made it (it is not `Send`), and its tasks live in it: when [`block_on`] returns they
/// stay and go on in the next one. When the runtime is dropped, every task that is left is cancelled: its future is
/// dropped, inside the runtime's context.
///
/// It starts no thread and, until the first socket comes, opens no descriptor.
///
/// [`block_on`]: Self::block_on
///
/// ```
/// let runtime = runtime::Runtime::new()?;
/// let handle = runtime.spawn(async { 6 * 7 });
/// assert_eq!(runtime.block_on(handle)?, 42);
/// # std::io::Result::Ok(())
/// ```
pub struct Runtime {
    /// Dropped before the reactor, which the tasks' sockets want to be deregistered from.
    pub(crate) executor: Executor,
    pub(crate) reactor: Reactor,
    pub(crate) watchman: Watchman,
}

impl Runtime {
    /// Makes a runtime with everything as it is by default.
    ///
    /// # Errors
    /// None at present; [`Builder::build`] can fail when it is asked for a driver that the system lacks.
    ///
    /// ```
    /// let runtime = runtime::Runtime::new()?;
    /// assert_eq!(runtime.block_on(async { "hello" }), "hello");
    /// # std::io::Result::Ok(())
    /// ```
    pub fn new() -> io::Result<Runtime> {
        Runtime::builder().build()
    }

    /// What to say before a runtime is made.
    ///
    /// ```
    /// let runtime = runtime::Runtime::builder().build()?;
    /// # drop(runtime);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn builder() -> Builder {
        Builder::new()
    }

    pub(crate) fn with_reactor(
        reactor: Reactor,
        limits: PoolLimits,
        when_stuck: WhenStuck,
    ) -> Runtime {
        Runtime {
            executor: Executor::with_limits(reactor.unparker(), limits),
            reactor,
            watchman: Watchman::new(when_stuck),
        }
    }

    pub(crate) fn time_polls(&self, wanted: Wanted) {
        let clock = self.reactor.handle();
        self.executor.watch(slow_poll::stopwatch(wanted, clock));
    }

    /// Runs `future` and the runtime's tasks until `future` is ready, and returns its value.
    ///
    /// Tasks that are left then stay in the runtime. The future need be neither `Send` nor `'static`.
    ///
    /// # Panics
    /// If it is called inside a runtime. A panic of `future` passes through; a panic of a task does not, it is in
    /// the task's [`JoinHandle`]. If a guard of [`enter`](Self::enter) that was made meanwhile is left at the end. If
    /// the system's event queue fails. If it would wait for ever, and a
    /// [`Builder::when_stuck`](crate::Builder::when_stuck) does not say otherwise.
    ///
    /// ```
    /// let words = String::from("borrowed");
    /// let runtime = runtime::Runtime::new()?;
    /// assert_eq!(runtime.block_on(async { words.len() }), 8);
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let _running = Running::begin();
        let _awake = Awake::begin(self);
        let level = Level::descend();
        let _reactor = self.reactor.context();
        let entered = self.executor.enter();
        let future = pin!(future); // Dropped first, while everything it may want is still there.
        let output = run_loop::drive(self, &entered, &level, future);
        // Not by itself at the end: if it panics, because the output is a guard, the output has to be dropped.
        drop(level);
        output
    }

    /// Spawns a task. It runs while [`block_on`](Self::block_on) does.
    ///
    /// See [`spawn`](crate::spawn) for use inside the runtime.
    ///
    /// ```
    /// let runtime = runtime::Runtime::new()?;
    /// let handle = runtime.spawn(async { 6 * 7 });
    /// assert!(!handle.is_finished()); // Nothing has run it yet.
    /// assert_eq!(runtime.block_on(handle)?, 42);
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        self.executor.spawn(future)
    }

    /// Makes this the current runtime of the thread, so that [`spawn`](crate::spawn), timers and sockets can be used
    /// outside of [`block_on`](Self::block_on). Nothing runs until that is called.
    ///
    /// ```
    /// let runtime = runtime::Runtime::new()?;
    /// let handle = {
    ///     let _guard = runtime.enter();
    ///     runtime::spawn(async { "spawned outside" })
    /// };
    /// assert_eq!(runtime.block_on(handle)?, "spawned outside");
    /// # std::io::Result::Ok(())
    /// ```
    pub fn enter(&self) -> EnterGuard<'_> {
        EnterGuard::new(self.executor.context(), self.reactor.context())
    }

    /// The way in from other threads: `Send`, `Sync`, and cheap to clone. In a task [`remote`](crate::remote)
    /// gives it.
    ///
    /// ```
    /// let runtime = runtime::Runtime::new()?;
    /// let remote = runtime.remote();
    /// let thread = std::thread::spawn(move || remote.spawn(|| async { 6 * 7 }));
    /// let handle = thread.join().unwrap();
    /// assert_eq!(runtime.block_on(handle)?, 42);
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn remote(&self) -> Remote {
        self.executor.remote()
    }

    /// Ends the runtime as dropping it does: every task is cancelled, and blocking jobs that have not begun are
    /// dropped. Then waits until those that have begun come to their end, but not longer than `timeout`: jobs of
    /// [`spawn_blocking`](crate::task::spawn_blocking), and what names and files have under way on threads.
    ///
    /// Gives the number of jobs that still run. They go on, on their own, and end with the process at the latest. A job
    /// counts until its thread has done with it, which may be a moment after its handle had its value.
    ///
    /// It blocks this thread.
    ///
    /// ```
    /// use std::sync::mpsc;
    /// use runtime::Runtime;
    /// use runtime::task::spawn_blocking;
    /// use runtime::time::Duration;
    ///
    /// let runtime = Runtime::new()?;
    /// let (begin, begun) = mpsc::channel();
    /// runtime.block_on(async {
    ///     // It goes on by itself.
    ///     drop(spawn_blocking(move || {
    ///         begin.send(()).unwrap();
    ///         println!("saved");
    ///     }));
    ///     begun.recv().unwrap();
    /// });
    /// let left = runtime.shutdown_timeout(Duration::from_secs(10));
    /// assert_eq!(left, 0, "the disk is too slow");
    /// # std::io::Result::Ok(())
    /// ```
    pub fn shutdown_timeout(self, timeout: Duration) -> usize {
        self.shutdown();
        self.executor.shutdown_timeout(timeout)
    }

    /// Cancels every task in place, inside the runtime's context: a destructor may use the runtime as the task did.
    fn shutdown(&self) {
        let _reactor = self.reactor.context();
        let _entered = self.executor.enter();
        self.executor.shutdown();
    }

    /// What the runtime has counted so far.
    ///
    /// ```
    /// let runtime = runtime::Runtime::new()?;
    /// drop(runtime.spawn(async {}));
    /// assert_eq!(runtime.metrics().tasks, 1);
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn metrics(&self) -> Metrics {
        Metrics::new(self.executor.metrics(), self.reactor.metrics())
    }

    /// Which driver it runs on: `"epoll"`, `"polling"`, …
    ///
    /// ```
    /// let runtime = runtime::Runtime::new()?;
    /// println!("on {}", runtime.driver_name());
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn driver_name(&self) -> &'static str {
        self.reactor.driver_name()
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        self.shutdown();
    }
}

impl fmt::Debug for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runtime")
            .field("driver", &self.driver_name())
            .field("metrics", &self.metrics())
            .finish()
    }
}

/// Runs `future` on a runtime of its own, and returns its value. Tasks that are left then are cancelled.
///
/// # Panics
/// As [`Runtime::block_on`] does.
///
/// ```
/// let value = runtime::block_on(async {
///     let handle = runtime::spawn(async { 6 * 7 });
///     handle.await.unwrap()
/// });
/// assert_eq!(value, 42);
/// ```
#[track_caller]
pub fn block_on<F: Future>(future: F) -> F::Output {
    match Runtime::new() {
        Ok(runtime) => runtime.block_on(future),
        Err(error) => panic!("the runtime could not be made: {error}"),
    }
}
