//! The way home for wakes from other threads: a lock-free inbox of keys, then unpark; it knows nothing of tasks.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::task::Waker;

use crossbeam_queue::SegQueue;

use crate::key::Key;

/// What the names of an executor share with it, and the only part of it that other threads ever touch.
///
/// It holds keys, never names: a name holds its mailbox, so names in here would be a cycle, and a wake after the
/// executor's end would leak it.
pub(crate) struct Mailbox {
    inbox: SegQueue<Key>,
    /// Set when the executor shuts down: later wakes have nobody to go to.
    closed: AtomicBool,
    /// Ends the wait of the thread that runs the executor. A sticky token: calling it early is never lost.
    unpark: Waker,
}

impl Mailbox {
    pub(crate) fn new(unpark: Waker) -> Self {
        Mailbox {
            inbox: SegQueue::new(),
            closed: AtomicBool::new(false),
            unpark,
        }
    }

    /// Which executor this is, as one word that a wake compares. The names keep the mailbox, so while anybody is
    /// left to compare it, no other mailbox has the same address.
    #[inline]
    pub(crate) fn id(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    /// Posts a key from any thread, then unparks. In this order: the loop drains the inbox after it gave up waiting.
    pub(crate) fn post(&self, key: Key) {
        if !self.closed.load(Acquire) {
            self.inbox.push(key);
            self.unpark.wake_by_ref();
        }
    }

    /// Unparks without a key: somebody on the home thread, but outside the loop, queued a task.
    pub(crate) fn unpark(&self) {
        self.unpark.wake_by_ref();
    }

    /// How many keys wait. Taking so many and no more keeps a busy sender from holding the loop.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        if self.inbox.is_empty() {
            0
        } else {
            self.inbox.len()
        }
    }

    pub(crate) fn take(&self) -> Option<Key> {
        self.inbox.pop()
    }

    /// Refuses further keys. One that is being posted at this moment stays in the queue and is freed with it.
    pub(crate) fn close(&self) {
        self.closed.store(true, Release);
        while self.inbox.pop().is_some() {}
    }
}
