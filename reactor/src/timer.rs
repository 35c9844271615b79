//! A future that is ready at its deadline; it knows nothing of durations or of now.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use crate::budget;
use crate::current::Handle;
use crate::instant::Instant;
use crate::observe::Event;
use crate::refusal::gone;

/// Waits for a deadline.
///
/// The first poll puts it into the reactor's wheel and dropping it takes it out again, each O(1). It is ready at or
/// after the deadline, never before; how soon after, the system says (on Linux the timer slack is 50 µs).
///
/// # Panics
/// When it is polled after its runtime was dropped: nobody is left to wake it.
///
/// ```
/// # use std::pin::pin;
/// # use std::task::{Context, Waker};
/// # use std::time::Duration;
/// # use reactor::{DriverKind, Instant, Reactor, Timer};
/// # let reactor = Reactor::new(DriverKind::Auto)?;
/// # let mut cx = Context::from_waker(Waker::noop());
/// let deadline = Instant::now() + Duration::from_millis(1);
/// let mut timer = pin!(Timer::new(reactor.handle(), deadline));
/// while timer.as_mut().poll(&mut cx).is_pending() {
///     reactor.turn(None)?;
/// }
/// assert!(Instant::now() >= deadline);
/// # std::io::Result::Ok(())
/// ```
#[must_use = "futures do nothing unless awaited"]
pub struct Timer {
    handle: Handle,
    deadline: Instant,
    /// Our place in the wheel, from the first poll on.
    place: Option<u32>,
    /// The deadline has passed.
    fired: bool,
}

impl Timer {
    /// Ready at `deadline`, on the clock of the reactor of `handle`.
    ///
    /// ```
    /// # use std::pin::pin;
    /// # use std::task::{Context, Waker};
    /// # use std::time::Duration;
    /// # use reactor::{DriverKind, Instant, Reactor, Timer};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// # let mut cx = Context::from_waker(Waker::noop());
    /// let timer = pin!(Timer::new(reactor.handle(), Instant::FAR_FUTURE));
    /// assert!(timer.poll(&mut cx).is_pending());
    /// assert_eq!(reactor.metrics().timers, 1);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn new(handle: Handle, deadline: Instant) -> Self {
        Timer {
            handle,
            deadline,
            place: None,
            fired: false,
        }
    }

    /// When it is ready.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use reactor::{DriverKind, Instant, Reactor, Timer};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// let deadline = Instant::now() + Duration::from_secs(1);
    /// let timer = Timer::new(reactor.handle(), deadline);
    /// assert_eq!(timer.deadline(), deadline);
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// True when a poll has found that the deadline has passed.
    ///
    /// ```
    /// # use std::task::{Context, Waker};
    /// # use std::time::Duration;
    /// # use reactor::{DriverKind, Instant, Reactor, Timer};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// # let mut cx = Context::from_waker(Waker::noop());
    /// let mut timer = Timer::new(reactor.handle(), Instant::now());
    /// assert!(!timer.has_fired()); // No poll has looked.
    /// while timer.poll_fired(&mut cx)?.is_pending() {
    ///     reactor.turn(None)?;
    /// }
    /// assert!(timer.has_fired());
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn has_fired(&self) -> bool {
        self.fired
    }

    /// The reactor on whose clock it waits.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use reactor::{DriverKind, Instant, Reactor, Timer};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// let first = Timer::new(reactor.handle(), Instant::now());
    /// let later = first.deadline() + Duration::from_secs(1);
    /// let second = Timer::new(first.handle().clone(), later);
    /// assert!(second.deadline() > first.deadline());
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Waits for another deadline from now on. Whoever polled it before has to poll it again.
    ///
    /// ```
    /// # use std::task::{Context, Waker};
    /// # use std::time::Duration;
    /// # use reactor::{DriverKind, Instant, Reactor, Timer};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// # let mut cx = Context::from_waker(Waker::noop());
    /// let mut timer = Timer::new(reactor.handle(), Instant::FAR_FUTURE);
    /// assert!(timer.poll_fired(&mut cx)?.is_pending());
    /// timer.reset(Instant::now());
    /// while timer.poll_fired(&mut cx)?.is_pending() {
    ///     reactor.turn(None)?;
    /// }
    /// assert!(timer.has_fired());
    /// # std::io::Result::Ok(())
    /// ```
    pub fn reset(&mut self, deadline: Instant) {
        self.withdraw();
        self.deadline = deadline;
        self.fired = false;
    }

    /// As a poll of the future, for a socket that pauses: its calls have an error where a future can only panic.
    ///
    /// # Errors
    /// [`io::ErrorKind::Other`] if the runtime was dropped.
    ///
    /// ```
    /// # use std::task::{Context, Waker};
    /// # use std::time::Duration;
    /// # use reactor::{DriverKind, Instant, Reactor, Timer};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// # let mut cx = Context::from_waker(Waker::noop());
    /// let mut timer = Timer::new(reactor.handle(), Instant::FAR_FUTURE);
    /// assert!(timer.poll_fired(&mut cx)?.is_pending());
    /// drop(reactor);
    /// assert!(matches!(timer.poll_fired(&mut cx), std::task::Poll::Ready(Err(_))));
    /// # std::io::Result::Ok(())
    /// ```
    pub fn poll_fired(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.fired {
            return Poll::Ready(Ok(()));
        }
        if self.handle.core().is_closed() {
            return Poll::Ready(Err(gone()));
        }
        let fired = match self.place {
            None => self.poll_first(cx),
            Some(place) => self.poll_again(place, cx.waker()),
        };
        fired.map(Ok)
    }

    /// Takes the timer out of the wheel. The waker is dropped when nothing is borrowed any more.
    fn withdraw(&mut self) {
        if let Some(place) = self.place.take() {
            let waker = self.handle.core().wheel().borrow_mut().remove(place);
            drop(waker);
        }
    }

    /// The first poll: ready at once if the last turn has seen the deadline pass.
    ///
    /// Only then can a timer hold the loop, so this is where it takes from the poll's budget. When nothing is left it
    /// waits for a turn instead, which has it fire if it is due. It must not be turned away: beside a future that
    /// spends the whole budget in every poll (in a timeout, say) it would never come to be set.
    fn poll_first(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let core = self.handle.core();
        let deadline = self.deadline.to_ticks();
        let passed = core.wheel().borrow().has_passed(deadline);
        if passed && budget::poll_spend(cx).is_ready() {
            self.fired = true;
            return Poll::Ready(());
        }
        let waker = cx.waker().clone();
        let place = core.wheel().borrow_mut().insert(deadline, waker);
        self.place = Some(place);
        core.tell(|| Event::TimerSet {
            deadline: self.deadline,
        });
        core.end_sleep_elsewhere();
        Poll::Pending
    }

    /// A later poll: ready if it has fired, else the waker may have changed.
    fn poll_again(&mut self, place: u32, waker: &Waker) -> Poll<()> {
        let mut wheel = self.handle.core().wheel().borrow_mut();
        let Some(kept) = wheel.waker_mut(place) else {
            drop(wheel);
            self.withdraw();
            self.fired = true;
            return Poll::Ready(());
        };
        if !kept.will_wake(waker) {
            drop(wheel);
            self.replace_waker(place, waker.clone());
        }
        Poll::Pending
    }

    fn replace_waker(&mut self, place: u32, waker: Waker) {
        let mut wheel = self.handle.core().wheel().borrow_mut();
        let replaced = wheel
            .waker_mut(place)
            .map(|kept| std::mem::replace(kept, waker));
        drop(wheel);
        drop(replaced);
    }
}

impl Future for Timer {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.poll_fired(cx).map(|fired| {
            assert!(
                fired.is_ok(),
                "a timer was polled after its runtime was dropped: keep the `Runtime` for as long as its timers"
            );
        })
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.withdraw();
    }
}

impl fmt::Debug for Timer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timer")
            .field("deadline", &self.deadline)
            .field("fired", &self.fired)
            .finish_non_exhaustive()
    }
}
