//! What all senders and receivers have: the last values, each with the number of those who have not seen it.
//!
//! ```text
//!            first                    first + kept
//!    ╌╌╌╌╌╌╌╌┬──────┬──────┬──────┬──────┐
//!     gone   │ 1 of │ 2 of │ 2 of │ 3 of │    of 3 receivers so many have not seen it
//!    ╌╌╌╌╌╌╌╌┴──────┴──────┴──────┴──────┘
//!       ▲                  ▲             ▲
//!     lags by 2         the second    has seen all
//! ```
//!
//! Everybody sees them in their order. So the numbers never fall from left to right, and a value that all have seen is
//! the first one, and goes.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use super::error::{RecvError, SendError};
use crate::sync::waiters::Waiters;

pub(super) struct Shared<T> {
    line: RefCell<Line<T>>,
    capacity: usize,
    pub(super) senders: Cell<usize>,
    pub(super) receivers: Cell<usize>,
    /// The receivers that have seen all, and wait.
    arrived: Waiters,
    /// The senders that wait until there is no receiver.
    pub(super) closed: Waiters,
}

struct Line<T> {
    /// The place of the first one that is kept, counted from the channel's beginning.
    first: u64,
    kept: VecDeque<Kept<T>>,
}

/// Shared, so that a receiver clones the value, which is the user's code, when the line is not borrowed.
struct Kept<T> {
    value: Rc<T>,
    unseen_by: usize,
}

impl<T> Shared<T> {
    pub(super) fn new(capacity: usize) -> Self {
        Shared {
            line: RefCell::new(Line {
                first: 0,
                kept: VecDeque::new(),
            }),
            capacity,
            senders: Cell::new(0),
            receivers: Cell::new(0),
            arrived: Waiters::new(),
            closed: Waiters::new(),
        }
    }

    pub(super) fn arrived(&self) -> &Waiters {
        &self.arrived
    }

    /// The place after the last value.
    pub(super) fn end(&self) -> u64 {
        let line = self.line.borrow();
        line.first + line.kept.len() as u64
    }

    /// How many values are kept.
    pub(super) fn len(&self) -> usize {
        self.line.borrow().kept.len()
    }

    pub(super) fn send(&self, value: T) -> Result<usize, SendError<T>> {
        let receivers = self.receivers.get();
        if receivers == 0 {
            return Err(SendError(value));
        }
        let kept = Kept {
            value: Rc::new(value),
            unseen_by: receivers,
        };
        let pushed_out = self.line.borrow_mut().push(kept, self.capacity);
        self.arrived.call_all();
        drop(pushed_out);
        Ok(receivers)
    }

    /// The value at `place`, or how many are lost since then: the place moves on. `None` if nothing has come yet.
    pub(super) fn next(&self, place: &mut u64) -> Option<Result<Rc<T>, RecvError>> {
        let next = self.line.borrow_mut().next(place);
        match next {
            None if self.senders.get() == 0 => Some(Err(RecvError::Closed)),
            next => next,
        }
    }

    /// One receiver less, which would have seen what comes from `place` on.
    pub(super) fn receiver_gone(&self, place: u64) {
        let left = self.receivers.get() - 1;
        self.receivers.set(left);
        let seen = self.line.borrow_mut().skip_rest(place);
        if left == 0 {
            self.closed.call_all();
        }
        drop(seen);
    }

    /// One sender less.
    pub(super) fn sender_gone(&self) {
        let left = self.senders.get() - 1;
        self.senders.set(left);
        if left == 0 {
            self.arrived.call_all();
        }
    }
}

impl<T> Line<T> {
    /// Gives the oldest one when there is no room.
    fn push(&mut self, kept: Kept<T>, capacity: usize) -> Option<Kept<T>> {
        let full = self.kept.len() == capacity;
        let pushed_out = full.then(|| self.pop()).flatten();
        self.kept.push_back(kept);
        pushed_out
    }

    fn pop(&mut self) -> Option<Kept<T>> {
        self.first += 1;
        self.kept.pop_front()
    }

    fn next(&mut self, place: &mut u64) -> Option<Result<Rc<T>, RecvError>> {
        if *place < self.first {
            let lost = self.first - *place;
            *place = self.first;
            return Some(Err(RecvError::Lagged(lost)));
        }
        let kept = self.kept.get_mut((*place - self.first) as usize)?;
        *place += 1;
        kept.unseen_by -= 1;
        let value = match kept.unseen_by {
            0 => self.pop()?.value,
            _ => kept.value.clone(),
        };
        Some(Ok(value))
    }

    /// Gives those that nobody else wants to see.
    fn skip_rest(&mut self, place: u64) -> Vec<Kept<T>> {
        let at = place.saturating_sub(self.first) as usize;
        for kept in self.kept.iter_mut().skip(at) {
            kept.unseen_by -= 1;
        }
        let mut seen = Vec::new();
        while self.kept.front().is_some_and(|kept| kept.unseen_by == 0) {
            seen.extend(self.pop());
        }
        seen
    }
}
