//! `OnceCell`: one initialiser at a time, and the next one's turn if it does not come to its end.

mod waiting;

use std::cell::Cell;
use std::future::{pending, ready};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;

use runtime::sync::{OnceCell, SetError};
use runtime::task::yield_now;
use runtime::{block_on, spawn};
use waiting::{Waiting, at_once, waiting};

#[test]
fn one_initialiser_runs_and_all_have_its_value() {
    block_on(async {
        let (cell, runs) = (Rc::new(OnceCell::new()), Rc::new(Cell::new(0)));
        let tasks: Vec<_> = (0..10)
            .map(|task| {
                let (cell, runs) = (cell.clone(), runs.clone());
                spawn(async move {
                    let init = async || {
                        runs.set(runs.get() + 1);
                        yield_now().await;
                        task
                    };
                    *cell.get_or_init(init).await
                })
            })
            .collect();
        for task in tasks {
            assert_eq!(task.await.unwrap(), 0);
        }
        assert_eq!(runs.get(), 1);
    });
}

/// Before the first poll, in the initialiser, while it waits, and when it was chosen and not polled since.
#[test]
fn one_that_is_dropped_lets_the_next_one_run() {
    let cell = OnceCell::new();
    drop(cell.get_or_init(pending));
    let running = waiting(cell.get_or_init(pending));
    let (chosen, gives_up) = (
        waiting(cell.get_or_init(pending)),
        waiting(cell.get_or_init(pending)),
    );
    let mut last = waiting(cell.get_or_init(|| ready(4)));
    drop(gives_up);
    drop(running);
    assert!(last.waits());
    drop(chosen);
    assert_eq!(last.ready(), &4);

    let cell = OnceCell::new();
    drop(waiting(cell.get_or_init(pending)));
    assert_eq!(cell.set(1), Ok(()), "nobody is about to fill it");
}

/// The initialiser is dropped before the next one runs: they may both need what there is only once.
#[test]
fn the_initialiser_is_gone_before_the_next_one_runs() {
    struct Alone<'a>(&'a Cell<bool>);
    impl<'a> Alone<'a> {
        fn new(taken: &'a Cell<bool>) -> Self {
            assert!(!taken.replace(true), "two at once");
            Alone(taken)
        }
    }
    impl Drop for Alone<'_> {
        fn drop(&mut self) {
            self.0.set(false);
        }
    }
    let (cell, taken) = (OnceCell::<i32>::new(), Cell::new(false));
    let init = async || {
        let _alone = Alone::new(&taken);
        pending().await
    };
    let running = waiting(cell.get_or_init(init));
    let mut next = waiting(cell.get_or_init(init));
    drop(running);
    assert!(!taken.get());
    assert!(next.waits() && taken.get());
}

#[test]
fn a_failure_is_its_own_and_the_next_one_runs() {
    let cell = OnceCell::new();
    let mut fails = Waiting::new(cell.get_or_try_init(async || {
        once_pending().await;
        Err::<i32, _>("no")
    }));
    assert!(fails.waits());
    let mut next = waiting(cell.get_or_try_init(async || Ok::<_, &str>(2)));
    assert_eq!(fails.ready(), Err("no"));
    assert_eq!(next.ready(), Ok(&2));
}

#[test]
fn a_panic_lets_the_next_one_run() {
    let cell = OnceCell::new();
    let mut panics = Waiting::new(cell.get_or_init(async || {
        once_pending().await;
        resume_unwind(Box::new("the user's own"))
    }));
    assert!(panics.waits());
    let mut next = waiting(cell.get_or_init(async || 3));
    let panic = catch_unwind(AssertUnwindSafe(|| panics.waits()));
    assert_eq!(panic.unwrap_err().downcast_ref(), Some(&"the user's own"));
    assert_eq!(next.ready(), &3);
}

#[test]
fn everybody_who_waits_has_the_value_when_it_is_there() {
    let cell = OnceCell::new();
    let mut running = Waiting::new(cell.get_or_init(async || {
        once_pending().await;
        7
    }));
    assert!(running.waits());
    let mut waiters = [0, 1, 2].map(|_| waiting(cell.get_or_init(pending)));
    assert_eq!(cell.set(8), Err(SetError::InitializingError(8)));
    assert_eq!((cell.get(), cell.initialized()), (None, false));
    assert_eq!(running.ready(), &7);
    for waiter in &mut waiters {
        assert_eq!(waiter.ready(), &7);
    }
    assert_eq!(cell.set(8), Err(SetError::AlreadyInitializedError(8)));
    assert_eq!(at_once(cell.get_or_init(pending)), &7);
}

#[test]
fn a_value_that_is_taken_out_leaves_an_empty_cell() {
    let mut cell = OnceCell::new_with(Some(1));
    assert_eq!((cell.take(), cell.take()), (Some(1), None));
    assert_eq!(at_once(cell.get_or_init(async || 2)), &2);
    *cell.get_mut().unwrap() += 1;
    assert_eq!(cell.into_inner(), Some(3));
}

/// Waits for one poll, whoever polls.
async fn once_pending() {
    let mut polled = false;
    std::future::poll_fn(|_| match std::mem::replace(&mut polled, true) {
        true => std::task::Poll::Ready(()),
        false => std::task::Poll::Pending,
    })
    .await;
}
