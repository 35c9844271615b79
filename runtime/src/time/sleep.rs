//! Waiting for a while, or until a deadline.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use reactor::{Handle, Instant, Timer};

use crate::time::Duration;

/// Waits for `duration`, counted from this call. [`Duration::MAX`] is for ever.
///
/// # Cancel safety
/// Dropping the future takes the timer away at once.
///
/// # Panics
/// If it is called outside of a runtime.
///
/// ```
/// use runtime::time::{Duration, Instant, sleep};
///
/// runtime::block_on(async {
///     let start = Instant::now();
///     sleep(Duration::from_millis(2)).await;
///     assert!(start.elapsed() >= Duration::from_millis(2));
/// });
/// ```
#[track_caller]
pub fn sleep(duration: Duration) -> Sleep {
    let handle = Handle::current("sleep");
    let deadline = handle.now() + duration;
    Sleep {
        timer: Timer::new(handle, deadline),
    }
}

/// Waits until `deadline`. One that has passed is fine: the wait is over at once, or after one turn of the loop.
///
/// # Panics
/// If it is called outside of a runtime.
///
/// ```
/// use runtime::time::{Duration, Instant, sleep_until};
///
/// runtime::block_on(async {
///     let start = Instant::now();
///     sleep_until(start + Duration::from_millis(1)).await;
///     sleep_until(start).await;
///     assert!(start.elapsed() >= Duration::from_millis(1));
/// });
/// ```
#[track_caller]
pub fn sleep_until(deadline: Instant) -> Sleep {
    Sleep {
        timer: Timer::new(Handle::current("sleep_until"), deadline),
    }
}

/// The future of [`sleep`] and [`sleep_until`].
///
/// ```
/// use runtime::time::{Duration, Sleep, sleep};
///
/// runtime::block_on(async {
///     let nap: Sleep = sleep(Duration::from_millis(1));
///     nap.await;
/// });
/// ```
#[derive(Debug)]
#[must_use = "futures do nothing unless awaited"]
pub struct Sleep {
    timer: Timer,
}

impl Sleep {
    /// When it is over.
    ///
    /// ```
    /// use runtime::time::{Duration, Instant, sleep_until};
    ///
    /// runtime::block_on(async {
    ///     let noon = Instant::now() + Duration::from_secs(3600);
    ///     assert_eq!(sleep_until(noon).deadline(), noon);
    /// });
    /// ```
    #[must_use]
    pub fn deadline(&self) -> Instant {
        self.timer.deadline()
    }

    /// True when a poll has found that it is over.
    ///
    /// ```
    /// use runtime::time::{Duration, sleep};
    ///
    /// runtime::block_on(async {
    ///     let mut nap = sleep(Duration::from_millis(1));
    ///     assert!(!nap.is_elapsed());
    ///     (&mut nap).await;
    ///     assert!(nap.is_elapsed());
    /// });
    /// ```
    #[must_use]
    pub fn is_elapsed(&self) -> bool {
        self.timer.has_fired()
    }

    /// Waits until another deadline from now on, whether or not this one has passed. A task that waits for it has to
    /// poll it again, as it does in a loop around `select!`.
    ///
    /// ```
    /// use runtime::time::{Duration, Instant, sleep};
    ///
    /// runtime::block_on(async {
    ///     let mut nap = sleep(Duration::from_secs(3600));
    ///     nap.reset(Instant::now() + Duration::from_millis(1));
    ///     nap.await;
    /// });
    /// ```
    pub fn reset(&mut self, deadline: Instant) {
        self.timer.reset(deadline);
    }
}

impl Future for Sleep {
    type Output = ();

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.timer).poll(cx)
    }
}
