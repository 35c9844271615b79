//! When a name's key last left the queue, and which poll a wake from away led to; it knows nothing of tasks.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicU16, AtomicU32};

use crate::record::LastWake;

/// Two numbers that stand in the name for want of room elsewhere. They are touched on the home thread only: so plain
/// loads and stores are enough, and nobody orders anything by them. What they say of a poll holds for the tenant that
/// had it: who reads them knows of a second poll.
#[derive(Debug, Default)]
pub(crate) struct LastTurn {
    /// How many polls of the executor there had been.
    came_after: AtomicU32,
    /// Which poll of its task the last wake from away led to. Modulo 2^16: once in so many polls it may be mistaken.
    poll_from_away: AtomicU16,
}

impl LastTurn {
    /// A wake from away queues the key of a task that was polled so often.
    pub(crate) fn comes_from_away(&self, polls_of_task: u32) {
        self.poll_from_away
            .store((polls_of_task as u16).wrapping_add(1), Relaxed);
    }

    /// The key leaves the queue, after so many polls of the executor.
    #[inline]
    pub(crate) fn has_come(&self, polls: u64) {
        self.came_after.store(polls as u32, Relaxed);
    }

    /// The wake that led to the last poll of a task that was polled so often, when the executor has polled so often.
    pub(crate) fn wake(&self, polls_of_task: u32, polls: u64) -> LastWake {
        LastWake {
            turns_ago: (polls as u32).wrapping_sub(self.came_after.load(Relaxed)),
            from_away: self.poll_from_away.load(Relaxed) == polls_of_task as u16,
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_turn_is_told_with_its_distance_and_where_its_wake_came_from() {
        let last = LastTurn::default();
        let told = |task, polls| {
            let wake = last.wake(task, polls);
            (wake.turns_ago, wake.from_away)
        };
        last.has_come(7);
        assert_eq!(told(2, 7), (0, false));
        assert_eq!(told(2, 9), (2, false));
        last.comes_from_away(2);
        assert_eq!(told(2, 9), (2, false), "its turn has not come");
        last.has_come(u64::from(u32::MAX));
        assert_eq!(told(3, u64::from(u32::MAX)), (0, true));
        assert_eq!(
            told(3, (1 << 32) + 2),
            (3, true),
            "across the end of the numbers"
        );
        last.has_come(1 << 33);
        assert_eq!(told(4, 1 << 33), (0, false));
    }
}
