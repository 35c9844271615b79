//! What can be said before a runtime is made; it makes one and knows nothing of how it runs.

use std::io;
use std::time::Duration;

use executor::PoolLimits;
use reactor::{DriverKind, Reactor};

use crate::runtime::Runtime;
use crate::slow_poll::{SlowPoll, Wanted};
use crate::stuck::WhenStuck;

/// Makes a [`Runtime`] as it is told.
///
/// ```
/// use runtime::{DriverKind, Runtime};
///
/// let runtime = Runtime::builder().driver(DriverKind::Polling).build()?;
/// assert_eq!(runtime.driver_name(), "polling");
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug)]
#[must_use = "nothing is made before `build`"]
pub struct Builder {
    kind: DriverKind,
    /// A reactor that is there already and goes before `kind`: a test's, in its own world.
    pub(crate) reactor: Option<Reactor>,
    limits: PoolLimits,
    when_stuck: WhenStuck,
    slow_polls: Option<Wanted>,
}

impl Builder {
    pub(crate) fn new() -> Builder {
        Builder {
            kind: DriverKind::Auto,
            reactor: None,
            limits: PoolLimits::default(),
            when_stuck: WhenStuck::default(),
            slow_polls: None,
        }
    }

    /// Which driver to use; [`DriverKind::Auto`] unless it is said.
    ///
    /// ```
    /// use runtime::{DriverKind, Runtime};
    ///
    /// let runtime = Runtime::builder().driver(DriverKind::Auto).build()?;
    /// # drop(runtime);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn driver(mut self, kind: DriverKind) -> Builder {
        self.kind = kind;
        self.reactor = None;
        self
    }

    /// How many threads for blocking work there may be at once; 128 unless it is said. More jobs queue up. They are the
    /// threads of [`spawn_blocking`](crate::task::spawn_blocking), of names and of files, and none is started before it
    /// is needed.
    ///
    /// # Panics
    /// If it is 0.
    ///
    /// ```
    /// use runtime::Runtime;
    /// use runtime::task::spawn_blocking;
    ///
    /// let runtime = Runtime::builder().max_blocking_threads(1).build()?;
    /// runtime.block_on(async {
    ///     let jobs = ["first", "second"].map(|word| spawn_blocking(move || println!("{word}")));
    ///     for job in jobs {
    ///         job.await.unwrap(); // One after the other.
    ///     }
    /// });
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn max_blocking_threads(mut self, threads: usize) -> Builder {
        assert!(
            threads > 0,
            "blocking work needs a thread: allow 1 at least, and none is started before it is needed"
        );
        self.limits.threads = threads;
        self
    }

    /// How long a thread for blocking work waits for the next job before it ends; 10 seconds unless it is said.
    ///
    /// ```
    /// use runtime::Runtime;
    /// use runtime::time::Duration;
    ///
    /// let runtime = Runtime::builder().blocking_idle(Duration::from_millis(100)).build()?;
    /// # drop(runtime);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn blocking_idle(mut self, idle: Duration) -> Builder {
        self.limits.idle = idle;
        self
    }

    /// What `block_on` does when it would wait for ever: [panics](WhenStuck::Panic) unless it is said.
    ///
    /// It looks when it is about to wait without an end, and finds that nothing can happen any more when no timer is
    /// set, no socket waited for, no operation or blocking job under way, no [`Remote`](crate::Remote) kept, and nobody
    /// has a share of any task's waker but those who await the task's end: its handle, its
    /// [`JoinSet`](crate::task::JoinSet), its [scope](crate::task::scope). So it finds what dropped its waker, and what
    /// waits, by however many steps, for that or for itself. Where somebody else has a waker, it waits as ever: a
    /// channel that nobody sends to is not found, nor are two locks in the wrong order.
    ///
    /// A program whose `block_on` has nothing to do but to keep it alive for its other threads, as `pending().await`
    /// does, looks just like one that hangs: say [`Wait`](WhenStuck::Wait) there.
    ///
    /// It looks when it begins to wait: a waker that another thread drops later, without calling it, is missed until
    /// the next time. A waker that other threads do call is never missed, whatever library has it: who calls one has a
    /// share of it. A [`dump`](mod@crate::dump) shows the tasks at any time, also when only some of them stand still.
    ///
    /// ```
    /// use runtime::{Runtime, WhenStuck};
    ///
    /// let runtime = Runtime::builder().when_stuck(WhenStuck::Report).build()?;
    /// # drop(runtime);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn when_stuck(mut self, when: WhenStuck) -> Builder {
        self.when_stuck = when;
        self
    }

    /// Has `hook` called after each poll that took longer than `limit`: of a task, or of the future of `block_on`.
    /// While a poll runs, nothing else does. Without a hook nothing is timed.
    ///
    /// The time is that of the runtime's clock: the system's, and in a [manual world](reactor::Driver) what was moved
    /// by hand. A task that is aborted is timed while its future is dropped. The hook runs between the polls and may
    /// look at a [`dump`](crate::dump()); a panic in it is caught, and it is not called within itself.
    ///
    /// ```
    /// use std::time::Duration;
    /// use runtime::Runtime;
    ///
    /// let runtime = Runtime::builder()
    ///     .on_slow_poll(Duration::from_millis(100), |slow| eprintln!("{slow}"))
    ///     .build()?;
    /// # drop(runtime);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn on_slow_poll(mut self, limit: Duration, hook: impl Fn(&SlowPoll) + 'static) -> Builder {
        self.slow_polls = Some(Wanted {
            limit,
            hook: Box::new(hook),
        });
        self
    }

    /// Makes the runtime, for the current thread.
    ///
    /// # Errors
    /// [`io::ErrorKind::Unsupported`] if this system has no such driver.
    ///
    /// ```
    /// let runtime = runtime::Runtime::builder().build()?;
    /// assert_eq!(runtime.block_on(async { 6 * 7 }), 42);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn build(self) -> io::Result<Runtime> {
        let reactor = match self.reactor {
            Some(reactor) => reactor,
            None => Reactor::new(self.kind)?,
        };
        let runtime = Runtime::with_reactor(reactor, self.limits, self.when_stuck);
        if let Some(wanted) = self.slow_polls {
            runtime.time_polls(wanted);
        }
        Ok(runtime)
    }
}
