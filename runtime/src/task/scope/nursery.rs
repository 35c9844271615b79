//! The children of a scope: where they live, and how each is polled and ended; it knows nothing of the scope's future.
//!
//! User code runs in a child's poll and in its destructor. In both the child has been taken out of its place, so that
//! nothing of the nursery is borrowed: it may spawn, abort and drop handles as it likes.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use slab::Slab;

use super::roll::{Roll, Ticket};
use super::turns::{Key, Name, Turns};
use crate::quietly::quietly;

/// A child, whatever its type: it may borrow whatever outlives the scope.
pub(super) type Boxed<'scope, E> = Pin<Box<dyn Future<Output = Result<(), E>> + 'scope>>;

/// Why a scope ends early.
pub(super) enum Failure<E> {
    Panic(Box<dyn Any + Send>),
    Error(E),
}

struct Resident<'scope, E> {
    number: u64,
    name: Arc<Name>,
    waker: Waker,
    ticket: Rc<Ticket>,
    future: Boxed<'scope, E>,
}

pub(super) struct Nursery<'scope, E> {
    /// `None` is the place of the child that is being polled.
    children: RefCell<Slab<Option<Resident<'scope, E>>>>,
    turns: Arc<Turns>,
    roll: Rc<Roll>,
    /// How many children there were.
    spawned: Cell<u64>,
    /// The scope has ended, or is being cancelled: who is spawned now is dropped unpolled.
    closed: Cell<bool>,
    failure: Cell<Option<Failure<E>>>,
}

impl<'scope, E> Nursery<'scope, E> {
    pub(super) fn new() -> Self {
        let turns = Turns::new();
        Nursery {
            children: RefCell::new(Slab::new()),
            roll: Roll::new(&turns),
            turns,
            spawned: Cell::new(0),
            closed: Cell::new(false),
            failure: Cell::new(None),
        }
    }

    pub(super) fn turns(&self) -> &Arc<Turns> {
        &self.turns
    }

    pub(super) fn roll(&self) -> &Roll {
        &self.roll
    }

    pub(super) fn is_empty(&self) -> bool {
        self.children.borrow().is_empty()
    }

    /// How many children have not ended.
    pub(super) fn len(&self) -> usize {
        self.children.borrow().len()
    }

    /// Takes a child in; its first turn is in the next round.
    pub(super) fn admit(&self, future: Boxed<'scope, E>, ticket: Rc<Ticket>) -> Arc<Name> {
        let number = self.spawned.get();
        self.spawned.set(number + 1);
        let mut children = self.children.borrow_mut();
        let vacant = children.vacant_entry();
        let place = vacant.key();
        let name = Name::new(Key { place, number }, &self.turns);
        let child = Resident {
            number,
            name: name.clone(),
            waker: Waker::from(name.clone()),
            ticket,
            future,
        };
        if self.closed.get() {
            drop(children);
            self.end(child);
            return name;
        }
        self.roll.enter(&child.ticket, number, &name);
        vacant.insert(Some(child));
        drop(children);
        name.wake_by_ref();
        name
    }

    /// Polls the child of this key once. One that has ended, and whose key stood in the queue, is not there.
    pub(super) fn poll_child(&self, key: Key) {
        let Some(mut child) = self.take(key) else {
            return;
        };
        child.name.lower();
        let mut cx = Context::from_waker(&child.waker);
        child.ticket.begin_poll();
        let polled = self.catch(|| child.future.as_mut().poll(&mut cx));
        child.ticket.end_poll();
        if let Some(Poll::Pending) = polled {
            self.children.borrow_mut()[key.place] = Some(child);
            return;
        }
        self.children.borrow_mut().remove(key.place);
        if let Some(Poll::Ready(Err(error))) = polled {
            self.fail(Failure::Error(error));
        }
        self.end(child);
    }

    fn take(&self, key: Key) -> Option<Resident<'scope, E>> {
        let mut children = self.children.borrow_mut();
        let place = children.get_mut(key.place)?;
        place.take_if(|child| child.number == key.number)
    }

    fn end(&self, child: Resident<'scope, E>) {
        child.name.retire();
        self.roll.leave(&child.ticket);
        self.catch(|| drop(child));
    }

    /// Calls user code. Its panic is the scope's failure, and then there is no value.
    pub(super) fn catch<R>(&self, call: impl FnOnce() -> R) -> Option<R> {
        let caught = catch_unwind(AssertUnwindSafe(call));
        caught
            .map_err(|payload| self.fail(Failure::Panic(payload)))
            .ok()
    }

    /// The first failure counts, but a panic is never lost behind an error.
    pub(super) fn fail(&self, failure: Failure<E>) {
        let (kept, refused) = match (self.failure.take(), failure) {
            (Some(error @ Failure::Error(_)), panic @ Failure::Panic(_)) => (panic, Some(error)),
            (Some(first), later) => (first, Some(later)),
            (None, only) => (only, None),
        };
        self.failure.set(Some(kept));
        quietly(|| drop(refused)); // Which is user code, and may come back here.
    }

    pub(super) fn has_failed(&self) -> bool {
        let failure = self.failure.take();
        let has_failed = failure.is_some();
        self.failure.set(failure);
        has_failed
    }

    pub(super) fn take_failure(&self) -> Option<Failure<E>> {
        self.failure.take()
    }

    /// Lets nobody in any more.
    pub(super) fn close(&self) {
        self.closed.set(true);
    }

    /// Drops every child in its place. A panic of one is kept for the end, and the others are dropped all the same.
    pub(super) fn cancel(&self) {
        self.close();
        let children = mem::take(&mut *self.children.borrow_mut());
        for (_, child) in children {
            if let Some(child) = child {
                self.end(child);
            }
        }
        self.turns.close();
    }
}
