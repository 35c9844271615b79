//! A gate that one at a time passes, until it may stand open for all; it knows nothing of what lies behind it.

use std::cell::Cell;

use super::turn::{Queue, Turn};
use super::waiters::{Call, Waiters};

/// One is inside, and the others wait in the order they came: a mutex without its value.
///
/// ```text
///         enter               finish
///  FREE ────────▶ HELD ──────────────────▶ DONE
///    ▲              │ ▲ │
///    └── release ───┘ └─┘ release, while somebody waits: it stays held, by the next one
/// ```
#[derive(Debug)]
pub(crate) struct Gate {
    waiters: Waiters,
    state: Cell<State>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Free,
    Held,
    Done,
}

/// Whoever is inside; leaves when it is dropped.
#[derive(Debug)]
pub(crate) struct Held<'a>(&'a Gate);

impl Gate {
    pub(crate) const fn new() -> Self {
        Gate {
            waiters: Waiters::new(),
            state: Cell::new(State::Free),
        }
    }

    /// A gate that nobody needs to wait at.
    pub(crate) const fn done() -> Self {
        Gate {
            waiters: Waiters::new(),
            state: Cell::new(State::Done),
        }
    }

    /// Waits for its turn to be inside; `None` if the gate stands open for all.
    pub(crate) async fn enter(&self) -> Option<Held<'_>> {
        match Turn::new(self, ()).await {
            Call::InTurn => Some(Held(self)),
            Call::WithAll => None,
        }
    }

    /// Enters if nobody is inside. While somebody waits somebody is, so nobody is overtaken.
    pub(crate) fn try_enter(&self) -> Option<Held<'_>> {
        match self.take(())? {
            Call::InTurn => Some(Held(self)),
            Call::WithAll => None,
        }
    }

    /// Whoever is inside leaves: the first of the waiters is inside from now on.
    pub(crate) fn release(&self) {
        if self.state.get() == State::Held && !self.waiters.call_first() {
            self.state.set(State::Free);
        }
    }
}

impl Held<'_> {
    /// Opens the gate for everybody who waits and will come.
    pub(crate) fn finish(self) {
        self.0.state.set(State::Done);
        self.0.waiters.call_all();
    }

    /// For a guard that borrows nothing: it has to call [`Gate::release`] itself.
    pub(crate) fn by_hand(self) {
        std::mem::forget(self);
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.release();
    }
}

impl Queue for Gate {
    type Want = ();

    fn waiters(&self) -> &Waiters {
        &self.waiters
    }

    fn take(&self, (): ()) -> Option<Call> {
        match self.state.get() {
            State::Free => {
                self.state.set(State::Held);
                Some(Call::InTurn)
            }
            State::Held => None,
            State::Done => Some(Call::WithAll),
        }
    }

    fn left(&self, (): (), unused: Option<Call>) {
        if unused == Some(Call::InTurn) {
            self.release();
        }
    }
}
