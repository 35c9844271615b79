//! Ticks at a steady pace, and what to do about those that were missed.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use reactor::{Handle, Instant, Timer};

use crate::time::Duration;

/// Ticks every `period`, the first time at once.
///
/// # Panics
/// If `period` is zero, or if it is called outside of a runtime.
///
/// ```
/// use runtime::time::{Duration, interval};
///
/// runtime::block_on(async {
///     let mut clock = interval(Duration::from_millis(1));
///     let first = clock.tick().await;
///     let second = clock.tick().await;
///     assert_eq!(second - first, Duration::from_millis(1));
/// });
/// ```
#[track_caller]
pub fn interval(period: Duration) -> Interval {
    let handle = Handle::current("interval");
    let start = handle.now();
    Interval::new(handle, start, period)
}

/// Ticks every `period`, the first time at `start`.
///
/// # Panics
/// If `period` is zero, or if it is called outside of a runtime.
///
/// ```
/// use runtime::time::{Duration, Instant, interval_at};
///
/// runtime::block_on(async {
///     let start = Instant::now() + Duration::from_millis(1);
///     let mut clock = interval_at(start, Duration::from_millis(5));
///     assert_eq!(clock.tick().await, start);
/// });
/// ```
#[track_caller]
pub fn interval_at(start: Instant, period: Duration) -> Interval {
    Interval::new(Handle::current("interval_at"), start, period)
}

/// What an [`Interval`] does when its user was late and ticks were missed.
///
/// A tick that is taken less than a period late has missed none: the next one stays in step, whichever this is.
///
/// ```
/// use runtime::time::{Duration, MissedTickBehavior, interval};
///
/// runtime::block_on(async {
///     let mut clock = interval(Duration::from_millis(10));
///     clock.set_missed_tick_behavior(MissedTickBehavior::Skip);
///     clock.tick().await;
/// });
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MissedTickBehavior {
    /// Makes up for them at once, one after another, until it is back in step:
    /// of the ticks at 0, 10, 20, 30 with the user busy from 5 to 28, those of 10 and 20 come at 28, the next at 30.
    #[default]
    Burst,
    /// Leaves them out and counts anew from the late tick: that of 10 comes at 28, the next at 38.
    Delay,
    /// Leaves them out and stays in step: that of 10 comes at 28, the next at 30.
    Skip,
}

/// Ticks at a steady pace; see [`interval`]. It is also a [`Stream`] of its ticks, without an end.
///
/// ```
/// use runtime::stream::StreamExt;
/// use runtime::time::{Duration, interval};
///
/// runtime::block_on(async {
///     let ticks = interval(Duration::from_millis(1)).take(3);
///     assert_eq!(ticks.count().await, 3);
/// });
/// ```
#[derive(Debug)]
#[must_use = "an interval does nothing unless its ticks are awaited"]
pub struct Interval {
    timer: Timer,
    period: Duration,
    behavior: MissedTickBehavior,
}

impl Interval {
    #[track_caller]
    fn new(handle: Handle, start: Instant, period: Duration) -> Interval {
        assert!(
            !period.is_zero(),
            "an interval needs a period above zero: a tick at every moment would never let go of the loop"
        );
        Interval {
            timer: Timer::new(handle, start),
            period,
            behavior: MissedTickBehavior::default(),
        }
    }

    /// Waits for the next tick. Returns when the tick was due, which is at or before now.
    ///
    /// # Cancel safety
    /// Dropping the future loses no tick.
    ///
    /// ```
    /// use runtime::time::{Duration, interval};
    ///
    /// runtime::block_on(async {
    ///     let mut clock = interval(Duration::from_millis(1));
    ///     for _ in 0..3 {
    ///         clock.tick().await;
    ///     }
    /// });
    /// ```
    pub fn tick(&mut self) -> Tick<'_> {
        Tick { interval: self }
    }

    /// As [`tick`](Self::tick), for futures written by hand.
    ///
    /// ```
    /// use std::future::poll_fn;
    /// use runtime::time::{Duration, interval};
    ///
    /// runtime::block_on(async {
    ///     let mut clock = interval(Duration::from_millis(1));
    ///     poll_fn(|cx| clock.poll_tick(cx)).await;
    /// });
    /// ```
    pub fn poll_tick(&mut self, cx: &mut Context<'_>) -> Poll<Instant> {
        ready!(Pin::new(&mut self.timer).poll(cx));
        let due = self.timer.deadline();
        let next = self.next_after(due);
        self.timer.reset(next);
        Poll::Ready(due)
    }

    /// When the tick after the one that was due at `due` is due. `Burst` need not look at the clock for it.
    fn next_after(&self, due: Instant) -> Instant {
        let next = due + self.period;
        match self.behavior {
            MissedTickBehavior::Burst => next,
            behavior => {
                let now = self.timer.handle().now();
                if now < next {
                    next
                } else if behavior == MissedTickBehavior::Delay {
                    now + self.period
                } else {
                    now + self.until_in_step(due, now)
                }
            }
        }
    }

    /// How long from `now` to the next multiple of the period after `due`.
    fn until_in_step(&self, due: Instant, now: Instant) -> Duration {
        let late = (now - due).as_nanos() % self.period.as_nanos();
        // Less than a period, which fits: a period of more nanoseconds than 64 bits hold is never missed.
        self.period - Duration::from_nanos(late as u64)
    }

    /// The time from one tick to the next.
    ///
    /// ```
    /// use runtime::time::{Duration, interval};
    ///
    /// runtime::block_on(async {
    ///     let second = Duration::from_secs(1);
    ///     assert_eq!(interval(second).period(), second);
    /// });
    /// ```
    #[must_use]
    pub fn period(&self) -> Duration {
        self.period
    }

    /// What happens to missed ticks.
    ///
    /// ```
    /// use runtime::time::{Duration, MissedTickBehavior, interval};
    ///
    /// runtime::block_on(async {
    ///     let clock = interval(Duration::from_secs(1));
    ///     assert_eq!(clock.missed_tick_behavior(), MissedTickBehavior::Burst);
    /// });
    /// ```
    #[must_use]
    pub fn missed_tick_behavior(&self) -> MissedTickBehavior {
        self.behavior
    }

    /// Says what is to happen to missed ticks; [`Burst`](MissedTickBehavior::Burst) unless it is said.
    ///
    /// ```
    /// use runtime::time::{Duration, MissedTickBehavior, interval};
    ///
    /// runtime::block_on(async {
    ///     let mut clock = interval(Duration::from_secs(1));
    ///     clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ///     assert_eq!(clock.missed_tick_behavior(), MissedTickBehavior::Delay);
    /// });
    /// ```
    pub fn set_missed_tick_behavior(&mut self, behavior: MissedTickBehavior) {
        self.behavior = behavior;
    }

    /// Begins anew: the next tick comes a period from now.
    ///
    /// ```
    /// use runtime::time::{Duration, Instant, interval};
    ///
    /// runtime::block_on(async {
    ///     let start = Instant::now();
    ///     let mut clock = interval(Duration::from_millis(1));
    ///     clock.reset();
    ///     assert!(clock.tick().await >= start + Duration::from_millis(1));
    /// });
    /// ```
    pub fn reset(&mut self) {
        let next = self.timer.handle().now() + self.period;
        self.timer.reset(next);
    }

    /// Begins anew: the next tick comes now.
    ///
    /// ```
    /// use runtime::time::{Duration, interval};
    ///
    /// runtime::block_on(async {
    ///     let mut clock = interval(Duration::from_secs(3600));
    ///     clock.tick().await;
    ///     clock.reset_immediately();
    ///     clock.tick().await; // Not in an hour.
    /// });
    /// ```
    pub fn reset_immediately(&mut self) {
        let now = self.timer.handle().now();
        self.timer.reset(now);
    }

    /// Begins anew: the next tick comes after `delay`, and the period counts from that.
    ///
    /// ```
    /// use runtime::time::{Duration, Instant, interval};
    ///
    /// runtime::block_on(async {
    ///     let start = Instant::now();
    ///     let mut clock = interval(Duration::from_secs(3600));
    ///     clock.reset_after(Duration::from_millis(1));
    ///     assert!(clock.tick().await >= start + Duration::from_millis(1));
    /// });
    /// ```
    pub fn reset_after(&mut self, delay: Duration) {
        let next = self.timer.handle().now() + delay;
        self.timer.reset(next);
    }

    /// Begins anew: the next tick comes at `deadline`, at once if that is over, and the period counts from that.
    ///
    /// ```
    /// use runtime::time::{Duration, Instant, interval};
    ///
    /// runtime::block_on(async {
    ///     let mut clock = interval(Duration::from_secs(3600));
    ///     let deadline = Instant::now() + Duration::from_millis(1);
    ///     clock.reset_at(deadline);
    ///     assert_eq!(clock.tick().await, deadline);
    /// });
    /// ```
    pub fn reset_at(&mut self, deadline: Instant) {
        self.timer.reset(deadline);
    }
}

impl Stream for Interval {
    type Item = Instant;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Instant>> {
        self.poll_tick(cx).map(Some)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (usize::MAX, None)
    }
}

/// The future of [`Interval::tick`].
///
/// ```
/// use runtime::time::{Duration, interval, timeout};
///
/// runtime::block_on(async {
///     let mut clock = interval(Duration::from_secs(3600));
///     clock.tick().await;
///     assert!(timeout(Duration::from_millis(1), clock.tick()).await.is_err());
/// });
/// ```
#[derive(Debug)]
#[must_use = "futures do nothing unless awaited"]
pub struct Tick<'a> {
    interval: &'a mut Interval,
}

impl Future for Tick<'_> {
    type Output = Instant;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Instant> {
        self.interval.poll_tick(cx)
    }
}
