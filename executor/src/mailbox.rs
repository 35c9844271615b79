//! The way home from other threads: a lock-free inbox, then unpark; it knows nothing of tasks.

use std::panic::RefUnwindSafe;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::task::Waker;
use std::thread::{self, ThreadId};

use crossbeam_queue::SegQueue;

use crate::core::Core;
use crate::key::Key;
use crate::name::Name;
use crate::quietly::quietly;

/// What another thread sends.
pub(crate) enum Letter {
    /// The task with this key was woken.
    Wake(Key),
    /// Something to do at home: to make a future there, and spawn it.
    Recipe(Recipe),
}

pub(crate) type Recipe = Box<dyn FnOnce(&Rc<Core>) + Send>;

/// What the names of an executor share with it, and the only part of it that other threads ever touch.
///
/// It holds keys, never names: a name holds its mailbox, so names in here would be a cycle, and a wake after the
/// executor's end would leak it.
pub(crate) struct Mailbox {
    inbox: SegQueue<Letter>,
    /// Set when the executor shuts down: later wakes have nobody to go to.
    closed: AtomicBool,
    /// How many `Remote`s there are.
    remotes: AtomicUsize,
    /// Ends the wait of the thread that runs the executor. A sticky token: calling it early is never lost.
    unpark: Waker,
    /// Where the executor was made, which is where it runs: it is not `Send`.
    home: ThreadId,
}

/// Nobody's code runs while it changes, so a panic leaves it whole. (The boxes in the inbox say nothing of that.)
impl RefUnwindSafe for Mailbox {}

impl Mailbox {
    pub(crate) fn new(unpark: Waker) -> Self {
        Mailbox {
            inbox: SegQueue::new(),
            closed: AtomicBool::new(false),
            remotes: AtomicUsize::new(0),
            unpark,
            home: thread::current().id(),
        }
    }

    pub(crate) fn home(&self) -> ThreadId {
        self.home
    }

    /// Which executor this is, as one word that a wake compares. The names keep the mailbox, so while anybody is
    /// left to compare it, no other mailbox has the same address.
    #[inline]
    pub(crate) fn id(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    /// Posts a key from any thread, then unparks. In this order: the loop drains the inbox after it gave up waiting.
    pub(crate) fn post(&self, key: Key) {
        if !self.closed.load(SeqCst) {
            self.inbox.push(Letter::Wake(key));
            self.unpark.wake_by_ref();
        }
    }

    /// The same, for one who gives up his share of the name: before the loop is called, so that it does not count a
    /// share that is about to go, and then sleep.
    pub(crate) fn post_last(self: Arc<Self>, key: Key, name: Arc<Name>) {
        if !self.closed.load(SeqCst) {
            self.inbox.push(Letter::Wake(key));
            drop(name);
            self.unpark.wake_by_ref();
        }
    }

    /// Posts a recipe. One that nobody will read is dropped, here or by [`close`](Self::close): whichever of push and
    /// close comes second sees the other, and empties the inbox.
    pub(crate) fn post_recipe(&self, recipe: Recipe) {
        self.inbox.push(Letter::Recipe(recipe));
        if self.closed.load(SeqCst) {
            self.discard_all();
        } else {
            self.unpark.wake_by_ref();
        }
    }

    /// Counts one more who may post recipes.
    pub(crate) fn add_remote(&self) {
        self.remotes.fetch_add(1, Relaxed);
    }

    /// What was posted through it is in the inbox for whoever counts the remotes first and looks there then. The loop
    /// may have counted this one and gone to sleep: it is called to count again.
    pub(crate) fn remove_remote(&self) {
        if self.remotes.fetch_sub(1, Release) == 1 {
            self.unpark.wake_by_ref();
        }
    }

    /// How many there are who may post recipes.
    pub(crate) fn remotes(&self) -> usize {
        self.remotes.load(Acquire)
    }

    /// Unparks without a letter: somebody on the home thread, but outside the loop, queued a task; or somebody gave up
    /// a share of a name that the loop may have counted.
    pub(crate) fn unpark(&self) {
        self.unpark.wake_by_ref();
    }

    /// How many letters wait. Taking so many and no more keeps a busy sender from holding the loop.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        if self.inbox.is_empty() {
            0
        } else {
            self.inbox.len()
        }
    }

    pub(crate) fn take(&self) -> Option<Letter> {
        self.inbox.pop()
    }

    /// Refuses further letters. A key that is being posted at this moment stays in the queue and is freed with it.
    pub(crate) fn close(&self) {
        self.closed.store(true, SeqCst);
        self.discard_all();
    }

    /// What a recipe captured is dropped with it, and that is user code.
    fn discard_all(&self) {
        while let Some(letter) = self.inbox.pop() {
            quietly(|| drop(letter));
        }
    }
}
