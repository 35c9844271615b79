//! How long a listener waits after the system has refused to accept for want of descriptors or memory; it knows
//! nothing of listeners.
//!
//! The connection that could not be accepted stays in the backlog, so the listener stays readable, and a loop that
//! accepts again at once would spin until somebody closes something. So the next accept waits: 5 ms, then twice as
//! long after each further refusal, up to a second. The first success ends that.

use std::cell::Cell;
use std::io;
use std::time::Duration;

use reactor::{Handle, Instant, Timer};

use crate::context::while_doing;

const FIRST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// The state of one listener. Several tasks may accept on it.
#[derive(Debug, Default)]
pub(crate) struct Backoff {
    /// The pause after the last refusal; zero if the last accept was a success.
    pause: Cell<Duration>,
    /// Before this time nobody tries.
    until: Cell<Option<Instant>>,
}

impl Backoff {
    /// The system has refused. Begins a pause, and says so in the error.
    #[cold]
    pub(crate) fn begin(&self, now: Instant, refused: io::Error) -> io::Error {
        let pause = (self.pause.get() * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE);
        self.pause.set(pause);
        self.until.set(Some(now + pause));
        while_doing(
            format_args!(
                "the limit of descriptors or of memory was reached while accepting; connections stay in the backlog, \
                 and the next accept waits {} ms before it tries",
                pause.as_millis()
            ),
            refused,
        )
    }

    /// A connection was accepted.
    #[inline]
    pub(crate) fn end(&self) {
        self.pause.set(Duration::ZERO);
        self.until.set(None);
    }

    /// What to wait for before the next try, if there is a pause now.
    #[inline]
    pub(crate) fn timer(&self, handle: &Handle) -> Option<Timer> {
        let until = self.until.get()?;
        if until <= handle.now() {
            self.until.set(None);
            return None;
        }
        Some(Timer::new(handle.clone(), until))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refuse(backoff: &Backoff) -> Duration {
        let error = backoff.begin(Instant::ORIGIN, io::ErrorKind::Other.into());
        let pause = backoff.until.get().expect("a pause") - Instant::ORIGIN;
        let words = format!("waits {} ms", pause.as_millis());
        assert!(error.to_string().contains(&words), "{error}");
        pause
    }

    #[test]
    fn the_pause_doubles_up_to_a_second_until_a_success() {
        let backoff = Backoff::default();
        let pauses: Vec<_> = (0..10).map(|_| refuse(&backoff).as_millis()).collect();
        assert_eq!(pauses, [5, 10, 20, 40, 80, 160, 320, 640, 1000, 1000]);
        backoff.end();
        assert_eq!(backoff.until.get(), None);
        assert_eq!(refuse(&backoff), FIRST_PAUSE);
    }
}
