//! Pauses between tries, for the two things that Linux announces by no event: room in a listener's backlog, and room
//! in the queue of a datagram socket that we are not connected to.

use std::future::poll_fn;
use std::io;
use std::time::Duration;

use reactor::{Handle, Timer};

/// Short enough not to be felt; a peer that is running has made room by then.
const FIRST: Duration = Duration::from_micros(100);
/// Long enough to cost nothing while a peer is stuck.
const LONGEST: Duration = Duration::from_millis(50);

/// Each pause is twice as long as the one before, up to a limit.
#[derive(Debug)]
pub(super) struct Pauses {
    next: Duration,
}

impl Pauses {
    pub(super) fn new() -> Self {
        Pauses { next: FIRST }
    }

    fn length(&mut self) -> Duration {
        let length = self.next;
        self.next = (length * 2).min(LONGEST);
        length
    }

    /// The next pause, from now on.
    pub(super) fn timer(&mut self, handle: &Handle) -> Timer {
        Timer::new(handle.clone(), handle.now() + self.length())
    }

    /// Waits for the next pause to end. It fails if the runtime is dropped.
    pub(super) async fn pause(&mut self, handle: &Handle) -> io::Result<()> {
        let mut timer = self.timer(handle);
        poll_fn(|cx| timer.poll_fired(cx)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_limit() {
        let mut pauses = Pauses::new();
        let lengths: Vec<_> = (0..11).map(|_| pauses.length().as_micros()).collect();
        let doubled = [100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600];
        assert_eq!(lengths[..9], doubled);
        assert_eq!(lengths[9..], [50_000; 2]);
    }
}
