//! What an observer is told of an executor; it knows nothing of who listens.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::panic::Location;
use std::rc::Rc;

use crate::cell::{Header, Id};
use crate::quietly::quietly;
use crate::watch::Watch;

/// Something happened to a task. An observer receives it at once, on the executor's thread.
///
/// ```
/// # use std::cell::RefCell;
/// # use std::rc::Rc;
/// # use std::task::Waker;
/// # use executor::{Event, Executor};
/// # let executor = Executor::new(Waker::noop().clone());
/// let lines = Rc::new(RefCell::new(Vec::new()));
/// let notes = lines.clone();
/// executor.observe(Rc::new(move |event| {
///     if let Event::Spawned { location, .. } = event {
///         notes.borrow_mut().push(location.line());
///     }
/// }));
/// executor.spawn(async {});
/// assert_eq!(*lines.borrow(), [line!() - 1]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A task was spawned, by the call at this place.
    Spawned {
        /// The new task.
        task: Id,
        /// Where `spawn` was called.
        location: &'static Location<'static>,
    },
    /// A poll of the task begins, or its cancellation.
    PollStarted {
        /// The task that is polled.
        task: Id,
    },
    /// It is over; unless the outcome is pending, so is the task.
    PollEnded {
        /// The task that was polled.
        task: Id,
        /// What came of it.
        outcome: Outcome,
    },
    /// That poll was pending, and nobody kept the task's waker: only an abort ends it.
    Lost {
        /// The task that waits for nothing.
        task: Id,
    },
}

/// What came of a poll.
///
/// ```
/// # use std::cell::RefCell;
/// # use std::rc::Rc;
/// # use std::task::Waker;
/// # use executor::{Event, Executor, Outcome};
/// # let executor = Executor::new(Waker::noop().clone());
/// # let outcomes = Rc::new(RefCell::new(Vec::new()));
/// # let notes = outcomes.clone();
/// executor.observe(Rc::new(move |event| {
///     if let Event::PollEnded { outcome, .. } = event {
///         notes.borrow_mut().push(outcome);
///     }
/// }));
/// executor.spawn(async {});
/// executor.enter().step();
/// assert_eq!(*outcomes.borrow(), [Outcome::Ready]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The task waits for a wake.
    Pending,
    /// The task gave its value.
    Ready,
    /// The task, or a destructor at its end, panicked.
    Panicked,
    /// The task was aborted, or its executor was shut down.
    Cancelled,
}

type Observer = Rc<dyn Fn(Event)>;

/// Who is told of events: nobody, most of the time, which costs one branch.
#[derive(Default)]
pub(crate) struct Observers {
    present: Cell<bool>,
    observer: RefCell<Option<Observer>>,
    watch: RefCell<Option<Rc<dyn Watch>>>,
}

impl Observers {
    pub(crate) fn set(&self, observer: Observer) {
        self.present.set(true);
        self.observer.replace(Some(observer));
    }

    pub(crate) fn set_watch(&self, watch: Rc<dyn Watch>) {
        self.present.set(true);
        self.watch.replace(Some(watch));
    }

    /// The one branch. Whoever sees it true makes the event and tells it.
    #[inline]
    pub(crate) fn are_present(&self) -> bool {
        self.present.get()
    }

    #[cold]
    pub(crate) fn tell(&self, event: Event) {
        // A share of its own, so that an observer that sets an observer meets no borrow.
        let observer = self.observer.borrow().clone();
        if let Some(observer) = observer {
            // In a panic's way stands the task that is being polled, which would never come back to its slot.
            quietly(|| observer(event));
        }
    }

    #[cold]
    pub(crate) fn began(&self, task: &Header) {
        self.tell(Event::PollStarted { task: task.id });
        self.tell_watch(|watch| watch.poll_began(Some(task.id), task.location));
    }

    #[cold]
    pub(crate) fn ended(&self, task: Id, outcome: Outcome) {
        self.tell_watch(|watch| watch.poll_ended(Some(task)));
        self.tell(Event::PollEnded { task, outcome });
    }

    #[cold]
    pub(crate) fn root_began(&self, location: &'static Location<'static>) {
        self.tell_watch(|watch| watch.poll_began(None, location));
    }

    #[cold]
    pub(crate) fn root_ended(&self) {
        self.tell_watch(|watch| watch.poll_ended(None));
    }

    fn tell_watch(&self, tell: impl FnOnce(&dyn Watch)) {
        let watch = self.watch.borrow().clone(); // As above.
        if let Some(watch) = watch {
            quietly(|| tell(&*watch));
        }
    }
}

impl fmt::Debug for Observers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observers")
            .field("present", &self.present.get())
            .finish()
    }
}
