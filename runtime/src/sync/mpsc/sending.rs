//! A share of the sending side, of either kind of channel; the last one that goes tells the receiver.

use std::ops::Deref;
use std::rc::{Rc, Weak};

use super::shared::Shared;

/// Counts as one sender for as long as it lives.
pub(super) struct Sending<T> {
    shared: Rc<Shared<T>>,
}

impl<T> Sending<T> {
    /// One sender more.
    pub(super) fn new(shared: Rc<Shared<T>>) -> Self {
        shared.senders.set(shared.senders.get() + 1);
        Sending { shared }
    }

    pub(super) fn is_of(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.shared, &other.shared)
    }

    pub(super) fn downgrade(&self) -> Weak<Shared<T>> {
        Rc::downgrade(&self.shared)
    }

    /// A new share, unless the last one has gone.
    pub(super) fn upgrade(weak: &Weak<Shared<T>>) -> Option<Self> {
        let shared = weak.upgrade()?;
        (shared.senders.get() > 0).then(|| Sending::new(shared))
    }
}

impl<T> Clone for Sending<T> {
    fn clone(&self) -> Self {
        Sending::new(self.shared.clone())
    }
}

impl<T> Deref for Sending<T> {
    type Target = Shared<T>;

    fn deref(&self) -> &Shared<T> {
        &self.shared
    }
}

impl<T> Drop for Sending<T> {
    fn drop(&mut self) {
        let left = self.shared.senders.get() - 1;
        self.shared.senders.set(left);
        if left == 0 {
            self.shared.receiver.wake();
        }
    }
}
