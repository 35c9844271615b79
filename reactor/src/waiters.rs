//! The wakers that wait for one direction of one source: any number, the first one in place.

use std::cell::Cell;
use std::mem;
use std::task::Waker;

/// One who waits. A ticket of 0 marks a `poll_…` call, which leaves nothing behind that could withdraw it; futures
/// of our own have a ticket and withdraw when they are dropped.
struct Waiter {
    waker: Waker,
    ticket: u32,
}

/// A connection nearly always has one reader and one writer, so one waiter needs no allocation.
#[derive(Default)]
enum List {
    #[default]
    Empty,
    One(Waiter),
    Many(Vec<Waiter>),
}

/// The list of waiters.
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
    pub(crate) fn keep(&self, waker: &Waker) {
        let list = self.list.take();
        let kept = list.find(|waiter| waiter.ticket == 0 && waiter.waker.will_wake(waker));
        self.list.set(list);
        if kept.is_none() {
            self.push(waker.clone(), 0);
        }
    }

    /// Keeps `waker` under the future's ticket, in place of the one it kept before. `fresh` gives the number for a
    /// future that has none or whose waiter was woken.
    pub(crate) fn keep_for(&self, ticket: &mut u32, fresh: impl FnOnce() -> u32, waker: &Waker) {
        if *ticket != 0 {
            let mut replaced = None;
            let mut list = self.list.take();
            let place = list.find(|waiter| waiter.ticket == *ticket);
            let stays = place.is_some_and(|at| list.as_slice()[at].waker.will_wake(waker));
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
        self.push(waker.clone(), *ticket);
    }

    /// The future with this ticket is dropped, or has what it wanted.
    pub(crate) fn withdraw(&self, ticket: u32) {
        let mut list = self.list.take();
        let place = list.find(|waiter| waiter.ticket == ticket);
        let withdrawn = place.and_then(|at| list.remove(at));
        self.list.set(list);
        drop(withdrawn);
    }

    /// Moves every waker into `wakes`; true if there was one.
    #[inline]
    pub(crate) fn take_into(&self, wakes: &mut Vec<Waker>) -> bool {
        match self.list.take() {
            List::Empty => return false,
            List::One(waiter) => wakes.push(waiter.waker),
            List::Many(mut waiters) => {
                let any = !waiters.is_empty();
                wakes.extend(waiters.drain(..).map(|waiter| waiter.waker));
                // The room is kept: a source that once had two waiters has them again.
                self.list.set(List::Many(waiters));
                return any;
            }
        }
        true
    }

    pub(crate) fn is_empty(&self) -> bool {
        let list = self.list.take();
        let empty = list.as_slice().is_empty();
        self.list.set(list);
        empty
    }

    #[inline]
    fn push(&self, waker: Waker, ticket: u32) {
        let waiter = Waiter { waker, ticket };
        self.list.set(match self.list.take() {
            List::Empty => List::One(waiter),
            List::One(first) => List::Many(vec![first, waiter]),
            List::Many(mut waiters) => {
                waiters.push(waiter);
                List::Many(waiters)
            }
        });
    }
}

impl List {
    fn as_slice(&self) -> &[Waiter] {
        match self {
            List::Empty => &[],
            List::One(waiter) => std::slice::from_ref(waiter),
            List::Many(waiters) => waiters,
        }
    }

    #[inline]
    fn find(&self, test: impl Fn(&Waiter) -> bool) -> Option<usize> {
        self.as_slice().iter().position(test)
    }

    fn remove(&mut self, at: usize) -> Option<Waiter> {
        match self {
            List::Many(waiters) => Some(waiters.remove(at)),
            _ => match mem::take(self) {
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

    struct Nobody;
    impl Wake for Nobody {
        fn wake(self: Arc<Self>) {}
    }

    fn waker() -> Waker {
        Waker::from(Arc::new(Nobody))
    }

    fn count(waiters: &Waiters) -> usize {
        let mut wakes = Vec::new();
        waiters.take_into(&mut wakes);
        wakes.len()
    }

    #[test]
    fn an_equal_waker_is_kept_once() {
        let (waiters, first, second) = (Waiters::default(), waker(), waker());
        waiters.keep(&first);
        waiters.keep(&first);
        assert_eq!(count(&waiters), 1);
        waiters.keep(&first);
        waiters.keep(&second);
        waiters.keep(&first);
        assert_eq!(count(&waiters), 2);
        assert!(waiters.is_empty());
    }

    #[test]
    fn two_futures_of_one_task_wait_separately() {
        let (waiters, waker) = (Waiters::default(), waker());
        let (mut one, mut two) = (0, 0);
        waiters.keep_for(&mut one, || 1, &waker);
        waiters.keep_for(&mut two, || 2, &waker);
        waiters.keep_for(&mut one, || 3, &waker);
        assert_eq!((one, two), (1, 2));
        waiters.withdraw(one);
        waiters.withdraw(one);
        assert_eq!(count(&waiters), 1, "the other one still waits");
    }

    #[test]
    fn a_future_that_moves_to_another_task_is_kept_once() {
        let (waiters, first, second) = (Waiters::default(), waker(), waker());
        let mut ticket = 0;
        waiters.keep_for(&mut ticket, || 1, &first);
        waiters.keep_for(&mut ticket, || 2, &second);
        let mut wakes = Vec::new();
        assert!(waiters.take_into(&mut wakes));
        assert!(wakes.len() == 1 && wakes[0].will_wake(&second));
    }

    #[test]
    fn a_future_that_was_woken_waits_again() {
        let (waiters, waker) = (Waiters::default(), waker());
        let mut ticket = 0;
        waiters.keep_for(&mut ticket, || 1, &waker);
        assert_eq!(count(&waiters), 1);
        waiters.keep_for(&mut ticket, || 2, &waker);
        assert_eq!((ticket, count(&waiters)), (2, 1));
    }
}
