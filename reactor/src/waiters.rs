//! The wakers that wait for one source, in either direction: any number, the first one in place.

use std::cell::Cell;
use std::collections::VecDeque;
use std::task::Waker;

use crate::readiness::{Direction, Interest, Readiness};

/// One who waits. A ticket of 0 marks a `poll_…` call, which leaves nothing behind that could withdraw it; futures
/// of our own have a ticket and withdraw when they are dropped.
struct Waiter {
    waker: Waker,
    ticket: u32,
    direction: Direction,
}

/// An idle connection has one waiter, nearly always, so one needs no allocation.
#[derive(Default)]
enum List {
    #[default]
    Empty,
    One(Waiter),
    #[allow(
        clippy::box_collection,
        reason = "every idle connection has room for the largest of the three"
    )]
    Many(Box<VecDeque<Waiter>>),
}

/// The list of waiters, in the order they came.
///
/// It stands in a `Cell` and is taken out while it changes. The wakers' own code (clone, drop) runs before or after
/// that, never in between.
#[derive(Default)]
pub(crate) struct Waiters {
    list: Cell<List>,
}

impl Waiters {
    /// Keeps `waker`, unless another `poll_…` call keeps an equal one.
    #[inline]
    pub(crate) fn keep(&self, direction: Direction, waker: &Waker) {
        let list = self.list.take();
        let kept = list.find(|waiter| {
            (waiter.ticket, waiter.direction) == (0, direction) && waiter.waker.will_wake(waker)
        });
        self.list.set(list);
        if kept.is_none() {
            self.push(waker.clone(), 0, direction);
        }
    }

    /// Keeps `waker` under the future's ticket, in place of the one it kept before. `fresh` gives the number for a
    /// future that has none or whose waiter was woken.
    pub(crate) fn keep_for(
        &self,
        direction: Direction,
        ticket: &mut u32,
        fresh: impl FnOnce() -> u32,
        waker: &Waker,
    ) {
        if *ticket != 0 {
            let mut replaced = None;
            let mut list = self.list.take();
            let place = list.find(|waiter| waiter.ticket == *ticket);
            let kept = place.and_then(|at| list.iter().nth(at));
            let stays = kept.is_some_and(|kept| kept.waker.will_wake(waker));
            if let (Some(at), false) = (place, stays) {
                replaced = list.remove(at);
            }
            self.list.set(list);
            drop(replaced);
            if stays {
                return;
            }
        }
        *ticket = fresh();
        self.push(waker.clone(), *ticket, direction);
    }

    /// The future with this ticket is dropped, or has what it wanted.
    pub(crate) fn withdraw(&self, ticket: u32) {
        let mut list = self.list.take();
        let place = list.find(|waiter| waiter.ticket == ticket);
        let withdrawn = place.and_then(|at| list.remove(at));
        self.list.set(list);
        drop(withdrawn);
    }

    /// Moves the wakers that `readiness` concerns into `wakes`; true if there was one.
    #[inline]
    pub(crate) fn take_into(&self, readiness: Readiness, wakes: &mut Vec<Waker>) -> bool {
        let before = wakes.len();
        match self.list.take() {
            List::Empty => {}
            List::One(waiter) if readiness.contains(waiter.direction.into()) => {
                wakes.push(waiter.waker);
            }
            List::One(other) => self.list.set(List::One(other)),
            List::Many(mut waiters) => {
                for _ in 0..waiters.len() {
                    match waiters.pop_front() {
                        Some(waiter) if readiness.contains(waiter.direction.into()) => {
                            wakes.push(waiter.waker);
                        }
                        other => waiters.extend(other),
                    }
                }
                // The room is kept: a source that once had two waiters has them again.
                self.list.set(List::Many(waiters));
            }
        }
        wakes.len() > before
    }

    /// The directions that somebody waits for.
    pub(crate) fn wanted(&self) -> Interest {
        let list = self.list.take();
        let mut wanted = Interest::NONE;
        for waiter in list.iter() {
            wanted = wanted.with(waiter.direction);
        }
        self.list.set(list);
        wanted
    }

    pub(crate) fn is_empty(&self) -> bool {
        let list = self.list.take();
        let is_empty = list.iter().next().is_none();
        self.list.set(list);
        is_empty
    }

    /// Tells who waits, and in which direction. Nobody may come or go meanwhile.
    pub(crate) fn each(&self, tell: &mut dyn FnMut(&Waker, Direction)) {
        let list = self.list.take();
        for waiter in list.iter() {
            tell(&waiter.waker, waiter.direction);
        }
        self.list.set(list);
    }

    #[inline]
    fn push(&self, waker: Waker, ticket: u32, direction: Direction) {
        let waiter = Waiter {
            waker,
            ticket,
            direction,
        };
        self.list.set(match self.list.take() {
            List::Empty => List::One(waiter),
            List::One(first) => List::Many(Box::new([first, waiter].into())),
            List::Many(mut waiters) => {
                waiters.push_back(waiter);
                List::Many(waiters)
            }
        });
    }
}

impl List {
    fn iter(&self) -> impl Iterator<Item = &Waiter> {
        let (one, many) = match self {
            List::Empty => (None, None),
            List::One(waiter) => (Some(waiter), None),
            List::Many(waiters) => (None, Some(waiters.iter())),
        };
        one.into_iter().chain(many.into_iter().flatten())
    }

    #[inline]
    fn find(&self, test: impl Fn(&Waiter) -> bool) -> Option<usize> {
        self.iter().position(test)
    }

    fn remove(&mut self, at: usize) -> Option<Waiter> {
        match self {
            List::Many(waiters) => waiters.remove(at),
            _ => match std::mem::take(self) {
                List::One(waiter) => Some(waiter),
                _ => None,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::task::Wake;

    use super::*;
    use Direction::{Read, Write};

    struct Nobody;
    impl Wake for Nobody {
        fn wake(self: Arc<Self>) {}
    }

    fn waker() -> Waker {
        Waker::from(Arc::new(Nobody))
    }

    fn count(waiters: &Waiters) -> usize {
        let mut wakes = Vec::new();
        waiters.take_into(Readiness::READ, &mut wakes);
        wakes.len()
    }

    #[test]
    fn an_equal_waker_is_kept_once() {
        let (waiters, first, second) = (Waiters::default(), waker(), waker());
        waiters.keep(Read, &first);
        waiters.keep(Read, &first);
        assert_eq!(count(&waiters), 1);
        waiters.keep(Read, &first);
        waiters.keep(Read, &second);
        waiters.keep(Read, &first);
        assert_eq!(count(&waiters), 2);
        assert_eq!(waiters.wanted(), Interest::NONE);
    }

    #[test]
    fn two_futures_of_one_task_wait_separately() {
        let (waiters, waker) = (Waiters::default(), waker());
        let (mut one, mut two) = (0, 0);
        waiters.keep_for(Read, &mut one, || 1, &waker);
        waiters.keep_for(Read, &mut two, || 2, &waker);
        waiters.keep_for(Read, &mut one, || 3, &waker);
        assert_eq!((one, two), (1, 2));
        waiters.withdraw(one);
        waiters.withdraw(one);
        assert_eq!(count(&waiters), 1, "the other one still waits");
    }

    #[test]
    fn a_future_that_moves_to_another_task_is_kept_once() {
        let (waiters, first, second) = (Waiters::default(), waker(), waker());
        let mut ticket = 0;
        waiters.keep_for(Read, &mut ticket, || 1, &first);
        waiters.keep_for(Read, &mut ticket, || 2, &second);
        let mut wakes = Vec::new();
        assert!(waiters.take_into(Readiness::READ, &mut wakes));
        assert!(wakes.len() == 1 && wakes[0].will_wake(&second));
    }

    #[test]
    fn a_future_that_was_woken_waits_again() {
        let (waiters, waker) = (Waiters::default(), waker());
        let mut ticket = 0;
        waiters.keep_for(Read, &mut ticket, || 1, &waker);
        assert_eq!(count(&waiters), 1);
        waiters.keep_for(Read, &mut ticket, || 2, &waker);
        assert_eq!((ticket, count(&waiters)), (2, 1));
    }

    #[test]
    fn a_report_takes_whom_it_concerns_and_keeps_the_others_in_order() {
        let (waiters, wakers) = (Waiters::default(), [waker(), waker(), waker(), waker()]);
        for (waker, direction) in wakers.iter().zip([Write, Read, Write, Read]) {
            waiters.keep(direction, waker);
        }
        assert_eq!(waiters.wanted(), Interest::BOTH);
        let mut wakes = Vec::new();
        assert!(waiters.take_into(Readiness::READ, &mut wakes));
        assert_eq!(waiters.wanted(), Interest::NONE.with(Write));
        assert!(!waiters.take_into(Readiness::READ, &mut wakes));
        assert!(waiters.take_into(Readiness::READ | Readiness::WRITE, &mut wakes));
        let expected = [1, 3, 0, 2].map(|at: usize| &wakers[at]);
        assert!(
            wakes
                .iter()
                .zip(expected)
                .all(|(woken, kept)| woken.will_wake(kept))
        );
        assert_eq!((wakes.len(), waiters.wanted()), (4, Interest::NONE));
    }

    #[test]
    fn one_waiter_of_the_other_direction_stays() {
        let (waiters, writer) = (Waiters::default(), waker());
        waiters.keep(Write, &writer);
        assert_eq!(count(&waiters), 0);
        assert_eq!(waiters.wanted(), Interest::NONE.with(Write));
    }

    #[test]
    fn an_idle_connection_has_room_for_one_waiter_and_no_more() {
        assert_eq!(size_of::<Waiters>(), size_of::<Waiter>());
    }
}
