//! A name serves the next task of its slot only when nobody else holds a share and its key stands in no queue.

mod drive;

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::rc::Rc;
use std::task::Poll;
use std::thread;

use drive::{Polled, executor, run};
use executor::Executor;

/// Runs a task to its end, calling `meanwhile` in its only poll; gives the address of its name.
fn name_of_a_task(
    executor: &Executor,
    meanwhile: impl FnOnce(&std::task::Waker) + 'static,
) -> usize {
    let name = Rc::new(Cell::new(0));
    let seen = name.clone();
    let mut meanwhile = Some(meanwhile);
    executor.spawn(poll_fn(move |cx| {
        seen.set(cx.waker().data().addr());
        meanwhile.take().expect("polled once")(cx.waker());
        Poll::Ready(())
    }));
    run(executor);
    name.get()
}

/// Takes memory of a name's size, so that a freed name's address is not given out again.
fn take_freed_memory() -> Vec<Vec<u8>> {
    let sizes = (16..=128).step_by(8);
    sizes
        .flat_map(|size| (0..16).map(move |_| Vec::with_capacity(size)))
        .collect()
}

#[test]
fn an_unshared_name_is_used_again() {
    let executor = executor();
    let first = name_of_a_task(&executor, |_| {});
    let taken = take_freed_memory();
    let second = name_of_a_task(&executor, |waker| drop(waker.clone()));
    let third = name_of_a_task(&executor, |waker| {
        let waker = waker.clone();
        thread::spawn(move || drop(waker)).join().unwrap();
    });
    drop(taken);
    assert_eq!([first, second], [second, third]);
}

#[test]
fn a_name_that_was_woken_and_polled_is_used_again() {
    let executor = executor();
    let first = name_of_a_task(&executor, |_| {});
    let taken = take_freed_memory();
    for round in 0..4 {
        // Woken at home or from another thread, but polled after it: no key is left in a queue.
        let mut woken = false;
        let handle = executor.spawn(poll_fn(move |cx| {
            if woken {
                return Poll::Ready(cx.waker().data().addr());
            }
            woken = true;
            if round % 2 == 0 {
                cx.waker().wake_by_ref();
            } else {
                let waker = cx.waker().clone();
                thread::spawn(move || waker.wake()).join().unwrap();
            }
            Poll::Pending
        }));
        run(&executor);
        let name = drive::block_on(&executor, handle).unwrap();
        assert_eq!(name, first, "round {round}");
    }
    drop(taken);
}

#[test]
fn a_roots_name_is_used_again() {
    let executor = executor();
    let entered = executor.enter();
    let name_of_a_root = || {
        let root = entered.root();
        assert_eq!(entered.step(), executor::Step::Root);
        root.waker().data().addr()
    };
    let first = name_of_a_root();
    let taken = take_freed_memory();
    assert_eq!(name_of_a_root(), first);
    drop(taken);
}

#[test]
fn a_shared_name_is_not_used_again() {
    let executor = executor();
    let seen = Polled::default();
    let task = executor.spawn(seen.keeping_waker());
    run(&executor);
    let old = seen.take_waker();
    task.abort();
    run(&executor);

    let next = Polled::default();
    executor.spawn(next.keeping_waker());
    run(&executor);
    let new = next.take_waker();
    assert!(!new.will_wake(&old));
    old.wake_by_ref();
    run(&executor);
    assert_eq!(next.polls(), 1, "the old name is not the new task's");
}

/// The slot's next task must be polled once for its spawn, and not for a wake that was meant for the task before.
fn assert_polled_once(executor: &Executor, after: impl Future<Output = ()> + 'static) {
    let entered = executor.enter();
    executor.spawn(after);
    assert_eq!(entered.step(), executor::Step::Ran);
    let next = Polled::default();
    executor.spawn(next.counting());
    while entered.step() != executor::Step::Idle {}
    assert_eq!(next.polls(), 1);
}

#[test]
fn a_name_whose_key_stands_in_the_deque_is_not_used_again() {
    assert_polled_once(
        &executor(),
        poll_fn(|cx| {
            cx.waker().wake_by_ref();
            Poll::Ready(())
        }),
    );
}

#[test]
fn a_name_whose_key_stands_in_the_inbox_is_not_used_again() {
    assert_polled_once(
        &executor(),
        poll_fn(|cx| {
            let waker = cx.waker().clone();
            thread::spawn(move || waker.wake()).join().unwrap();
            Poll::Ready(())
        }),
    );
}

#[test]
fn names_woken_and_dropped_at_the_end_by_another_thread() {
    // The last wake, the drop of the share and the end of the task come in any order, many times. What a wake is
    // about is a wake of the task it was made for: the next tenant counts its own wakes only.
    let executor = executor();
    let (send, wakers) = std::sync::mpsc::channel::<std::task::Waker>();
    let thread = thread::spawn(move || wakers.iter().for_each(std::task::Waker::wake));
    let polls = Rc::new(Cell::new(0_usize));
    for _ in 0..20_000 {
        let (send, polls) = (send.clone(), polls.clone());
        executor.spawn(poll_fn(move |cx| {
            polls.set(polls.get() + 1);
            send.send(cx.waker().clone()).unwrap();
            Poll::Ready(())
        }));
        run(&executor);
    }
    drop(send);
    thread.join().unwrap();
    run(&executor);
    assert_eq!(polls.get(), 20_000);
    assert_eq!((executor.metrics().tasks, executor.has_ready()), (0, false));
}
