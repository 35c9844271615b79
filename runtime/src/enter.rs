//! Being inside a runtime: the context that `spawn` and sockets look for, and the mark of a running loop.

use std::cell::Cell;
use std::marker::PhantomData;
use std::thread;

thread_local! {
    /// True while a loop runs on this thread.
    static RUNNING: Cell<bool> = const { Cell::new(false) };
    /// How many contexts of `block_on` and `Runtime::enter` there are on this thread.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// Marks the thread as running a loop, for as long as it lives.
#[derive(Debug)]
pub(crate) struct Running(());

impl Running {
    /// # Panics
    /// If a loop runs on this thread already: it would stand still, and with it whatever the inner one waits for.
    #[track_caller]
    pub(crate) fn begin() -> Running {
        assert!(
            Running::has_begun(),
            "`block_on` was called inside of a runtime: it would stop the loop that runs this task. Write `.await` \
             instead, or `spawn` the future"
        );
        Running(())
    }

    /// As [`begin`](Self::begin), for a loop that is turned by another one.
    #[track_caller]
    pub(crate) fn begin_turn() -> Running {
        assert!(
            Running::has_begun(),
            "`turn` was called inside of a runtime: it is for the code around the runtime, which is not run by it. In a \
             task the loop turns by itself: `.await` what you wait for, or `yield_now().await`"
        );
        Running(())
    }

    /// True if a loop runs on this thread.
    pub(crate) fn is_on() -> bool {
        RUNNING.try_with(Cell::get) == Ok(true)
    }

    /// False if a loop runs on this thread already.
    fn has_begun() -> bool {
        RUNNING.try_with(|running| running.replace(true)) != Ok(true)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        reactor::budget::lift();
        let _ = RUNNING.try_with(|running| running.set(false));
    }
}

/// How deep we are in contexts: each `block_on` and each guard of `Runtime::enter` is one level.
#[derive(Debug)]
pub(crate) struct Level(usize);

impl Level {
    pub(crate) fn descend() -> Level {
        let depth = DEPTH.try_with(|depth| {
            depth.set(depth.get() + 1);
            depth.get()
        });
        Level(depth.unwrap_or(0))
    }

    /// Called before the loop waits: nobody may be deeper in than the loop itself.
    ///
    /// # Panics
    /// If a task keeps a guard across an `.await`: what it made since then is another runtime's, which stands still.
    pub(crate) fn must_be_deepest(&self) {
        let deepest = DEPTH.try_with(Cell::get).unwrap_or(self.0);
        assert!(
            deepest <= self.0,
            "a guard of `Runtime::enter` is kept across an `.await`: the timers and sockets that are made meanwhile belong \
             to a runtime that does not run. Drop the guard before"
        );
    }

    /// True when a level above this one was left first, which it has said.
    fn is_cut_off(&self) -> bool {
        DEPTH.try_with(Cell::get).unwrap_or(self.0) < self.0
    }
}

impl Drop for Level {
    /// A level that is left while a deeper one is not would put the wrong context back, and the deeper one after it
    /// a context that is gone. The deeper one is not told again.
    fn drop(&mut self) {
        let depth =
            DEPTH.try_with(|depth| depth.replace(depth.get().min(self.0.saturating_sub(1))));
        assert!(
            depth.unwrap_or(0) <= self.0 || thread::panicking(),
            "guards of `Runtime::enter` must be dropped in the reverse order of their making, and one that is made \
             inside of `block_on` before that ends: do not keep a guard across an `.await`"
        );
    }
}

/// While it lives, its runtime is the current one on this thread: [`spawn`](crate::spawn), timers and sockets work
/// outside of [`block_on`](crate::block_on). See [`Runtime::enter`](crate::Runtime::enter).
///
/// Do not keep it across an `.await`: the other tasks would find its runtime, too.
///
/// # Panics
/// When guards are not dropped in the reverse order of their making, or one that was made inside of `block_on` is
/// left when that ends.
///
/// ```
/// let runtime = runtime::Runtime::new()?;
/// let guard = runtime.enter();
/// let nap = runtime::time::sleep(runtime::time::Duration::from_millis(1));
/// drop(guard);
/// runtime.block_on(nap);
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug)]
#[must_use = "dropping the guard leaves the runtime at once"]
pub struct EnterGuard<'a> {
    reactor: reactor::Context,
    executor: executor::Context,
    level: Level,
    _runtime: PhantomData<&'a crate::Runtime>,
}

impl EnterGuard<'_> {
    pub(crate) fn new(executor: executor::Context, reactor: reactor::Context) -> Self {
        EnterGuard {
            reactor,
            executor,
            level: Level::descend(),
            _runtime: PhantomData,
        }
    }
}

impl Drop for EnterGuard<'_> {
    /// What was current before is gone when a guard above was dropped first: then nothing is put back, else the thread
    /// would keep it to its end.
    fn drop(&mut self) {
        if self.level.is_cut_off() {
            self.reactor.restore_nothing();
            self.executor.restore_nothing();
        }
    }
}
