//! A point in time on the driver's clock; it knows nothing of which clock that is.

use std::fmt;
use std::ops::{Add, AddAssign, Sub, SubAssign};
use std::sync::OnceLock;
use std::time::Duration;

use crate::current::Handle;

/// A point in time on the clock of the current runtime.
///
/// On a real system that clock is the operating system's monotonic one, the clock of [`std::time::Instant`]; with a
/// manual driver it moves by hand. Counted in nanoseconds, 292 years either way; arithmetic that would leave this
/// range stops at its end, which is as good as never.
///
/// ```
/// use std::time::Duration;
/// use reactor::Instant;
///
/// let start = Instant::now();
/// assert!(start + Duration::from_millis(1) > start);
/// assert_eq!((start + Duration::from_secs(3)) - start, Duration::from_secs(3));
/// assert_eq!(start + Duration::MAX, Instant::FAR_FUTURE);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant {
    /// Nanoseconds since the clock's origin.
    nanos: i64,
}

/// The origin of the operating system's clock as seen from this process: the first look at it.
static ORIGIN: OnceLock<std::time::Instant> = OnceLock::new();

fn origin() -> std::time::Instant {
    *ORIGIN.get_or_init(std::time::Instant::now)
}

impl Instant {
    /// The latest time there is. A timer with this deadline never fires.
    pub const FAR_FUTURE: Instant = Instant { nanos: i64::MAX };

    /// The origin of the clock: of the manual clock its start, of the system's clock some time in this process.
    pub const ORIGIN: Instant = Instant { nanos: 0 };

    /// Now: on the current runtime's clock, or on the system's where no runtime is current.
    ///
    /// ```
    /// # use reactor::Instant;
    /// let earlier = Instant::now();
    /// assert!(Instant::now() >= earlier);
    /// ```
    #[must_use]
    pub fn now() -> Instant {
        Handle::with_current(|handle| handle.now()).unwrap_or_else(Instant::system_now)
    }

    /// Now on the operating system's monotonic clock.
    pub(crate) fn system_now() -> Instant {
        let origin = origin(); // First, so that now is not before it.
        Instant::ORIGIN + std::time::Instant::now().duration_since(origin)
    }

    /// The same point on the operating system's clock.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use reactor::Instant;
    /// let now = std::time::Instant::now();
    /// let later = Instant::from_std(now + Duration::from_secs(1));
    /// assert_eq!(later - Instant::from_std(now), Duration::from_secs(1));
    /// ```
    #[must_use]
    pub fn from_std(time: std::time::Instant) -> Instant {
        let origin = origin();
        match time.checked_duration_since(origin) {
            Some(since) => Instant::ORIGIN + since,
            None => Instant::ORIGIN - (origin - time),
        }
    }

    /// How long after `earlier` this is; zero if it is not.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use reactor::Instant;
    /// let now = Instant::now();
    /// let later = now + Duration::from_secs(1);
    /// assert_eq!(later.duration_since(now), Duration::from_secs(1));
    /// assert_eq!(now.duration_since(later), Duration::ZERO);
    /// ```
    #[must_use]
    pub fn duration_since(self, earlier: Instant) -> Duration {
        self.checked_duration_since(earlier).unwrap_or_default()
    }

    /// How long after `earlier` this is, or `None` if it is before.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use reactor::Instant;
    /// let now = Instant::now();
    /// let later = now + Duration::from_secs(1);
    /// assert_eq!(later.checked_duration_since(now), Some(Duration::from_secs(1)));
    /// assert_eq!(now.checked_duration_since(later), None);
    /// ```
    #[must_use]
    pub fn checked_duration_since(self, earlier: Instant) -> Option<Duration> {
        let nanos = i128::from(self.nanos) - i128::from(earlier.nanos);
        u64::try_from(nanos).ok().map(Duration::from_nanos)
    }

    /// How long ago this was; zero if it has not been yet.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use reactor::Instant;
    /// let tomorrow = Instant::now() + Duration::from_secs(24 * 60 * 60);
    /// assert_eq!(tomorrow.elapsed(), Duration::ZERO);
    /// assert!(Instant::ORIGIN.elapsed() <= Instant::now() - Instant::ORIGIN);
    /// ```
    #[must_use]
    pub fn elapsed(self) -> Duration {
        Instant::now().duration_since(self)
    }

    /// This and `duration` more, or `None` past the end of the clock.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use reactor::Instant;
    /// let second = Duration::from_secs(1);
    /// assert_eq!(Instant::ORIGIN.checked_add(second), Some(Instant::ORIGIN + second));
    /// assert_eq!(Instant::FAR_FUTURE.checked_add(second), None);
    /// ```
    #[must_use]
    pub fn checked_add(self, duration: Duration) -> Option<Instant> {
        let nanos = self.nanos.checked_add(nanos_of(duration)?)?;
        Some(Instant { nanos })
    }

    /// This and `duration` less, or `None` before the beginning of the clock.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use reactor::Instant;
    /// let second = Duration::from_secs(1);
    /// assert_eq!((Instant::ORIGIN + second).checked_sub(second), Some(Instant::ORIGIN));
    /// assert_eq!(Instant::ORIGIN.checked_sub(Duration::MAX), None);
    /// ```
    #[must_use]
    pub fn checked_sub(self, duration: Duration) -> Option<Instant> {
        let nanos = self.nanos.checked_sub(nanos_of(duration)?)?;
        Some(Instant { nanos })
    }

    /// As a number that sorts as the times do, for the timers' wheel.
    pub(crate) fn to_ticks(self) -> u64 {
        self.nanos as u64 ^ (1 << 63)
    }

    pub(crate) fn from_ticks(ticks: u64) -> Instant {
        Instant {
            nanos: (ticks ^ (1 << 63)) as i64,
        }
    }
}

fn nanos_of(duration: Duration) -> Option<i64> {
    i64::try_from(duration.as_nanos()).ok()
}

impl Add<Duration> for Instant {
    type Output = Instant;

    fn add(self, duration: Duration) -> Instant {
        self.checked_add(duration).unwrap_or(Instant::FAR_FUTURE)
    }
}

impl Sub<Duration> for Instant {
    type Output = Instant;

    fn sub(self, duration: Duration) -> Instant {
        self.checked_sub(duration)
            .unwrap_or(Instant { nanos: i64::MIN })
    }
}

impl Sub<Instant> for Instant {
    type Output = Duration;

    fn sub(self, earlier: Instant) -> Duration {
        self.duration_since(earlier)
    }
}

impl AddAssign<Duration> for Instant {
    fn add_assign(&mut self, duration: Duration) {
        *self = *self + duration;
    }
}

impl SubAssign<Duration> for Instant {
    fn sub_assign(&mut self, duration: Duration) {
        *self = *self - duration;
    }
}

impl From<std::time::Instant> for Instant {
    fn from(time: std::time::Instant) -> Instant {
        Instant::from_std(time)
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.nanos < 0 { "-" } else { "" };
        let since = Duration::from_nanos(self.nanos.unsigned_abs());
        write!(f, "Instant({sign}{since:?})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_stops_at_the_ends() {
        let now = Instant::now();
        assert_eq!(now + Duration::MAX, Instant::FAR_FUTURE);
        assert!(now - Duration::MAX < now);
        assert_eq!(now.checked_add(Duration::MAX), None);
        assert_eq!(now - (now + Duration::from_secs(1)), Duration::ZERO);
    }

    #[test]
    fn the_past_of_the_process_can_be_told() {
        let now = std::time::Instant::now();
        let _ = Instant::from_std(now);
        if let Some(before) = now.checked_sub(Duration::from_millis(5)) {
            let gap = Instant::from_std(now) - Instant::from_std(before);
            assert_eq!(gap, Duration::from_millis(5));
        }
    }

    #[test]
    fn ticks_sort_as_the_times_do() {
        let times = [
            Instant { nanos: i64::MIN },
            Instant { nanos: -1 },
            Instant::ORIGIN,
            Instant { nanos: 1 },
            Instant::FAR_FUTURE,
        ];
        assert!(times.is_sorted_by_key(|time| time.to_ticks()));
        for time in times {
            assert_eq!(Instant::from_ticks(time.to_ticks()), time);
        }
    }
}
