//! A runtime as the guest of another loop, which need not know how to wait for it: a GUI's, a game's, on any system.
//!
//! The host's loop sleeps in its own way, and there is nothing by which it could watch a runtime; but every such loop
//! can be sent a message from another thread. So a helper thread waits for the world in the runtime's place. When
//! there is something to do it *schedules* a [`Tick`]: a message for the host, which runs it on its own thread.
//! There, and there only, tasks run. It is the loop of the runtime with the wait taken out.
//!
//! ```text
//!         the host's thread                         the helper thread
//!
//!    a wake, from this thread too ── rings ──▶ ┌──────────────────────────┐
//!                                              │ waits for the world, for │
//!          ┌──── asks for the next wait ─────▶ │ a wake, or the deadline  │
//!          │                                   └────────────┬─────────────┘
//!    ┌─────┴──────────┐                                     ▼
//!    │ Tick::run: one │                          schedule(tick), which sends
//!    │ Runtime::turn  │ ◀── the host's queue ─── it to the host's loop
//!    └────────────────┘                          and waits for what is asked next
//! ```
//!
//! So either the helper waits or a tick is on its way, never both; and of ticks there is one at a time. A task that is
//! always ready gives way to the host after each of them.
//!
//! ```text
//!    Guest::start ──▶ scheduled ───────▶ running ──────────────▶ waiting
//!                      ▲     │   run        │     the turn ends     │
//!                      │     │ dropped      │ fails, or panics      │ the world, a wake,
//!                      │     ▼              ▼                       │ the deadline
//!                      ├── pausing, for 10 ms                       │
//!                      └────────────────────────────────────────────┘
//!
//!    any ── Guest::stop, or dropped ──▶ ended: the helper is gone, and a tick on its way does nothing
//! ```
//!
//! A guest never panics because its tasks are stuck, as [`block_on`](crate::block_on) does: what wakes them may be
//! the host.
//!
//! Where the other loop can watch a descriptor, [`Runtime::as_fd`](crate::Runtime::as_fd) spares the thread. The form
//! is that of trio's guest mode.
//!
//! ```
//! use std::sync::mpsc;
//! use runtime::Runtime;
//! use runtime::guest::{Guest, Tick};
//! use runtime::time::{Duration, sleep};
//!
//! /// What comes to the host's loop: events of its own, and the guest's.
//! enum Event {
//!     Tick(Tick),
//! }
//!
//! let (proxy, events) = mpsc::channel();
//! let main = async {
//!     sleep(Duration::from_millis(1)).await;
//!     6 * 7
//! };
//! let mut guest = Guest::start(Runtime::new()?, main, move |tick| {
//!     let _ = proxy.send(Event::Tick(tick)); // It fails when the host's loop is gone.
//! })?;
//! for event in events {
//!     match event {
//!         Event::Tick(tick) => tick.run()?,
//!     }
//!     if let Some(result) = guest.take_result() {
//!         assert_eq!(result?, 42);
//!         break;
//!     }
//! }
//! # std::io::Result::Ok(())
//! ```

mod helper;
mod inner;
mod tick;

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use self::inner::Inner;
pub use self::tick::Tick;
use crate::dump::Dump;
use crate::enter::EnterGuard;
use crate::runtime::Runtime;
use crate::task::{JoinError, JoinHandle};
use crate::{Metrics, Remote};

/// A runtime that runs as the guest of another loop; see the [module](self).
///
/// Dropping it ends the helper thread, and drops the runtime as ever: its tasks are cancelled. It blocks for as long as
/// the helper is in the function that schedules ticks, so that one must not wait for the host.
///
/// ```
/// use std::sync::mpsc;
/// use runtime::Runtime;
/// use runtime::guest::Guest;
///
/// let (proxy, ticks) = mpsc::channel();
/// let guest = Guest::start(Runtime::new()?, std::future::pending::<()>(), move |tick| {
///     let _ = proxy.send(tick);
/// })?;
/// ticks.recv().unwrap().run()?;
/// assert_eq!(guest.metrics().polls, 1);
/// drop(guest); // The future is dropped, and the helper is gone.
/// # std::io::Result::Ok(())
/// ```
pub struct Guest<T> {
    /// Gone when the runtime was given back.
    inner: Option<Rc<Inner>>,
    main: Option<JoinHandle<T>>,
}

impl<T: 'static> Guest<T> {
    /// Begins to run `future`, and all that it spawns, by ticks. The first one is scheduled at once.
    ///
    /// `schedule` is called on the helper thread, once for each tick, and sends it to the host's loop, whose thread is
    /// the one that calls this. It must not wait for the host. If it panics, the panic comes out of the next
    /// [`stop`](Self::stop), and no further tick does.
    ///
    /// # Errors
    /// What the system says: no descriptor or no thread is left. [`io::ErrorKind::Unsupported`] in a manual world. The
    /// runtime is dropped then, with its tasks.
    ///
    /// ```
    /// use std::sync::mpsc;
    /// use runtime::Runtime;
    /// use runtime::guest::Guest;
    ///
    /// let (proxy, ticks) = mpsc::channel();
    /// let mut guest = Guest::start(Runtime::new()?, async { 6 * 7 }, move |tick| {
    ///     let _ = proxy.send(tick);
    /// })?;
    /// ticks.recv().unwrap().run()?;
    /// assert_eq!(guest.take_result().unwrap()?, 42);
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn start<F>(
        runtime: Runtime,
        future: F,
        schedule: impl FnMut(Tick) + Send + 'static,
    ) -> io::Result<Guest<T>>
    where
        F: Future<Output = T> + 'static,
    {
        let main = runtime.spawn(future);
        Ok(Guest {
            inner: Some(Inner::start(runtime, schedule)?),
            main: Some(main),
        })
    }

    /// What the future has given, once, after the tick in which it ended: or an error, if it panicked.
    ///
    /// Other tasks go on by further ticks, until the guest is stopped or dropped.
    ///
    /// ```
    /// # use std::sync::mpsc;
    /// # use runtime::Runtime;
    /// # use runtime::guest::Guest;
    /// let (proxy, ticks) = mpsc::channel();
    /// let mut guest = Guest::start(Runtime::new()?, async { panic!("oh no") }, move |tick| {
    ///     let _ = proxy.send(tick);
    /// })?;
    /// assert!(guest.take_result().is_none()); // It has not run yet.
    /// ticks.recv().unwrap().run()?;
    /// let error: runtime::task::JoinError = guest.take_result().unwrap().unwrap_err();
    /// assert!(error.is_panic());
    /// # std::io::Result::Ok(())
    /// ```
    pub fn take_result(&mut self) -> Option<Result<T, JoinError>> {
        let main = self.main.as_mut().filter(|main| main.is_finished())?;
        let mut cx = Context::from_waker(Waker::noop());
        match Pin::new(main).poll(&mut cx) {
            Poll::Ready(result) => {
                self.main = None;
                Some(result)
            }
            Poll::Pending => None,
        }
    }
}

impl<T> Guest<T> {
    fn inner(&self) -> &Inner {
        self.inner
            .as_ref()
            .expect("it is there until the guest is stopped")
    }

    /// Spawns a task on the guest's runtime, from the host's own code.
    ///
    /// ```
    /// # use std::sync::mpsc;
    /// # use runtime::Runtime;
    /// # use runtime::guest::Guest;
    /// # let (proxy, ticks) = mpsc::channel();
    /// # let guest = Guest::start(Runtime::new()?, std::future::pending::<()>(), move |tick| {
    /// #     let _ = proxy.send(tick);
    /// # })?;
    /// let handle = guest.spawn(async { 6 * 7 });
    /// while !handle.is_finished() {
    ///     ticks.recv().unwrap().run()?; // As the host's loop does.
    /// }
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        self.inner().runtime.spawn(future)
    }

    /// Makes the guest's runtime the current one, as [`Runtime::enter`] does, so that the host's own code can make
    /// timers and sockets.
    ///
    /// ```
    /// # use std::sync::mpsc;
    /// # use runtime::Runtime;
    /// # use runtime::guest::Guest;
    /// # let (proxy, _ticks) = mpsc::channel();
    /// # let guest = Guest::start(Runtime::new()?, std::future::pending::<()>(), move |tick| {
    /// #     let _ = proxy.send(tick);
    /// # })?;
    /// let _guard = guest.enter();
    /// let nap = runtime::time::sleep(std::time::Duration::from_millis(1));
    /// # drop(nap);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn enter(&self) -> EnterGuard<'_> {
        self.inner().runtime.enter()
    }

    /// The way in from other threads, as [`Runtime::remote`] gives it.
    ///
    /// ```
    /// # use std::sync::mpsc;
    /// # use runtime::Runtime;
    /// # use runtime::guest::Guest;
    /// # let (proxy, ticks) = mpsc::channel();
    /// # let guest = Guest::start(Runtime::new()?, std::future::pending::<()>(), move |tick| {
    /// #     let _ = proxy.send(tick);
    /// # })?;
    /// let remote = guest.remote();
    /// let thread = std::thread::spawn(move || remote.spawn(|| async { 6 * 7 }).join());
    /// while !thread.is_finished() {
    ///     # let patience = std::time::Duration::from_millis(10);
    ///     # let Ok(tick) = ticks.recv_timeout(patience) else { continue };
    ///     # #[cfg(any())]
    ///     let tick = ticks.recv().unwrap();
    ///     tick.run()?;
    /// }
    /// assert_eq!(thread.join().unwrap()?, 42);
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn remote(&self) -> Remote {
        self.inner().runtime.remote()
    }

    /// What the guest's runtime has counted.
    ///
    /// ```
    /// # use std::sync::mpsc;
    /// # use runtime::Runtime;
    /// # use runtime::guest::Guest;
    /// # let (proxy, _ticks) = mpsc::channel();
    /// # let guest = Guest::start(Runtime::new()?, std::future::pending::<()>(), move |tick| {
    /// #     let _ = proxy.send(tick);
    /// # })?;
    /// assert_eq!(guest.metrics().tasks, 1);
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn metrics(&self) -> Metrics {
        self.inner().runtime.metrics()
    }

    /// Which driver waits for the world, as [`Runtime::driver_name`] says it.
    ///
    /// ```
    /// # use std::sync::mpsc;
    /// # use runtime::Runtime;
    /// # use runtime::guest::Guest;
    /// # let (proxy, _ticks) = mpsc::channel();
    /// # let guest = Guest::start(Runtime::new()?, std::future::pending::<()>(), move |tick| {
    /// #     let _ = proxy.send(tick);
    /// # })?;
    /// println!("{} waits", guest.driver_name());
    /// # assert!(!guest.driver_name().is_empty());
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn driver_name(&self) -> &'static str {
        self.inner().runtime.driver_name()
    }

    /// Which tasks there are, and what each waits for, as [`Runtime::dump`] tells it. A guest itself never looks for
    /// tasks that are stuck: the host may wake any of them.
    ///
    /// ```
    /// # use std::sync::mpsc;
    /// # use runtime::Runtime;
    /// # use runtime::guest::Guest;
    /// # let (proxy, _ticks) = mpsc::channel();
    /// # let guest = Guest::start(Runtime::new()?, std::future::pending::<()>(), move |tick| {
    /// #     let _ = proxy.send(tick);
    /// # })?;
    /// println!("{}", guest.dump());
    /// # assert_eq!(guest.dump().tasks().len(), 1);
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn dump(&self) -> Dump {
        self.inner().runtime.dump()
    }

    /// Ends the helper thread, and gives the runtime back, with the tasks that are left. A tick that is still on its
    /// way does nothing.
    ///
    /// # Panics
    /// Inside a tick, that is: in a task of the guest. If the function that schedules ticks has panicked, with that
    /// panic.
    ///
    /// ```
    /// # use std::sync::mpsc;
    /// # use runtime::Runtime;
    /// # use runtime::guest::Guest;
    /// # let (proxy, _ticks) = mpsc::channel();
    /// # let guest = Guest::start(Runtime::new()?, std::future::pending::<()>(), move |tick| {
    /// #     let _ = proxy.send(tick);
    /// # })?;
    /// let handle = guest.spawn(async { 6 * 7 });
    /// let runtime = guest.stop();
    /// assert_eq!(runtime.block_on(handle)?, 42);
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn stop(mut self) -> Runtime {
        let inner = self.inner.take();
        let inner = inner.expect("it is there until the guest is stopped");
        let ended = inner.end();
        let runtime = Rc::try_unwrap(inner).map(Inner::into_runtime);
        if let Err(panic) = ended {
            std::panic::resume_unwind(panic);
        }
        runtime.unwrap_or_else(|_| {
            panic!(
                "`Guest::stop` was called in a task of the guest: stop it in the host's own code, between ticks"
            )
        })
    }
}

impl<T> Drop for Guest<T> {
    fn drop(&mut self) {
        if let Some(inner) = &self.inner {
            // The panic of whoever schedules was printed on its thread, and nobody asks for it any more.
            let _ = inner.end();
        }
    }
}

impl<T> fmt::Debug for Guest<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let runtime = self.inner.as_ref().map(|inner| &inner.runtime);
        f.debug_struct("Guest")
            .field("runtime", &runtime)
            .finish_non_exhaustive()
    }
}
