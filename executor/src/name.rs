//! A task's name: what a `Waker` points at. Enough to find a task, nothing to touch it with.

use std::sync::Arc;
use std::task::Wake;

use crate::flag::{AwayFlag, HomeFlag};
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

    /// True while the name's key stands in either queue.
    ///
    /// Whoever wants to reuse the name has to know first that nobody else holds a share of it, with an acquire fence
    /// after that look: else another thread's last wake could still be on its way into `away`.
    pub(crate) fn is_queued(&self) -> bool {
        self.at_home.is_raised() || self.away.is_raised()
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
                home::push(self.key);
            }
        } else if self.away.raise() {
            self.mailbox.post(self.key);
        }
    }
}
