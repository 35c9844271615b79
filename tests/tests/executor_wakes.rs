//! A waker works from any thread at any time: none is lost, none queues twice, and none comes to the wrong task.

mod drive;

use std::cell::Cell;
use std::future::poll_fn;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Barrier, mpsc};
use std::task::{Poll, Waker};
use std::thread;

use drive::{Polled, executor, executor_with_bell, run, run_until};

fn on_a_thread(work: impl FnOnce() + Send + 'static) {
    thread::spawn(work).join().unwrap();
}

#[test]
fn woken_during_the_poll_by_another_thread() {
    let (executor, bell) = executor_with_bell();
    let polls = Rc::new(Cell::new(0));
    let counted = polls.clone();
    let handle = executor.spawn(poll_fn(move |cx| {
        counted.set(counted.get() + 1);
        if counted.get() == 3 {
            return Poll::Ready(());
        }
        let waker = cx.waker().clone();
        on_a_thread(move || waker.wake());
        Poll::Pending
    }));
    let before = bell.rings();
    run(&executor);
    assert!(handle.is_finished());
    assert_eq!(polls.get(), 3);
    assert_eq!(
        bell.rings() - before,
        2,
        "one for each wake from the thread"
    );
}

#[test]
fn woken_after_the_task() {
    let (executor, bell) = executor_with_bell();
    let seen = Polled::default();
    let handle = executor.spawn(seen.keeping_waker());
    run(&executor);
    handle.abort();
    run(&executor);
    assert!(handle.is_finished());

    let waker = seen.take_waker();
    let next = Polled::default();
    executor.spawn(next.keeping_waker());
    let before = bell.rings();
    on_a_thread(move || waker.wake());
    assert_eq!(bell.rings() - before, 1);
    run(&executor);
    assert_eq!(
        (seen.polls(), next.polls()),
        (1, 1),
        "the stale key found nobody"
    );

    // And the next tenant of the slot can still be woken, from there and from here.
    let waker = next.take_waker();
    on_a_thread(move || waker.wake());
    run(&executor);
    assert_eq!(next.polls(), 2);
    next.take_waker().wake();
    run(&executor);
    assert_eq!(next.polls(), 3);
}

#[test]
fn woken_after_the_executor_leaks_nothing() {
    let (executor, bell) = executor_with_bell();
    let seen = Polled::default();
    let handle = executor.spawn(seen.keeping_waker());
    run(&executor);
    drop(executor);
    assert!(handle.is_finished());
    drop(handle);

    let waker = seen.take_waker();
    assert_eq!(
        Arc::strong_count(&bell),
        2,
        "kept by the mailbox, which the waker keeps"
    );
    let before = bell.rings();
    waker.wake_by_ref();
    on_a_thread(move || waker.wake());
    assert_eq!(bell.rings(), before, "there is nobody to unpark");
    assert_eq!(Arc::strong_count(&bell), 1);
}

#[test]
fn woken_while_the_executor_ends_leaks_nothing() {
    for _ in 0..200 {
        let (executor, bell) = executor_with_bell();
        let seen = Polled::default();
        executor.spawn(seen.keeping_waker());
        run(&executor);
        let waker = seen.take_waker();
        let start = Arc::new(Barrier::new(2));
        let thread = thread::spawn({
            let start = start.clone();
            move || {
                start.wait();
                waker.wake();
            }
        });
        start.wait();
        drop(executor);
        thread.join().unwrap();
        assert_eq!(Arc::strong_count(&bell), 1);
    }
}

#[test]
fn woken_by_eight_threads_none_is_lost() {
    const THREADS: usize = 8;
    const ROUNDS: usize = 5_000;
    let executor = executor();
    let sum = Arc::new(AtomicUsize::new(0));
    let (wakers, received) = mpsc::channel::<Waker>();
    let handle = executor.spawn({
        let sum = sum.clone();
        let mut wakers = Some(wakers);
        poll_fn(move |cx| {
            if let Some(wakers) = wakers.take() {
                for _ in 0..THREADS {
                    wakers.send(cx.waker().clone()).unwrap();
                }
            }
            // Relaxed: it is the wake that has to show this thread what was written before it.
            if sum.load(Relaxed) == THREADS * ROUNDS {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
    });
    run(&executor);
    let threads: Vec<_> = received
        .iter()
        .map(|waker| {
            let sum = sum.clone();
            thread::spawn(move || {
                for _ in 0..ROUNDS {
                    sum.fetch_add(1, Relaxed);
                    waker.wake_by_ref();
                }
            })
        })
        .collect();
    assert_eq!(threads.len(), THREADS);
    run_until(&executor, || handle.is_finished());
    threads
        .into_iter()
        .for_each(|thread| thread.join().unwrap());
}

#[test]
fn a_storm_of_wakes_queues_once() {
    let (executor, bell) = executor_with_bell();
    let seen = Polled::default();
    executor.spawn(seen.keeping_waker());
    run(&executor);
    let waker = seen.take_waker();
    let (rings, wakes) = (bell.rings(), executor.metrics().wakes);
    let storm = {
        let waker = waker.clone();
        move || (0..1000).for_each(|_| waker.wake_by_ref())
    };

    let entered = executor.enter();
    storm(); // At home.
    while entered.step() != executor::Step::Idle {}
    drop(entered);
    assert_eq!((seen.polls(), executor.metrics().wakes - wakes), (2, 1));
    assert_eq!(bell.rings(), rings, "nobody has to be unparked at home");

    on_a_thread(storm.clone()); // From another thread.
    assert!(executor.has_ready());
    run(&executor);
    assert_eq!((seen.polls(), executor.metrics().wakes - wakes), (3, 2));
    assert_eq!(bell.rings() - rings, 1);

    let entered = executor.enter();
    on_a_thread(storm.clone()); // Both: each way queues once, so there are two polls at most.
    storm();
    while entered.step() != executor::Step::Idle {}
    assert!(matches!(seen.polls(), 4 | 5), "{}", seen.polls());
}

#[test]
fn a_stale_key_at_home_does_not_poll_the_next_tenant() {
    let executor = executor();
    executor.spawn(poll_fn(|cx| {
        cx.waker().wake_by_ref(); // The key stands in the deque when the task has ended.
        Poll::Ready(())
    }));
    let next = Polled::default();
    let entered = executor.enter();
    assert_eq!(entered.step(), executor::Step::Ran);
    executor.spawn(next.keeping_waker());
    while entered.step() != executor::Step::Idle {}
    assert_eq!(next.polls(), 1);
    next.take_waker().wake();
    while entered.step() != executor::Step::Idle {}
    assert_eq!(next.polls(), 2);
}
