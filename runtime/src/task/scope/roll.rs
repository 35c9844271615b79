//! Who lives in a scope, for whoever looks from outside: nothing in here belongs to a child or borrows, so a dump may
//! reach it; it has no part in how children run.

use std::cell::{Cell, OnceCell, RefCell};
use std::panic::Location;
use std::rc::Rc;
use std::sync::{Arc, Weak};
use std::task::Waker;

use executor::{TaskState, WakerId};
use slab::Slab;

use super::turns::{Name, Turns};
use crate::holders::{self, Held, HeldChild, HeldScope, Holder};

/// All who live in one scope.
pub(super) struct Roll {
    turns: Arc<Turns>,
    /// The waker that the scope was last polled with.
    owner: Cell<Option<WakerId>>,
    is_running: Cell<bool>,
    body: RefCell<Option<Rc<Ticket>>>,
    children: RefCell<Slab<Rc<Ticket>>>,
}

/// What is known of one child, or of the body. The child has a share, its handle has one, and the roll.
pub(super) struct Ticket {
    location: Option<&'static Location<'static>>,
    number: Cell<u64>,
    polls: Cell<u32>,
    is_running: Cell<bool>,
    has_handle: Cell<bool>,
    /// Its place in the roll.
    place: Cell<Option<usize>>,
    name: OnceCell<Weak<Name>>,
    joiner: Cell<Option<Waker>>,
}

/// The shares of its name that everybody has who lives here: one as a name and one as a waker.
const OWN_SHARES: usize = 2;

impl Ticket {
    pub(super) fn new(location: Option<&'static Location<'static>>) -> Rc<Self> {
        Rc::new(Ticket {
            location,
            number: Cell::new(0),
            polls: Cell::new(0),
            is_running: Cell::new(false),
            has_handle: Cell::new(false),
            place: Cell::new(None),
            name: OnceCell::new(),
            joiner: Cell::new(None),
        })
    }

    pub(super) fn location(&self) -> Option<&'static Location<'static>> {
        self.location
    }

    /// Whoever awaits the handle.
    pub(super) fn joiner(&self) -> &Cell<Option<Waker>> {
        &self.joiner
    }

    /// A handle comes or goes, which has a share of the name.
    pub(super) fn set_handled(&self, has_handle: bool) {
        self.has_handle.set(has_handle);
    }

    pub(super) fn begin_poll(&self) {
        self.polls.set(self.polls.get().wrapping_add(1));
        self.is_running.set(true);
    }

    pub(super) fn end_poll(&self) {
        self.is_running.set(false);
    }

    fn held(&self) -> Option<HeldChild> {
        let name = self.name.get()?.upgrade()?;
        let own = OWN_SHARES + 1 + usize::from(self.has_handle.get()); // One is ours, now.
        let shares = Name::shares_beside(&name, own);
        let state = match (self.is_running.get(), self.polls.get()) {
            (true, _) => TaskState::Running,
            (false, 0) => TaskState::New,
            _ if name.is_due() => TaskState::Ready,
            _ if shares == 0 => TaskState::Lost,
            _ => TaskState::Waiting,
        };
        let joiner = self.joiner.take();
        let joiner_id = joiner.as_ref().map(WakerId::of);
        self.joiner.set(joiner);
        Some(HeldChild {
            number: self.number.get(),
            location: self.location,
            state,
            polls: self.polls.get(),
            waker: name.id(),
            shares,
            joiner: joiner_id,
        })
    }
}

impl Roll {
    /// An empty one, which is looked at from now on.
    pub(super) fn new(turns: &Arc<Turns>) -> Rc<Self> {
        let roll = Rc::new(Roll {
            turns: turns.clone(),
            owner: Cell::new(None),
            is_running: Cell::new(false),
            body: RefCell::new(None),
            children: RefCell::new(Slab::new()),
        });
        let looked_at = Rc::downgrade(&roll);
        holders::enlist(looked_at);
        roll
    }

    pub(super) fn enter_body(&self, name: &Arc<Name>) -> Rc<Ticket> {
        let ticket = Ticket::new(None);
        let _ = ticket.name.set(Arc::downgrade(name));
        self.body.replace(Some(ticket.clone()));
        ticket
    }

    pub(super) fn leave_body(&self) {
        let ticket = self.body.replace(None);
        drop(ticket);
    }

    pub(super) fn enter(&self, ticket: &Rc<Ticket>, number: u64, name: &Arc<Name>) {
        ticket.number.set(number);
        let _ = ticket.name.set(Arc::downgrade(name));
        let place = self.children.borrow_mut().insert(ticket.clone());
        ticket.place.set(Some(place));
    }

    pub(super) fn leave(&self, ticket: &Ticket) {
        if let Some(place) = ticket.place.take() {
            let ticket = self.children.borrow_mut().remove(place);
            drop(ticket); // Now that nothing is borrowed: it may have a waker, which is anybody's code.
        }
    }

    /// The scope is being polled until what is returned is dropped.
    pub(super) fn begin_round(&self, waker: &Waker) -> impl Drop + '_ {
        self.owner.set(Some(WakerId::of(waker)));
        self.is_running.set(true);
        Round(self)
    }
}

struct Round<'a>(&'a Roll);

impl Drop for Round<'_> {
    fn drop(&mut self) {
        self.0.is_running.set(false);
    }
}

impl Holder for Roll {
    fn held(&self) -> Held {
        let body = self.body.borrow();
        let children = self.children.borrow();
        let mut children: Vec<_> = (children.iter())
            .filter_map(|(_, ticket)| ticket.held())
            .collect();
        children.sort_by_key(|child| child.number);
        Held::Scope(HeldScope {
            owner: self.owner.get(),
            parent: self.turns.parent(),
            is_running: self.is_running.get(),
            body: body.as_ref().and_then(|body| body.held()),
            children,
        })
    }
}
