//! A task's name: what a `Waker` points at. Enough to find a task, nothing to touch it with.

use std::sync::Arc;
use std::task::Wake;

use crate::flag::{self, AwayFlag, HomeFlag};
use crate::home;
use crate::key::Key;
use crate::last_turn::{LastTurn, PollFromAway};
use crate::mailbox::Mailbox;
use crate::record::{LastWake, WakerId};

/// A name may be cloned, sent to other threads and kept for ever; the task stays where it is.
///
/// This is the boundary between what is `Send + Sync` and what is not. Nothing in here belongs to the task, so
/// nothing of the task is ever dropped on a foreign thread, and [`Wake`] makes the `Waker` without unsafe code.
pub(crate) struct Name {
    key: Key,
    pub(crate) at_home: HomeFlag,
    pub(crate) away: AwayFlag,
    pub(crate) last_turn: LastTurn,
    pub(crate) poll_from_away: PollFromAway,
    mailbox: Arc<Mailbox>,
}

impl Name {
    pub(crate) fn new(key: Key, mailbox: Arc<Mailbox>) -> Self {
        Name {
            key,
            at_home: HomeFlag::new(),
            away: AwayFlag::new(),
            last_turn: LastTurn::default(),
            poll_from_away: PollFromAway::default(),
            mailbox,
        }
    }

    #[inline]
    fn wake_at_home(&self) {
        if self.at_home.raise() {
            home::push_woken(self.key);
        }
    }

    /// Which wakers are its own.
    pub(crate) fn id(self: &Arc<Self>) -> WakerId {
        WakerId::of_arc(self)
    }

    /// The wake that led to the last poll of a task that was polled so often, when the executor has polled so often.
    pub(crate) fn last_wake(&self, polls_of_task: u32, polls: u64) -> LastWake {
        LastWake {
            turns_ago: self.last_turn.ago(polls),
            from_away: self.poll_from_away.was_the_last_of(polls_of_task),
        }
    }

    /// How many shares of it there are beside those of its slot and of its slot's waker.
    pub(crate) fn shares_of_others(self: &Arc<Self>) -> usize {
        flag::count_shares(Arc::strong_count(self), 2)
    }

    /// True when its key stands in a queue, or is on its way there.
    pub(crate) fn is_queued(&self) -> bool {
        self.at_home.is_raised() || self.away.is_raised()
    }

    /// True when the name may serve another task: its slot, and the slot's waker, hold the only shares of it, and its
    /// key stands in no queue.
    #[inline]
    pub(crate) fn may_be_reused(self: &Arc<Self>) -> bool {
        flag::is_at_rest(Arc::strong_count(self), 2, &self.at_home, &self.away)
    }
}

impl Wake for Name {
    #[inline]
    fn wake(self: Arc<Self>) {
        if home::is_at(self.mailbox.id()) {
            self.wake_at_home();
        } else if self.away.raise() {
            self.mailbox.clone().post_last(self.key, self);
        }
    }

    /// The place where a wake happens; that of a share that is given up differs in its last step.
    #[inline]
    fn wake_by_ref(self: &Arc<Self>) {
        if home::is_at(self.mailbox.id()) {
            self.wake_at_home();
        } else if self.away.raise() {
            self.mailbox.post(self.key);
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use std::task::Waker;

    /// Every task that waits has one: what a dump wants to know stands where nothing stood.
    #[cfg(target_pointer_width = "64")]
    #[test]
    fn a_name_is_three_words() {
        assert_eq!(size_of::<Name>(), 24);
    }

    #[test]
    fn the_waker_of_a_name_has_its_identity() {
        let key = Key {
            slot: 0,
            generation: 0,
        };
        let mailbox = Arc::new(Mailbox::new(Waker::noop().clone()));
        let name = Arc::new(Name::new(key, mailbox));
        let waker = Waker::from(name.clone());
        assert_eq!(WakerId::of(&waker), name.id());
        assert_eq!(WakerId::of(&waker.clone()), name.id());
    }
}
