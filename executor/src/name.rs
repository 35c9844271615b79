//! A task's name: what a `Waker` points at. Enough to find a task, nothing to touch it with.

use std::sync::Arc;
use std::task::Wake;

use crate::flag::{self, AwayFlag, HomeFlag};
use crate::home;
use crate::key::Key;
use crate::mailbox::Mailbox;

/// A name may be cloned, sent to other threads and kept for ever; the task stays where it is.
///
/// This is the boundary between what is `Send + Sync` and what is not. Nothing in here belongs to the task, so
/// nothing of the task is ever dropped on a foreign thread, and [`Wake`] makes the `Waker` without unsafe code.
pub(crate) struct Name {
    key: Key,
    pub(crate) at_home: HomeFlag,
    pub(crate) away: AwayFlag,
    mailbox: Arc<Mailbox>,
}

impl Name {
    pub(crate) fn new(key: Key, mailbox: Arc<Mailbox>) -> Self {
        Name {
            key,
            at_home: HomeFlag::new(),
            away: AwayFlag::new(),
            mailbox,
        }
    }

    /// True when the name may serve another task: its slot, and the slot's waker, hold the only shares of it, and its
    /// key stands in no queue.
    #[inline]
    pub(crate) fn may_be_reused(self: &Arc<Self>) -> bool {
        flag::is_at_rest(Arc::strong_count(self), 2, &self.at_home, &self.away)
    }
}

impl Wake for Name {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    /// The one place where a wake happens.
    #[inline]
    fn wake_by_ref(self: &Arc<Self>) {
        if home::is_at(self.mailbox.id()) {
            if self.at_home.raise() {
                home::push_woken(self.key);
            }
        } else if self.away.raise() {
            self.mailbox.post(self.key);
        }
    }
}
