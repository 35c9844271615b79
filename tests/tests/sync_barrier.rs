//! `Barrier`: so many go on together, again and again, and one that gives up does not count.

mod waiting;

use std::cell::Cell;
use std::rc::Rc;

use runtime::sync::Barrier;
use runtime::task::yield_now;
use runtime::{block_on, spawn};
use waiting::{at_once, waiting};

#[test]
fn rounds_of_tasks_with_one_leader_each() {
    const TASKS: usize = 5;
    block_on(async {
        let barrier = Rc::new(Barrier::new(TASKS));
        let (passed, led): (Rc<Cell<usize>>, Rc<Cell<usize>>) = Default::default();
        let tasks: Vec<_> = (0..TASKS)
            .map(|task| {
                let (barrier, passed, led) = (barrier.clone(), passed.clone(), led.clone());
                spawn(async move {
                    for round in 0..10 {
                        for _ in 0..(task * 7 + round * 3) % 5 {
                            yield_now().await;
                        }
                        assert_eq!(passed.get(), round * TASKS, "somebody went on alone");
                        let result = barrier.wait().await;
                        led.set(led.get() + usize::from(result.is_leader()));
                        passed.set(passed.get() + 1);
                        barrier.wait().await;
                        assert_eq!(passed.get(), (round + 1) * TASKS);
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(led.get(), 10);
    });
}

/// Before the first poll, while it waits, and when the others go on already.
#[test]
fn one_that_is_dropped_does_not_count() {
    let barrier = Barrier::new(3);
    drop(barrier.wait());
    let (mut first, gives_up) = (waiting(barrier.wait()), waiting(barrier.wait()));
    drop(gives_up);
    let called = waiting(barrier.wait());
    assert!(first.waits());
    assert!(at_once(barrier.wait()).is_leader());
    drop(called);
    assert!(!first.ready().is_leader());

    // The next round needs three again.
    let mut waiters = [waiting(barrier.wait()), waiting(barrier.wait())];
    assert!(at_once(barrier.wait()).is_leader());
    assert!(waiters.iter_mut().all(|waiter| !waiter.ready().is_leader()));
}

#[test]
fn one_and_none_hold_nobody_back() {
    for tasks in [0, 1] {
        let barrier = Barrier::new(tasks);
        assert!(at_once(barrier.wait()).is_leader());
        assert!(at_once(barrier.wait()).is_leader());
    }
}
