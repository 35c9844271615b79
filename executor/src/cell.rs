//! The task's cell: one allocation that holds the future and then its result; it knows nothing of queues.
//!
//! The executor's slot sees it as `Rc<dyn Run>`, the handle as `Rc<dyn Joined<T>>`. Neither ever leaves the thread.
//!
//! ```text
//!              run: pending
//!               ┌──────┐
//!               │      ▼      run: ready, panicked or cancelled           handle: poll_join
//!    new ────▶ Running ───────▶ (the future is dropped in place) ───────▶ Ended ───────▶ Taken
//! ```
//!
//! User code runs in three places: in the poll, in the future's destructor, and in the wake of the joiner. While it
//! runs the phase is `Running` (or, for the wake, `Ended`), and whoever comes in through a handle looks at the
//! phase first. So the borrow of the stage that a poll needs is one that nobody else can meet.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::future::Future;
use std::mem;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use crate::abort::Abort;
use crate::error::JoinError;
use crate::observe::Outcome;
use crate::quietly::quietly;
use crate::record::{TaskRecord, TaskState, WakerId};

/// A number that tells a task from every other task of its executor, for logs and transcripts.
///
/// ```
/// # use std::{pin::Pin, task::{Context, Poll, Waker}};
/// # use executor::{Executor, Step};
/// # use ::executor as runtime;
/// # let executor = Executor::new(Waker::noop().clone());
/// # let mut shown = executor.spawn(async {
/// let (one, other) = (runtime::spawn(async {}), runtime::spawn(async {}));
/// assert_ne!(one.id(), other.id());
/// println!("spawned task {}", one.id());
/// # });
/// # let entered = executor.enter();
/// # while entered.step() != Step::Idle {}
/// # let mut cx = Context::from_waker(Waker::noop());
/// # assert!(matches!(Pin::new(&mut shown).poll(&mut cx), Poll::Ready(Ok(()))));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(pub(crate) u64);

impl Id {
    /// Of a task that another thread spawned, as its handle there names it: it has no number yet.
    pub(crate) const REMOTE: Id = Id(0);
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The task as the executor sees it: something to run.
pub(crate) trait Run {
    fn header(&self) -> &Header;
    /// Polls the future once, or cancels it if that was asked for. The first poll gets the `lent` waker, later ones the
    /// task's own.
    fn run(&self, lent: Option<&Waker>) -> Outcome;
    /// The task waits for something: from now on this is its waker.
    fn keep_waker(&self, waker: Waker);
    /// True while user code of the task runs: its poll, or its future's destructor.
    fn is_busy(&self) -> bool;
    /// What the task knows of itself.
    fn record(&self) -> TaskRecord;
    /// Drops the future in place and ends the task.
    fn cancel(&self) -> Outcome;
    /// Gives the waker back to the slot. The task has ended.
    fn give_waker(&self) -> Option<Waker>;
}

/// The task as its handle sees it: something that has, or will have, a result.
pub(crate) trait Joined<T>: Abort {
    fn poll_join(&self, cx: &mut Context<'_>) -> Poll<Result<T, JoinError>>;
    /// The handle is gone: the result has no reader and the joiner nothing to wait for.
    fn detach(&self);
    /// The share of an abort handle.
    fn share(self: Rc<Self>) -> Rc<dyn Abort>;
}

/// What there is to know of a task, whatever its future.
pub(crate) struct Header {
    pub(crate) id: Id,
    pub(crate) location: &'static Location<'static>,
    pub(crate) phase: Cell<Phase>,
    pub(crate) cancel_requested: Cell<bool>,
    /// Nobody will take the result: the handle was dropped.
    detached: Cell<bool>,
    /// How often it was polled. The four bytes are there anyway.
    pub(crate) polls: Cell<u32>,
    joiner: Cell<Option<Waker>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Running,
    Ended,
    Taken,
}

impl Header {
    pub(crate) fn new(id: Id, location: &'static Location<'static>) -> Self {
        Header {
            id,
            location,
            phase: Cell::new(Phase::Running),
            cancel_requested: Cell::new(false),
            detached: Cell::new(false),
            polls: Cell::new(0),
            joiner: Cell::new(None),
        }
    }

    pub(crate) fn is_running(&self) -> bool {
        self.phase.get() == Phase::Running
    }

    /// Which waker the end of the task wakes.
    pub(crate) fn joiner(&self) -> Option<WakerId> {
        let joiner = self.joiner.take();
        let id = joiner.as_ref().map(WakerId::of);
        self.joiner.set(joiner);
        id
    }

    /// What the task itself knows; it is waiting, as far as that goes.
    pub(crate) fn record(&self) -> TaskRecord {
        TaskRecord {
            task: Some(self.id),
            location: self.location,
            state: TaskState::Waiting,
            polls: self.polls.get(),
            last_wake: None,
            shares: 0,
            waker: None,
            joiner: self.joiner(),
        }
    }

    /// Keeps `waker` for the end of the task, without a clone where it is kept already.
    fn keep_joiner(&self, waker: &Waker) {
        let kept = self.joiner.take().filter(|kept| kept.will_wake(waker));
        self.joiner.set(Some(kept.unwrap_or_else(|| waker.clone())));
    }
}

pub(crate) struct TaskCell<F: Future> {
    header: Header,
    inside: RefCell<Inside<F>>,
}

/// What a poll borrows.
struct Inside<F: Future> {
    /// What the future is polled with. It is the slot's, made from the slot's name, and goes back when the task ends;
    /// `None` while the task has no slot.
    waker: Option<Waker>,
    stage: Stage<F>,
}

enum Stage<F: Future> {
    /// The future, pinned here: it is polled and dropped in this place and never moved.
    Future(F),
    /// What came of it, until it is taken. `None` while the task ends, too.
    Result(Option<Result<F::Output, JoinError>>),
}

impl<F: Future> TaskCell<F> {
    #[inline]
    pub(crate) fn new(header: Header, future: F) -> Self {
        TaskCell {
            header,
            inside: RefCell::new(Inside {
                waker: None,
                stage: Stage::Future(future),
            }),
        }
    }

    #[inline]
    fn poll_future(&self, lent: Option<&Waker>) -> Poll<F::Output> {
        let inside = &mut *self.inside.borrow_mut();
        let waker = lent.or(inside.waker.as_ref());
        let (Stage::Future(future), Some(waker)) = (&mut inside.stage, waker) else {
            unreachable!("a task that has ended left its slot");
        };
        // SAFETY: the future is pinned. It was moved into this cell before its first poll; the cell stands in an
        // `Rc` (`Core::spawn`) and no function moves a cell out of one. From here on the future is only ever dropped
        // in place, by the assignment in `drop_future` or with the cell: nothing moves a stage out of its cell.
        let future = unsafe { Pin::new_unchecked(future) };
        future.poll(&mut Context::from_waker(waker))
    }

    /// Drops the future in place. Its destructor may do what it likes: the phase still says `Running`.
    fn drop_future(&self) {
        self.inside.borrow_mut().stage = Stage::Result(None);
    }

    /// Takes the result, without a move of the whole stage, which is as large as the future was.
    fn take_result(&self) -> Result<F::Output, JoinError> {
        self.header.phase.set(Phase::Taken);
        let result = match &mut self.inside.borrow_mut().stage {
            Stage::Result(result) => result.take(),
            Stage::Future(_) => None,
        };
        result.expect("a task that has ended has a result")
    }

    /// Ends the task: drops the future, then shows the result, then wakes the joiner.
    fn end(&self, mut result: Result<F::Output, JoinError>, mut outcome: Outcome) -> Outcome {
        let header = &self.header;
        if mem::needs_drop::<F>() {
            if let Err(payload) = catch_unwind(AssertUnwindSafe(|| self.drop_future())) {
                let refused =
                    mem::replace(&mut result, Err(JoinError::panicked(header.id, payload)));
                quietly(|| drop(refused));
                outcome = Outcome::Panicked;
            }
        }
        if header.detached.get() {
            header.phase.set(Phase::Taken);
            quietly(|| drop(result));
            return outcome;
        }
        self.inside.borrow_mut().stage = Stage::Result(Some(result));
        header.phase.set(Phase::Ended);
        if let Some(joiner) = header.joiner.take() {
            quietly(|| joiner.wake());
        }
        outcome
    }
}

impl<F: Future> Run for TaskCell<F> {
    fn header(&self) -> &Header {
        &self.header
    }

    fn run(&self, lent: Option<&Waker>) -> Outcome {
        if self.header.cancel_requested.get() {
            return self.cancel();
        }
        let polls = &self.header.polls;
        polls.set(polls.get().wrapping_add(1));
        match catch_unwind(AssertUnwindSafe(|| self.poll_future(lent))) {
            Ok(Poll::Pending) if self.header.cancel_requested.get() => self.cancel(),
            Ok(Poll::Pending) => Outcome::Pending,
            Ok(Poll::Ready(value)) => self.end(Ok(value), Outcome::Ready),
            Err(payload) => {
                let error = JoinError::panicked(self.header.id, payload);
                self.end(Err(error), Outcome::Panicked)
            }
        }
    }

    fn keep_waker(&self, waker: Waker) {
        self.inside.borrow_mut().waker = Some(waker);
    }

    fn is_busy(&self) -> bool {
        self.inside.try_borrow_mut().is_err()
    }

    fn record(&self) -> TaskRecord {
        let record = self.header.record();
        let state = match self.is_busy() {
            true => TaskState::Running,
            false => record.state,
        };
        TaskRecord { state, ..record }
    }

    fn give_waker(&self) -> Option<Waker> {
        self.inside.borrow_mut().waker.take()
    }

    fn cancel(&self) -> Outcome {
        let error = JoinError::cancelled(self.header.id);
        self.end(Err(error), Outcome::Cancelled)
    }
}

impl<F: Future> Abort for TaskCell<F> {
    fn id(&self) -> Id {
        self.header.id
    }

    fn location(&self) -> &'static Location<'static> {
        self.header.location
    }

    fn phase(&self) -> Phase {
        self.header.phase.get()
    }

    fn abort(&self) {
        if !self.header.is_running() || self.header.cancel_requested.replace(true) {
            return;
        }
        // A task without a waker waits for its first turn. And nobody can borrow it while it is in its poll, which sees
        // the request when it is over.
        let waker = (self.inside.try_borrow().ok()).and_then(|inside| inside.waker.clone());
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<F: Future + 'static> Joined<F::Output> for TaskCell<F> {
    fn poll_join(&self, cx: &mut Context<'_>) -> Poll<Result<F::Output, JoinError>> {
        match self.header.phase.get() {
            Phase::Running => {
                self.header.keep_joiner(cx.waker());
                Poll::Pending
            }
            Phase::Ended => Poll::Ready(self.take_result()),
            Phase::Taken => panic!(
                "a `JoinHandle` was polled after it had given its result; the task was spawned at {}",
                self.header.location
            ),
        }
    }

    fn detach(&self) {
        if self.header.phase.get() == Phase::Taken {
            return;
        }
        self.header.detached.set(true);
        drop(self.header.joiner.take());
        // The executor may hold the cell for a while yet. A result that nobody takes is dropped here, and not in a
        // step, which has nobody to give its destructor's panic to.
        if self.header.phase.get() == Phase::Ended {
            drop(self.take_result());
        }
    }

    fn share(self: Rc<Self>) -> Rc<dyn Abort> {
        self
    }
}
