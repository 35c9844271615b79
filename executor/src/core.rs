//! The executor: spawns tasks and polls the one whose turn it is; what to do when none is ready is the loop's affair.

mod entered;

use std::cell::{Cell, RefCell};
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context as PollContext, Waker};

pub use self::entered::{Entered, Step};
use crate::blocking::Pool;
use crate::cell::{Header, Id, Run, TaskCell};
use crate::current::{self, Context};
use crate::handle::JoinHandle;
use crate::home::{self, Ready};
use crate::key::Key;
use crate::mailbox::{Letter, Mailbox};
use crate::observe::{Event, Observers, Outcome};
use crate::remote::Remote;
use crate::slots::Slots;

/// Keys taken from the deque between two looks at the inbox. Prime and smallish, as in tokio and Go: busy tasks must
/// not starve the wakes of other threads, and a look must not cost much of a step.
const STEPS_PER_DRAIN: u32 = 61;

/// A queue of tasks that run on one thread.
///
/// The executor never waits: [`Entered::step`] polls one task and says when there is none. Dropping the executor
/// cancels every task that is left, as [`shutdown`](Self::shutdown) does.
#[derive(Debug)]
pub struct Executor {
    core: Rc<Core>,
}

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

/// Counts since the executor began, except `tasks`, which is what there is now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metrics {
    /// Tasks that have not ended.
    pub tasks: usize,
    /// Tasks that were ever spawned.
    pub spawned: u64,
    /// Polls of tasks.
    pub polls: u64,
    /// Wakes that queued a task; a wake of a task that is queued already counts as none.
    pub wakes: u64,
}

impl Executor {
    /// Makes an executor. `unpark` is called when a task was queued while the loop may be waiting: from another
    /// thread, or from this one outside the loop. It must be sticky: called before the wait, it ends that wait at
    /// once.
    #[must_use]
    pub fn new(unpark: Waker) -> Self {
        Executor {
            core: Rc::new(Core {
                slots: RefCell::new(Slots::new()),
                ready: RefCell::new(Ready::new()),
                mailbox: Arc::new(Mailbox::new(unpark)),
                until_drain: Cell::new(STEPS_PER_DRAIN),
                entered: Cell::new(false),
                closing: Cell::new(false),
                next_id: Cell::new(1),
                spawned: Cell::new(0),
                polls: Cell::new(0),
                observers: Observers::default(),
                pool: Pool::default(),
            }),
        }
    }

    /// Spawns a task. It is polled for the first time in a later [`step`](Entered::step).
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        Core::spawn(self.core.clone(), future)
    }

    /// Makes this the executor that the free function [`spawn`](crate::spawn) finds, until the guard is dropped.
    pub fn context(&self) -> Context {
        current::set(self.core.clone())
    }

    /// Enters the executor on this thread: makes it current, and lends the thread its deque, so that wakes find
    /// themselves at home. Only then can it [`step`](Entered::step).
    ///
    /// # Panics
    /// If this executor is entered already.
    #[track_caller]
    pub fn enter(&self) -> Entered<'_> {
        let core = &self.core;
        assert!(
            !core.entered.replace(true),
            "this runtime is running already: its loop cannot be started from within one of its own tasks"
        );
        Entered {
            context: self.context(),
            before: Some(home::arrive(core.mailbox.id(), &core.ready)),
            core,
        }
    }

    /// Cancels every task: each future is dropped in place, in this executor's context, whoever holds its handle, and
    /// the handles give [`JoinError`](crate::JoinError)s. A panic in a destructor is caught. Tasks that are spawned
    /// from now on, by a destructor say, are dropped unpolled. Blocking jobs that have not started are dropped;
    /// running ones are left alone.
    ///
    /// Called from within a task, it cancels that one when its poll is over.
    pub fn shutdown(&self) {
        let core = &*self.core;
        let _context = self.context();
        core.closing.set(true);
        core.mailbox.close();
        let count = core.slots.borrow().len();
        for slot in 0..count {
            let taken = core.slots.borrow_mut().take(slot);
            if let Some((key, task, waker)) = taken {
                core.tell_started(&*task);
                let outcome = task.cancel();
                core.after_poll(key, task, waker, outcome);
            }
        }
        core.ready.borrow_mut().keys.clear();
        core.pool.close();
    }

    /// The way in from other threads.
    #[must_use]
    pub fn remote(&self) -> Remote {
        Remote::new(self.core.mailbox.clone())
    }

    /// True when a task is queued, at home or by another thread.
    #[must_use]
    pub fn has_ready(&self) -> bool {
        self.core.ready_and_wakes().0 > 0 || self.core.mailbox.len() > 0
    }

    /// What the executor has counted.
    #[must_use]
    pub fn metrics(&self) -> Metrics {
        let core = &*self.core;
        Metrics {
            tasks: core.slots.borrow().occupied(),
            spawned: core.spawned.get(),
            polls: core.polls.get(),
            wakes: core.ready_and_wakes().1,
        }
    }

    /// Tells `observer` of every event from now on, instead of whoever was told before. A panic of the observer is
    /// caught: it is no task's affair.
    pub fn observe(&self, observer: Rc<dyn Fn(Event)>) {
        self.core.observers.set(observer);
    }
}

impl Drop for Executor {
    fn drop(&mut self) {
        if !self.core.closing.get() {
            self.shutdown();
        }
    }
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
