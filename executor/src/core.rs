//! The executor: spawns tasks and polls the one whose turn it is; what to do when none is ready is the loop's affair.

mod census;
mod entered;
mod owner;
mod root;

use std::cell::{Cell, RefCell};
use std::fmt;
use std::future::Future;
use std::iter;
use std::panic::Location;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Waker;

pub use self::census::{Census, census};
pub use self::entered::{Entered, Step};
pub use self::owner::{Executor, Metrics};
pub use self::root::Root;
pub(crate) use self::root::RootState;
use crate::cell::{Header, Id, Run, TaskCell};
use crate::handle::JoinHandle;
use crate::home::{self, Ready, Turn};
use crate::key::Key;
use crate::mailbox::{Letter, Mailbox};
use crate::observe::{Event, Observers, Outcome};
use crate::pool::Pool;
use crate::record::WakerId;
use crate::remote::Remote;
use crate::slots::{Slots, Vacancy};

/// Keys taken from the deque between two looks at the inbox. Prime and smallish, as in tokio and Go: busy tasks must
/// not starve the wakes of other threads, and a look must not cost much of a step.
const STEPS_PER_DRAIN: u32 = 61;

/// What the executor, its handles and the thread's context share.
pub(crate) struct Core {
    slots: RefCell<Slots>,
    /// The home deque. While it is lent to the thread, this one is empty, but for the tasks that were spawned while
    /// another executor was entered within this one.
    ready: RefCell<Ready>,
    mailbox: Arc<Mailbox>,
    until_drain: Cell<u32>,
    /// Room for the next new task: the same again and again, while tasks end in their first poll.
    vacancy: Cell<Option<Vacancy>>,
    /// The task that has its first poll, which neither a queue nor a slot has.
    first_poll: Cell<Option<(Rc<dyn Run>, WakerId)>>,
    /// Tasks that have not ended.
    tasks: Cell<usize>,
    /// Set while an [`Entered`] lives, also while another executor is entered within this one.
    entered: Cell<bool>,
    closing: Cell<bool>,
    next_id: Cell<u64>,
    /// How many of the numbers went to blocking jobs.
    jobs: Cell<u64>,
    polls: Cell<u64>,
    observers: Observers,
    pool: Pool,
}

impl Core {
    #[track_caller]
    #[inline]
    pub(crate) fn spawn<F>(core: &Rc<Core>, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        Core::spawn_at(core, Location::caller(), future)
    }

    #[inline]
    pub(crate) fn spawn_at<F>(
        core: &Rc<Core>,
        location: &'static Location<'static>,
        future: F,
    ) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let id = core.new_id();
        if core.observers.are_present() {
            (core.observers).tell(Event::Spawned { task: id, location });
        }
        if core.closing.get() {
            return Core::refuse(core, Header::new(id, location), future);
        }
        core.tasks.set(core.tasks.get() + 1);
        let cell = Rc::new(TaskCell::new(Header::new(id, location), future));
        core.queue(Turn::New(cell.clone()));
        JoinHandle::new(cell)
    }

    /// A task that comes too late is cancelled before it has a slot.
    #[cold]
    fn refuse<F>(core: &Rc<Core>, header: Header, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let cell = Rc::new(TaskCell::new(header, future));
        core.tell_started(&*cell);
        let outcome = cell.cancel();
        core.tell_ended(&*cell, outcome);
        JoinHandle::new(cell)
    }

    /// The number of a blocking job, which is no task.
    pub(crate) fn new_job_id(&self) -> Id {
        self.jobs.set(self.jobs.get() + 1);
        self.new_id()
    }

    #[inline]
    fn new_id(&self) -> Id {
        let id = self.next_id.get();
        self.next_id.set(id + 1);
        Id(id)
    }

    /// Queues a turn that no wake asked for.
    #[inline]
    fn queue(&self, turn: Turn) {
        if home::is_at(self.mailbox.id()) {
            home::push(turn);
        } else {
            self.ready.borrow_mut().turns.push_back(turn);
            self.mailbox.unpark();
        }
    }

    /// Moves the turns that came from elsewhere to the home deque: from other threads, and from this one while
    /// another executor was entered within this one. And follows the recipes that other threads sent.
    fn gather(self: &Rc<Self>) {
        self.until_drain.set(STEPS_PER_DRAIN);
        self.ready.borrow_mut().turns.drain(..).for_each(home::push);
        let count = self.mailbox.len();
        for letter in iter::from_fn(|| self.mailbox.take()).take(count) {
            match letter {
                Letter::Wake(key) => self.slots.borrow().bring_home(key),
                Letter::Recipe(recipe) => recipe(self),
            }
        }
    }

    #[inline]
    fn next_turn(self: &Rc<Self>) -> Option<Turn> {
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

    /// Polls a new task. It gets a slot only if it has to wait.
    #[inline]
    fn poll_new(&self, task: Rc<dyn Run>) {
        let vacancy = self.vacancy.take();
        let vacancy = vacancy.unwrap_or_else(|| self.slots.borrow_mut().reserve(&self.mailbox));
        let mut outcome = Outcome::Pending;
        self.tell_started(&*task);
        if !self.closing.get() {
            let waker = WakerId::of(vacancy.waker());
            self.first_poll.set(Some((task.clone(), waker)));
            outcome = self.poll(&*task, Some(vacancy.waker()));
            self.first_poll.set(None);
        }
        if outcome == Outcome::Pending && self.closing.get() {
            outcome = task.cancel(); // The shutdown, perhaps in this poll, did not find it.
        }
        // Told when the task is where it belongs: an observer may abort it, or shut the executor down.
        let told = (self.observers.are_present()).then(|| (task.header().id, vacancy.key()));
        if outcome == Outcome::Pending {
            self.slots.borrow_mut().fill(vacancy, task);
        } else {
            self.tasks.set(self.tasks.get() - 1);
            self.keep(vacancy);
        }
        if let Some((task, key)) = told {
            self.tell_ended_at(task, key, outcome);
        }
    }

    /// Keeps the room that a task did not need.
    #[inline]
    fn keep(&self, vacancy: Vacancy) {
        let other = if vacancy.is_unused() {
            self.vacancy.replace(Some(vacancy))
        } else {
            Some(vacancy)
        };
        if let Some(other) = other {
            self.slots.borrow_mut().give_up(other);
        }
    }

    /// Polls a task that was woken.
    #[inline]
    fn poll_woken(&self, key: Key, task: &dyn Run) {
        self.tell_started(task);
        if self.observers.are_present() && !task.header().is_running() {
            return; // The observer has shut the executor down.
        }
        let outcome = self.poll(task, None);
        if self.observers.are_present() {
            self.tell_ended_at(task.header().id, key, outcome);
        }
        if outcome != Outcome::Pending {
            self.tasks.set(self.tasks.get() - 1);
            self.bury(key, task);
        }
    }

    /// Nothing is borrowed meanwhile: the task may spawn, abort, and shut the executor down.
    #[inline]
    fn poll(&self, task: &dyn Run, lent: Option<&Waker>) -> Outcome {
        self.polls.set(self.polls.get() + 1);
        task.run(lent)
    }

    /// Frees the slot of a task that has ended.
    #[inline]
    fn bury(&self, key: Key, task: &dyn Run) {
        let waker = task.give_waker();
        let share = self.slots.borrow_mut().vacate(key, waker);
        drop(share);
    }

    /// Cancels the tasks that were never polled, as far as they can be reached: those in a deque that an inner executor
    /// has displaced come later. Keys stay in the queue, because the root's may be among them.
    fn cancel_new(&self) {
        let mut turns = std::mem::take(&mut self.ready.borrow_mut().turns);
        let at_home = home::is_at(self.mailbox.id());
        if at_home {
            turns.extend(iter::from_fn(home::pop));
        }
        for turn in turns {
            match turn {
                Turn::New(task) => self.cancel_one(&*task),
                Turn::Woken(_) if at_home => home::push(turn),
                Turn::Woken(_) => {}
            }
        }
    }

    /// Cancels a task at the shutdown.
    fn cancel_one(&self, task: &dyn Run) {
        self.tasks.set(self.tasks.get() - 1);
        self.tell_started(task);
        let outcome = task.cancel();
        self.tell_ended(task, outcome);
    }

    #[inline]
    fn tell_started(&self, task: &dyn Run) {
        if self.observers.are_present() {
            self.observers.began(task.header());
        }
    }

    #[inline]
    fn tell_ended(&self, task: &dyn Run, outcome: Outcome) {
        if self.observers.are_present() {
            self.observers.ended(task.header().id, outcome);
        }
    }

    /// The same of a task that has a place; and whether it is lost there.
    #[cold]
    fn tell_ended_at(&self, task: Id, key: Key, outcome: Outcome) {
        self.observers.ended(task, outcome);
        if outcome == Outcome::Pending && self.slots.borrow().is_lost(key) {
            self.observers.tell(Event::Lost { task });
        }
    }

    fn ready_and_wakes(&self) -> (usize, u64) {
        let (mut turns, mut wakes) = (0, 0);
        if home::is_at(self.mailbox.id()) {
            (turns, wakes) = home::count();
        }
        let ready = self.ready.borrow();
        (turns + ready.turns.len(), wakes + ready.wakes)
    }

    pub(crate) fn remote(&self) -> Remote {
        Remote::new(self.mailbox.clone())
    }

    pub(crate) fn pool(&self) -> &Pool {
        &self.pool
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core")
            .field("tasks", &self.tasks.get())
            .field("closing", &self.closing.get())
            .finish_non_exhaustive()
    }
}
