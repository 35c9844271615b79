//! The loop when another one drives it: a turn of it, and when the next one is due; who the other one is, it does not
//! know.
//!
//! It is the loop of `run_loop` with an end: where that goes on, a turn goes back to its caller.
//!
//! ```text
//!          host                      turn
//!   ┌─ sleeps on as_fd,      run what is ready ◀─┐
//!   │  until next_deadline          │            │ something came,
//!   │        ▲                      ▼            │ and there were less than 8 looks
//!   └──▶ readable ────────▶ look at the world ───┘
//!            ▲                      │ nothing came
//!            └──────────────────────┘
//! ```

use std::io;
use std::time::Duration;

use executor::{Entered, Step};
use reactor::{Instant, budget};

use crate::enter::{Level, Running};
use crate::run_loop::{OPERATIONS_PER_LOOK, STEPS_PER_LOOK};
use crate::runtime::Runtime;

/// Looks at the world in one turn. Then it is the host's turn, however much is ready: that were 488 polls or 2,048
/// operations, so it is a few milliseconds of it at most, unless a task's single poll takes longer.
const LOOKS_PER_TURN: u32 = 8;

impl Runtime {
    /// Runs the tasks that are ready, and looks at the world: for a program whose own loop drives this one.
    ///
    /// If a task is ready now, it does not wait. Else it waits until one is, but not longer than `timeout`: `None` is
    /// for ever, and zero is for a host that sleeps elsewhere, on [`as_fd`](Self::as_fd) or for a frame of a game.
    /// Then it runs what has become ready, and goes on until nothing is, or until it has looked at the world eight
    /// times: tasks that are always ready cannot hold it for longer than 488 polls. What is left then is told by
    /// [`next_deadline`](Self::next_deadline), and by [`as_fd`](Self::as_fd). It may return early for no reason.
    ///
    /// What is put to the system in a turn is handed over before it ends.
    ///
    /// # Errors
    /// What the system's event queue says. Tasks and timers went on all the same, and it may be called again.
    ///
    /// # Panics
    /// Inside of a runtime: in a task, or within [`block_on`](Self::block_on). If a task keeps a guard of
    /// [`enter`](Self::enter) across an `.await`. A panic of a foreign waker passes through. That of a task does not:
    /// it is in the task's [`JoinHandle`](crate::task::JoinHandle). The runtime can be used as before.
    ///
    /// ```
    /// use std::time::Duration;
    /// use runtime::Runtime;
    /// use runtime::time::sleep;
    ///
    /// let runtime = Runtime::new()?;
    /// let handle = runtime.spawn(async {
    ///     sleep(Duration::from_millis(1)).await;
    ///     42
    /// });
    /// while !handle.is_finished() {
    ///     runtime.turn(None)?; // Or with a timeout of zero, sixty times a second.
    /// }
    /// assert_eq!(runtime.block_on(handle)?, 42);
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn turn(&self, timeout: Option<Duration>) -> io::Result<()> {
        let _running = Running::begin_turn();
        let _awake = Awake::begin(self);
        let level = Level::descend();
        let _reactor = self.reactor.context();
        let entered = self.executor.enter();
        let turned = self.turn_entered(&entered, &level, timeout);
        drop(level); // As in `block_on`: it may panic.
        turned
    }

    fn turn_entered(
        &self,
        entered: &Entered<'_>,
        level: &Level,
        timeout: Option<Duration>,
    ) -> io::Result<()> {
        // Only for the first look, and only if nothing was ready.
        let mut timeout = timeout;
        for _ in 0..LOOKS_PER_TURN {
            if run_ready(entered) {
                timeout = Some(Duration::ZERO);
            }
            level.must_be_deepest();
            let reports = self.reactor.metrics().reports;
            self.reactor.turn(timeout)?;
            timeout = Some(Duration::ZERO);
            let heard = self.reactor.metrics().reports != reports || self.reactor.take_wake();
            if !heard && !self.has_more() {
                break;
            }
        }
        Ok(())
    }

    /// When [`turn`](Self::turn) has to be called at the latest, whatever [`as_fd`](Self::as_fd) says: now if a task is
    /// ready, else when the next timer is due. `None` if there is neither, so that only the world or a wake can bring
    /// something to do. Ask anew before each sleep: whatever runs in between may set timers and wake tasks.
    ///
    /// It is never too late, but perhaps a little early; then there is nothing to do in that turn. The clock is the
    /// runtime's, which is the system's, if it was not built for tests.
    ///
    /// ```
    /// use std::time::Duration;
    /// use runtime::Runtime;
    /// use runtime::time::{Instant, sleep};
    ///
    /// let runtime = Runtime::new()?;
    /// assert_eq!(runtime.next_deadline(), None);
    ///
    /// drop(runtime.spawn(async { sleep(Duration::from_secs(60)).await }));
    /// assert!(runtime.next_deadline().unwrap() <= Instant::now()); // Its first poll is due,
    /// runtime.turn(Some(Duration::ZERO))?;
    /// let rest = runtime.next_deadline().unwrap() - Instant::now(); // and then its timer.
    /// assert!(rest > Duration::ZERO && rest <= Duration::from_secs(60));
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn next_deadline(&self) -> Option<Instant> {
        if self.has_more() {
            return Some(self.reactor.handle().now());
        }
        self.reactor.next_deadline()
    }

    /// True when a turn has something to do at once.
    fn has_more(&self) -> bool {
        self.executor.has_ready() || self.reactor.is_behind()
    }

    /// The descriptor was shown: from now on it tells what there is to do, unless a turn will see to that at its end.
    #[cfg(unix)]
    pub(crate) fn rest_unless_running(&self) {
        if !self.executor.is_entered() {
            self.reactor.rest(self.has_more());
        }
    }
}

/// Runs tasks until none is ready or the world is to be looked at; true if there was any.
fn run_ready(executor: &Entered<'_>) -> bool {
    let mut operations = 0;
    for step in 0..STEPS_PER_LOOK {
        operations += budget::refill();
        if operations >= OPERATIONS_PER_LOOK {
            break;
        }
        if executor.step() == Step::Idle {
            return step > 0;
        }
    }
    true
}

/// While it lives, somebody runs the loop, so that a wake need not ring; then the loop rests, and what is left to do is
/// told.
pub(crate) struct Awake<'a>(&'a Runtime);

impl Awake<'_> {
    pub(crate) fn begin(runtime: &Runtime) -> Awake<'_> {
        runtime.reactor.rouse();
        Awake(runtime)
    }
}

impl Drop for Awake<'_> {
    fn drop(&mut self) {
        self.0.reactor.rest(self.0.has_more());
    }
}
