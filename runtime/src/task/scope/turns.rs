//! Whose turn it is in a scope: the children's names, which their wakers point at, and the queue of those who are due.
//!
//! It knows nothing of futures, and nothing in here belongs to a child or borrows: so a waker may outlive its scope,
//! and be called on any thread, also when the scope has been forgotten.

use std::collections::VecDeque;
use std::mem;
use std::sync::atomic::{AtomicBool, Ordering, fence};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Wake, Waker};

use executor::WakerId;

/// A child's place among the scope's children, and a number that no other child of the scope has, so that whoever moves
/// into the place is not taken for the one that is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) place: usize,
    pub(super) number: u64,
}

impl Key {
    /// The scope's body has no place: it is in the scope's future itself.
    pub(super) const BODY: Key = Key {
        place: usize::MAX,
        number: 0,
    };
}

/// Who is due, and whom to wake for it.
pub(super) struct Turns(Mutex<Inside>);

struct Inside {
    due: VecDeque<Key>,
    /// The waker of the scope's future, while that waits. Whoever is due first takes it, so that it is called once.
    parent: Option<Waker>,
    closed: bool,
}

impl Turns {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Turns(Mutex::new(Inside {
            due: VecDeque::new(),
            parent: None,
            closed: false,
        })))
    }

    /// No user code runs under the lock: wakers are cloned, called and dropped outside, because they may come back
    /// here.
    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(|e| e.into_inner())
    }

    fn push(&self, key: Key) {
        let mut inside = self.lock();
        if inside.closed {
            return;
        }
        inside.due.push_back(key);
        let parent = inside.parent.take();
        drop(inside);
        if let Some(parent) = parent {
            parent.wake();
        }
    }

    /// Begins a round: how many are due now, and the waker that was kept for the wait, which is over.
    pub(super) fn begin(&self) -> (usize, Option<Waker>) {
        let mut inside = self.lock();
        (inside.due.len(), inside.parent.take())
    }

    pub(super) fn next(&self) -> Option<Key> {
        self.lock().due.pop_front()
    }

    /// Ends a round. If somebody is due already, calls `parent`; else keeps it until somebody is.
    pub(super) fn wait(&self, parent: Waker) {
        let mut inside = self.lock();
        let before = if inside.due.is_empty() {
            inside.parent.replace(parent)
        } else {
            drop(inside);
            return parent.wake();
        };
        drop(inside);
        drop(before);
    }

    /// Which waker is kept for the next wake.
    pub(super) fn parent(&self) -> Option<WakerId> {
        self.lock().parent.as_ref().map(WakerId::of)
    }

    /// Ends the scope: nobody is due any more, and no share of the parent's waker is left with the children's.
    pub(super) fn close(&self) {
        let mut inside = self.lock();
        inside.closed = true;
        let before = (mem::take(&mut inside.due), inside.parent.take());
        drop(inside);
        drop(before);
    }
}

/// A child's name: what its waker points at.
pub(super) struct Name {
    key: Key,
    /// True while the key stands in the queue, and for ever when the child has ended.
    is_due: AtomicBool,
    turns: Arc<Turns>,
}

impl Name {
    pub(super) fn new(key: Key, turns: &Arc<Turns>) -> Arc<Self> {
        Arc::new(Name {
            key,
            is_due: AtomicBool::new(false),
            turns: turns.clone(),
        })
    }

    /// The child's turn has come: from now on a wake makes it due again. Acquire, and the wakes release, so that the
    /// poll sees whatever was done before any of them.
    pub(super) fn lower(&self) {
        self.is_due.swap(false, Ordering::Acquire);
    }

    /// The child has ended: wakes do nothing any more.
    pub(super) fn retire(&self) {
        self.is_due.store(true, Ordering::Relaxed);
    }
}

impl Name {
    /// Which wakers are made of it.
    pub(super) fn id(self: &Arc<Self>) -> WakerId {
        WakerId::of_arc(self)
    }

    /// True when its turn comes, or nobody's any more.
    pub(super) fn is_due(&self) -> bool {
        self.is_due.load(Ordering::Relaxed)
    }

    /// How many shares there are beside so many. Who dropped the others has done all that it did with them.
    pub(super) fn shares_beside(name: &Arc<Self>, own: usize) -> usize {
        let shares = Arc::strong_count(name);
        fence(Ordering::Acquire);
        shares.saturating_sub(own)
    }
}

impl Wake for Name {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.is_due.swap(true, Ordering::AcqRel) {
            self.turns.push(self.key);
        }
    }
}
