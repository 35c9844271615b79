//! The executor: spawns tasks and polls the one whose turn it is; what to do when none is ready is the loop's affair.

mod entered;
mod owner;

use std::cell::{Cell, RefCell};
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context as PollContext, Waker};

pub use self::entered::{Entered, Step};
pub use self::owner::{Executor, Metrics};
use crate::blocking::Pool;
use crate::cell::{Header, Id, Run, TaskCell};
use crate::handle::JoinHandle;
use crate::home::{self, Ready};
use crate::key::Key;
use crate::mailbox::{Letter, Mailbox};
use crate::observe::{Event, Observers, Outcome};
use crate::slots::Slots;

/// Keys taken from the deque between two looks at the inbox. Prime and smallish, as in tokio and Go: busy tasks must
/// not starve the wakes of other threads, and a look must not cost much of a step.
const STEPS_PER_DRAIN: u32 = 61;

/// What the executor, its handles and the thread's context share.
pub(crate) struct Core {
    slots: RefCell<Slots>,
    /// The home deque. While it is lent to the thread, this one is empty, but for the keys of tasks that were spawned
    /// while another executor was entered within this one.
    ready: RefCell<Ready>,
    mailbox: Arc<Mailbox>,
    until_drain: Cell<u32>,
    /// Set while an [`Entered`] lives, also while another executor is entered within this one.
    entered: Cell<bool>,
    closing: Cell<bool>,
    next_id: Cell<u64>,
    spawned: Cell<u64>,
    polls: Cell<u64>,
    observers: Observers,
    pool: Pool,
}

impl Core {
    #[track_caller]
    #[inline]
    pub(crate) fn spawn<F>(core: Rc<Core>, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        Core::spawn_at(core, Location::caller(), future)
    }

    #[inline]
    pub(crate) fn spawn_at<F>(
        core: Rc<Core>,
        location: &'static Location<'static>,
        future: F,
    ) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let id = core.new_id();
        core.spawned.set(core.spawned.get() + 1);
        let cell = Rc::new(TaskCell::new(Header::new(id, location), future));
        core.observers
            .tell(|| Event::Spawned { task: id, location });
        if core.closing.get() {
            core.tell_started(&*cell);
            let outcome = cell.cancel();
            core.tell_ended(&*cell, outcome);
            return JoinHandle::new(cell, core, None);
        }
        let key = (core.slots.borrow_mut()).insert(cell.clone(), &core.mailbox);
        core.queue_new(key);
        JoinHandle::new(cell, core, Some(key))
    }

    #[inline]
    pub(crate) fn new_id(&self) -> Id {
        let id = self.next_id.get();
        self.next_id.set(id + 1);
        Id(id)
    }

    /// Queues a key that has just been given out: its flag is raised already.
    #[inline]
    fn queue_new(&self, key: Key) {
        if home::is_at(self.mailbox.id()) {
            home::push_new(key);
        } else {
            self.ready.borrow_mut().keys.push_back(key);
            self.mailbox.unpark();
        }
    }

    /// Asks a task to end: at its next turn its future is dropped in place instead of polled.
    pub(crate) fn abort(&self, header: &Header, key: Key) {
        if !header.is_running() || header.cancel_requested.replace(true) {
            return;
        }
        let name = self.slots.borrow().name(key);
        if let Some(name) = name {
            Waker::from(name).wake();
        }
    }

    /// Moves the keys that came from elsewhere to the home deque: from other threads, and from this one while
    /// another executor was entered within this one. And follows the recipes that other threads sent.
    fn gather(self: &Rc<Self>) {
        self.until_drain.set(STEPS_PER_DRAIN);
        self.ready
            .borrow_mut()
            .keys
            .drain(..)
            .for_each(home::push_new);
        let count = self.mailbox.len();
        for letter in std::iter::from_fn(|| self.mailbox.take()).take(count) {
            match letter {
                Letter::Wake(key) => self.slots.borrow().bring_home(key),
                Letter::Recipe(recipe) => recipe(self),
            }
        }
    }

    #[inline]
    fn next_key(self: &Rc<Self>) -> Option<Key> {
        let until_drain = self.until_drain.get() - 1;
        self.until_drain.set(until_drain);
        if until_drain == 0 {
            self.gather();
        }
        home::pop().or_else(|| {
            self.gather();
            home::pop()
        })
    }

    /// Polls a task. Task and waker are out of the slot meanwhile: nothing is borrowed while user code runs.
    #[inline]
    fn poll(&self, key: Key, task: Rc<dyn Run>, waker: Waker) {
        self.polls.set(self.polls.get() + 1);
        self.tell_started(&*task);
        let mut outcome = task.run(&mut PollContext::from_waker(&waker));
        if outcome == Outcome::Pending && self.closing.get() {
            outcome = task.cancel(); // It shut its own executor down, which could not cancel it in its poll.
        }
        self.after_poll(key, task, waker, outcome);
    }

    #[inline]
    fn after_poll(&self, key: Key, task: Rc<dyn Run>, waker: Waker, outcome: Outcome) {
        self.tell_ended(&*task, outcome);
        let mut slots = self.slots.borrow_mut();
        if outcome == Outcome::Pending {
            slots.put_back(key, task, waker);
        } else {
            slots.vacate(key, waker);
            drop(slots);
            drop(task);
        }
    }

    #[inline]
    fn tell_started(&self, task: &dyn Run) {
        self.observers.tell(|| Event::PollStarted {
            task: task.header().id,
        });
    }

    #[inline]
    fn tell_ended(&self, task: &dyn Run, outcome: Outcome) {
        self.observers.tell(|| Event::PollEnded {
            task: task.header().id,
            outcome,
        });
    }

    fn ready_and_wakes(&self) -> (usize, u64) {
        let (mut keys, mut wakes) = (0, 0);
        if home::is_at(self.mailbox.id()) {
            (keys, wakes) = home::count();
        }
        let ready = self.ready.borrow();
        (keys + ready.keys.len(), wakes + ready.wakes)
    }

    pub(crate) fn pool(&self) -> &Pool {
        &self.pool
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core")
            .field("tasks", &self.slots.borrow().occupied())
            .field("closing", &self.closing.get())
            .finish_non_exhaustive()
    }
}
