//! A source: what the system watches, what is believed of it, and who waits; what is to be done, it leaves to others.

use std::cell::Cell;
use std::task::Waker;

use crate::driver::{SourceKind, Trigger};
use crate::key::SourceKey;
use crate::readiness::{Direction, Interest, Readiness};
use crate::registration::Sharing;
use crate::waiters::Waiters;

/// One allocation holds the socket and all that is known of it. The user's [`Registration`](crate::Registration) has a
/// share and the reactor has one, so the descriptor stays open until the driver has been told.
///
/// It does not know its reactor: a driver that cannot get rid of a source keeps its share for good, and would keep the
/// reactor with it, which keeps the driver.
pub(crate) struct Source<T: ?Sized> {
    /// Given when the reactor takes the source in.
    pub(crate) key: Cell<SourceKey>,
    pub(crate) sharing: Cell<Sharing>,
    pub(crate) state: State,
    pub(crate) io: T,
}

/// What is believed of a source.
///
/// ```text
///                 a call would block; or a listener gave a connection;
///                 or a short read or write of a stream says it is drained or full
///       ready ────────────────────────────────────────────────────────────────▶ not ready
///         ▲                                                                         │
///         └───────────────── the driver reports it (waiters are woken) ◀────────────┘
/// ```
///
/// A source is ready to begin with: the first call is tried, which is what tells.
pub(crate) struct State {
    readiness: Cell<Readiness>,
    /// The directions that the driver watches just now.
    armed: Cell<Interest>,
    trigger: Cell<Trigger>,
    /// The driver would report a hang-up, an error and urgent data.
    hears_exceptions: Cell<bool>,
    kind: SourceKind,
    last_ticket: Cell<u32>,
    waiters: Waiters,
}

impl State {
    pub(crate) fn new(kind: SourceKind) -> Self {
        State {
            readiness: Cell::new(Readiness::READ | Readiness::WRITE),
            armed: Cell::new(Interest::NONE),
            trigger: Cell::new(Trigger::OneShot),
            hears_exceptions: Cell::new(false),
            kind,
            last_ticket: Cell::new(0),
            waiters: Waiters::default(),
        }
    }

    /// The driver says how it reports the source, what it watches from now on, and if exceptions, too.
    pub(crate) fn set_trigger(&self, trigger: Trigger, armed: Interest, hears_exceptions: bool) {
        self.trigger.set(trigger);
        self.armed.set(armed);
        self.hears_exceptions.set(hears_exceptions);
    }

    pub(crate) fn trigger(&self) -> Trigger {
        self.trigger.get()
    }

    pub(crate) fn kind(&self) -> SourceKind {
        self.kind
    }

    #[inline]
    pub(crate) fn is_ready(&self, direction: Direction) -> bool {
        self.readiness.get().contains(direction.into())
    }

    #[inline]
    pub(crate) fn clear(&self, direction: Direction) {
        self.readiness
            .set(self.readiness.get().without(direction.into()));
    }

    /// Assumes that a call would not block: trying it will tell.
    pub(crate) fn believe_ready(&self, direction: Direction) {
        self.readiness
            .set(self.readiness.get() | Readiness::from(direction));
    }

    /// True while a short transfer means that a stream is drained or full.
    ///
    /// Each of these makes a read short though more is there, and each was found by a reader that hung: bytes with
    /// the FIN behind them are one edge; a read stops at the urgent mark; a datagram is never short.
    #[inline]
    pub(crate) fn shortness_tells(&self) -> bool {
        let stream = matches!(self.kind, SourceKind::TcpStream | SourceKind::UnixStream);
        let exceptional = self.readiness.get().contains(Readiness::EXCEPTIONAL);
        stream && self.hears_exceptions.get() && !exceptional
    }

    /// True if the length of a transfer is enough to know that it was short. A read of a Unix stream also ends behind
    /// bytes that carried descriptors, which no event announces: there the flags of the call have to be asked.
    #[inline]
    pub(crate) fn length_tells(&self, direction: Direction) -> bool {
        self.kind != SourceKind::UnixStream || direction == Direction::Write
    }

    #[inline]
    pub(crate) fn waiters(&self) -> &Waiters {
        &self.waiters
    }

    pub(crate) fn new_ticket(&self) -> u32 {
        let ticket = self.last_ticket.get().wrapping_add(1).max(1);
        self.last_ticket.set(ticket);
        ticket
    }

    /// The directions that the driver watches.
    #[inline]
    pub(crate) fn armed(&self) -> Interest {
        self.armed.get()
    }

    /// The driver watches these now, and no other.
    #[inline]
    pub(crate) fn set_armed(&self, armed: Interest) {
        self.armed.set(armed);
    }

    /// Takes in a report and moves the wakers it concerns into `wakes`. Returns what to ask the driver for now, if
    /// that has changed.
    pub(crate) fn report(&self, report: Readiness, wakes: &mut Vec<Waker>) -> Option<Interest> {
        if report.contains(Readiness::UNWATCHED) {
            self.set_armed(Interest::NONE);
            self.take_waiters(wakes);
            return None;
        }
        self.readiness.set(self.readiness.get() | report);
        let heard = self.waiters.take_into(report, wakes);
        match self.trigger.get() {
            Trigger::Edge => None,
            // Nobody waits for it, and it would be reported in every wait. A hang-up is reported of a disarmed source,
            // too, once: to disarm it again would be to ask for the same report again.
            Trigger::Level => {
                let disarmed = heard || self.armed() == Interest::NONE;
                (!disarmed).then(|| self.rearm(Interest::NONE))
            }
            Trigger::OneShot => {
                let wanted = self.rearm(self.waiters.wanted());
                (wanted != Interest::NONE).then_some(wanted)
            }
        }
    }

    fn rearm(&self, wanted: Interest) -> Interest {
        self.armed.set(wanted);
        wanted
    }

    /// Moves every waker into `wakes`: the reactor closes, or the source cannot be watched any more.
    pub(crate) fn take_waiters(&self, wakes: &mut Vec<Waker>) {
        self.waiters
            .take_into(Readiness::READ | Readiness::WRITE, wakes);
    }
}
