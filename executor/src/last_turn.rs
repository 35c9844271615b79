//! When a name's key last left the queue, and which poll a wake from away led to; it knows nothing of tasks.
//!
//! Two numbers that stand in the name for want of room elsewhere, and apart from each other, so that both fit beside
//! its flags. They are touched on the home thread only: so plain loads and stores are enough, and nobody orders
//! anything by them. What they say of a poll holds for the tenant that had it: who reads them knows of a second poll.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicU16, AtomicU32};

/// After how many polls of the executor the key last left the queue.
#[derive(Debug, Default)]
pub(crate) struct LastTurn(AtomicU32);

impl LastTurn {
    /// The key leaves the queue, after so many polls of the executor.
    #[inline]
    pub(crate) fn has_come(&self, polls: u64) {
        self.0.store(polls as u32, Relaxed);
    }

    /// How many polls ago that was, when the executor has polled so often.
    pub(crate) fn ago(&self, polls: u64) -> u32 {
        (polls as u32).wrapping_sub(self.0.load(Relaxed))
    }
}

/// Which poll of its task the last wake from away led to. Modulo 2^16: once in so many polls it may be mistaken.
#[derive(Debug, Default)]
pub(crate) struct PollFromAway(AtomicU16);

impl PollFromAway {
    /// A wake from away queues the key of a task that was polled so often.
    pub(crate) fn comes_after(&self, polls_of_task: u32) {
        self.0
            .store((polls_of_task as u16).wrapping_add(1), Relaxed);
    }

    /// True if it led to the last poll of a task that was polled so often.
    pub(crate) fn was_the_last_of(&self, polls_of_task: u32) -> bool {
        self.0.load(Relaxed) == polls_of_task as u16
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_turn_is_told_with_its_distance() {
        let last = LastTurn::default();
        last.has_come(7);
        assert_eq!((last.ago(7), last.ago(9)), (0, 2));
        last.has_come(u64::from(u32::MAX));
        assert_eq!(last.ago(u64::from(u32::MAX)), 0);
        assert_eq!(last.ago((1 << 32) + 2), 3, "across the end of the numbers");
        last.has_come(1 << 33);
        assert_eq!(last.ago(1 << 33), 0);
    }

    #[test]
    fn a_wake_from_away_is_told_of_the_poll_that_it_led_to() {
        let from_away = PollFromAway::default();
        assert!(!from_away.was_the_last_of(2));
        from_away.comes_after(2);
        assert!(!from_away.was_the_last_of(2), "its turn has not come");
        assert!(from_away.was_the_last_of(3));
        assert!(!from_away.was_the_last_of(4));
    }
}
