//! Executors on one thread, beside or within each other, and on many threads, never take each other's keys.

mod drive;

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::{Arc, Barrier};
use std::thread;

use drive::{Polled, block_on, executor, run};
use executor::{Executor, JoinHandle, Step, yield_now};

fn steps_until_idle(entered: &executor::Entered<'_>) -> usize {
    std::iter::from_fn(|| (entered.step() != Step::Idle).then_some(())).count()
}

#[test]
fn side_by_side_each_runs_its_own() {
    let (a, b) = (executor(), executor());
    let (in_a, in_b) = (Polled::default(), Polled::default());
    a.spawn(in_a.keeping_waker());
    b.spawn(in_b.keeping_waker());
    run(&a);
    assert_eq!((in_a.polls(), in_b.polls()), (1, 0));
    run(&b);
    assert_eq!((in_a.polls(), in_b.polls()), (1, 1));
    in_a.wake();
    in_b.wake();
    run(&b);
    assert_eq!((in_a.polls(), in_b.polls()), (1, 2));
    run(&a);
    assert_eq!((in_a.polls(), in_b.polls()), (2, 2));
}

#[test]
fn one_within_a_task_of_the_other() {
    let outer = executor();
    let beside = Polled::default();
    let watched = beside.clone();
    let result = block_on(&outer, async move {
        let handle = executor::spawn(watched.keeping_waker());
        yield_now().await;
        assert_eq!(watched.polls(), 1);
        let inner = executor();
        let sum = block_on(&inner, async {
            watched.wake(); // From within the inner executor, to the outer one.
            let one = executor::spawn(async {
                yield_now().await;
                1
            });
            one.await.unwrap() + 1
        });
        assert_eq!(
            watched.polls(),
            1,
            "the inner executor runs none of the outer's tasks"
        );
        for _ in 0..61 {
            yield_now().await; // As long as a look at the inbox may take.
        }
        assert_eq!(watched.polls(), 2, "the wake came home");
        assert!(!handle.is_finished());
        sum
    });
    assert_eq!(result, 2);
}

#[test]
fn a_task_awaits_a_handle_of_the_other() {
    let (a, b) = (executor(), executor());
    let first = a.spawn(async {
        yield_now().await;
        1
    });
    let second: JoinHandle<i32> = b.spawn(async { first.await.unwrap() + 1 });
    run(&b);
    run(&a);
    assert!(!second.is_finished() && b.has_ready());
    run(&b);
    assert!(second.is_finished());
}

#[test]
fn the_context_goes_back_to_the_outer() {
    let (a, b) = (executor(), executor());
    let count = |executor: &Executor| executor.metrics().spawned;
    assert!(!executor::has_current());
    let in_a = a.enter();
    executor::spawn(async {});
    {
        let in_b = b.enter();
        executor::spawn(async {});
        assert_eq!((count(&a), count(&b)), (1, 1));
        assert_eq!(steps_until_idle(&in_b), 1);
    }
    executor::spawn(async {});
    assert_eq!((count(&a), count(&b)), (2, 1));
    assert_eq!(steps_until_idle(&in_a), 2);
    drop(in_a);
    assert!(!executor::has_current());
}

#[test]
fn a_task_spawned_on_the_outer_from_within_the_inner_runs() {
    let (outer, inner) = (executor(), executor());
    let in_outer = outer.enter();
    let spawned = {
        let _in_inner = inner.enter();
        let _context = outer.context();
        executor::spawn(async { 1 })
    };
    assert!(outer.has_ready());
    assert_eq!(steps_until_idle(&in_outer), 1);
    assert!(spawned.is_finished());
}

fn words(panic: Box<dyn std::any::Any + Send>) -> String {
    match panic.downcast::<String>() {
        Ok(words) => *words,
        Err(panic) => panic.downcast::<&str>().expect("words").to_string(),
    }
}

#[test]
fn entered_twice_is_said_at_once() {
    enter_twice(false);
    enter_twice(true);
}

fn enter_twice(within_another: bool) {
    let executor = Rc::new(executor());
    let again = executor.clone();
    let mut handle = executor.spawn(async move {
        if within_another {
            let other = drive::executor();
            block_on(&other, async { drop(again.enter()) });
        } else {
            drop(again.enter());
        }
    });
    run(&executor);
    let std::task::Poll::Ready(result) = drive::poll_once(&mut handle) else {
        panic!("it has ended");
    };
    let words = words(result.unwrap_err().into_panic());
    assert!(words.contains("running already"), "{words}");
    run(&executor); // And it can be entered after that.
}

#[test]
fn outside_of_an_executor_is_said_at_once() {
    let spawn = catch_unwind(|| drop(executor::spawn(async {})));
    let unblock = catch_unwind(|| drop(executor::unblock(|| ())));
    for (name, panic) in [("spawn", spawn), ("unblock", unblock)] {
        let words = words(panic.unwrap_err());
        assert!(
            words.starts_with(&format!("`{name}` was called outside")),
            "{words}"
        );
    }
}

#[test]
fn a_panic_in_the_loop_leaves_the_executor() {
    let (outer, inner) = (executor(), executor());
    let entered = outer.enter();
    let panic = catch_unwind(AssertUnwindSafe(|| {
        block_on(&inner, async { panic!("in the root") });
    }));
    assert!(panic.is_err());
    executor::spawn(async {});
    assert_eq!(outer.metrics().spawned, 1);
    assert_eq!(steps_until_idle(&entered), 1);
    assert_eq!(block_on(&inner, async { 4 }), 4);
}

#[test]
fn one_on_each_of_many_threads() {
    const THREADS: usize = 8;
    let barrier = Arc::new(Barrier::new(THREADS));
    let (senders, receivers): (Vec<_>, Vec<_>) = (0..THREADS)
        .map(|_| async_channel::unbounded::<usize>())
        .unzip();
    let threads: Vec<_> = receivers
        .into_iter()
        .enumerate()
        .map(|(index, receiver)| {
            let (next, barrier) = (senders[(index + 1) % THREADS].clone(), barrier.clone());
            thread::spawn(move || {
                barrier.wait();
                let executor = executor();
                // A token goes round the ring: each hop is a wake from one executor's thread to the next.
                block_on(&executor, async move {
                    let sum = Rc::new(Cell::new(0));
                    let seen = sum.clone();
                    let hops = executor::spawn(async move {
                        if index == 0 {
                            next.send(0).await.unwrap();
                        }
                        while let Ok(hop) = receiver.recv().await {
                            seen.set(seen.get() + 1);
                            if hop < 4_000 {
                                next.send(hop + 1).await.unwrap();
                            }
                            if hop + THREADS > 4_000 {
                                break;
                            }
                        }
                    });
                    hops.await.unwrap();
                    sum.get()
                })
            })
        })
        .collect();
    drop(senders);
    let hops: usize = threads
        .into_iter()
        .map(|thread| thread.join().unwrap())
        .sum();
    assert_eq!(hops, 4_001);
}

#[test]
fn a_shutdown_within_another_executor_cancels_the_tasks_that_were_never_polled() {
    let outer = Rc::new(executor());
    let polled = Polled::default();
    let handle: Rc<Cell<Option<JoinHandle<()>>>> = Rc::default();
    outer.spawn({
        let (outer, polled, shelf) = (outer.clone(), polled.clone(), handle.clone());
        async move {
            shelf.set(Some(outer.spawn(polled.keeping_waker()))); // In the deque that is lent out,
            let inner = executor();
            let entered = inner.enter(); // which this one displaces.
            outer.shutdown();
            drop(entered);
        }
    });
    run(&outer);
    assert_eq!(polled.polls(), 0);
    assert_eq!(outer.metrics().tasks, 0);
    let handle = handle.take().expect("spawned");
    let error = block_on(&executor(), handle).unwrap_err();
    assert!(error.is_cancelled());
}

#[test]
fn a_task_that_is_left_in_the_deque_at_the_shutdown_is_cancelled_in_its_place() {
    let outer = Rc::new(executor());
    let handle: Rc<Cell<Option<JoinHandle<()>>>> = Rc::default();
    outer.spawn({
        let (outer, shelf) = (outer.clone(), handle.clone());
        async move {
            shelf.set(Some(outer.spawn(std::future::pending())));
            let inner = executor();
            let entered = inner.enter();
            outer.shutdown();
            drop(entered);
        }
    });
    let entered = outer.enter();
    assert_eq!(entered.step(), Step::Ran);
    drop(entered); // The one that was never polled is still there, and nobody steps again.
    assert_eq!(outer.metrics().tasks, 0);
    assert!(handle.take().expect("spawned").is_finished());
}
