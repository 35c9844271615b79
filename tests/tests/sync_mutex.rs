//! `Mutex`: one at a time, first come, first served, whoever is dropped or panics.

mod waiting;

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;

use runtime::sync::{Mutex, OwnedMutexGuard};
use runtime::task::yield_now;
use runtime::{block_on, spawn};
use waiting::{Waiting, at_once, waiting};

#[test]
fn one_task_at_a_time_in_the_order_they_came() {
    block_on(async {
        let order = Rc::new(Mutex::new(Vec::new()));
        let inside = Rc::new(Cell::new(false));
        let tasks: Vec<_> = (0..20)
            .map(|task| {
                let (order, inside) = (order.clone(), inside.clone());
                spawn(async move {
                    let mut order = order.lock().await;
                    assert!(!inside.replace(true));
                    order.push(task);
                    for _ in 0..task % 3 {
                        yield_now().await;
                    }
                    inside.set(false);
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert!(order.lock().await.iter().copied().eq(0..20));
    });
}

#[test]
fn nobody_overtakes_one_whose_turn_it_is() {
    let mutex = Mutex::new(());
    let guard = mutex.try_lock().unwrap();
    let mut first = waiting(mutex.lock());
    drop(guard);
    assert!(mutex.try_lock().is_err(), "it belongs to the first one");
    let mut second = waiting(mutex.lock());
    drop(first.ready());
    assert!(mutex.try_lock().is_err());
    drop(second.ready());
    assert!(mutex.try_lock().is_ok());
}

/// Dropped before its first poll, while it waits, and when it was chosen and not polled since.
#[test]
fn one_that_is_dropped_passes_its_turn_on() {
    let mutex = Rc::new(Mutex::new(0));
    drop(mutex.lock());
    drop(mutex.clone().lock_owned());
    let guard = mutex.try_lock().unwrap();
    let (chosen, gives_up) = (waiting(mutex.lock()), waiting(mutex.clone().lock_owned()));
    let (chosen_too, mut last) = (waiting(mutex.clone().lock_owned()), waiting(mutex.lock()));
    drop(gives_up);
    drop(guard);
    assert!(last.waits());
    drop(chosen);
    assert!(last.waits());
    drop(chosen_too);
    drop(last.ready());
    assert!(mutex.try_lock().is_ok());

    let guard = mutex.try_lock().unwrap();
    let chosen = waiting(mutex.lock());
    drop(guard);
    drop(chosen);
    assert!(mutex.try_lock().is_ok(), "nobody is left who could have it");
}

#[test]
fn a_panic_does_not_poison_it() {
    let mutex = Rc::new(Mutex::new(1));
    for turn in 1..=2 {
        let mut next: Option<Waiting<'_, _>> = None;
        let panic = catch_unwind(AssertUnwindSafe(|| {
            let mut guard = mutex.try_lock().unwrap();
            next = Some(waiting(mutex.lock()));
            *guard += 1;
            resume_unwind(Box::new("the user's own"));
        }));
        assert_eq!(panic.unwrap_err().downcast_ref(), Some(&"the user's own"));
        assert_eq!(*next.unwrap().ready(), turn + 1);
    }
    let panic = catch_unwind(AssertUnwindSafe(|| {
        let mut guard = mutex.clone().try_lock_owned().unwrap();
        *guard += 1;
        resume_unwind(Box::new("the user's own"));
    }));
    assert!(panic.is_err());
    assert_eq!(*mutex.try_lock().unwrap(), 4, "as the panic left it");
}

#[test]
fn an_owned_guard_brings_the_value_back() {
    let mutex = Rc::new(Mutex::new(vec![1]));
    let mut guard: OwnedMutexGuard<_> = at_once(mutex.clone().lock_owned());
    guard.push(2);
    assert_eq!(format!("{mutex:?}"), "Mutex { value: <locked>, .. }");
    assert_eq!(format!("{guard:?}"), "[1, 2]");
    let mut next = waiting(mutex.lock());
    drop(guard);
    let mut guard = next.ready();
    guard.push(3);
    drop(guard);
    drop(next);
    assert_eq!(format!("{mutex:?}"), "Mutex { value: [1, 2, 3], .. }");
    let mutex = Rc::into_inner(mutex).unwrap();
    assert_eq!(mutex.into_inner(), [1, 2, 3]);
}

#[test]
fn a_guard_that_outlives_every_other_share() {
    let guard = Rc::new(Mutex::new("last")).try_lock_owned().unwrap();
    assert_eq!(*guard, "last");
}

/// Whoever is woken may go on at once, inside of the drop of the guard.
#[test]
fn the_value_is_there_when_the_next_one_is_woken() {
    use std::sync::Arc;
    use std::task::{Wake, Waker};

    thread_local!(static MUTEX: Rc<Mutex<i32>> = Rc::default());
    thread_local!(static NEXT: Cell<Option<Waiting<'static, i32>>> = const { Cell::new(None) });
    thread_local!(static SEEN: Cell<i32> = const { Cell::new(0) });

    struct GoesOnAtOnce;
    impl Wake for GoesOnAtOnce {
        fn wake(self: Arc<Self>) {
            SEEN.set(NEXT.take().unwrap().ready());
        }
    }

    let mutex = MUTEX.with(Rc::clone);
    for owned in [false, true] {
        let next = async || *MUTEX.with(Rc::clone).lock_owned().await;
        let waker = Waker::from(Arc::new(GoesOnAtOnce));
        let expected = if owned { 20 } else { 10 };
        let wait = || {
            let mut next = Waiting::new(next());
            assert!(next.poll_with(&waker).is_pending());
            NEXT.set(Some(next));
        };
        if owned {
            let mut guard = mutex.clone().try_lock_owned().unwrap();
            wait();
            *guard = expected;
        } else {
            let mut guard = mutex.try_lock().unwrap();
            wait();
            *guard = expected;
        }
        assert_eq!(SEEN.get(), expected);
    }
    assert!(mutex.try_lock().is_ok());
}

#[test]
fn a_guard_that_is_forgotten_keeps_the_lock() {
    let mut mutex = Mutex::new(1);
    std::mem::forget(mutex.try_lock().unwrap());
    assert!(mutex.try_lock().is_err());
    assert!(waiting(mutex.lock()).waits());
    assert_eq!(*mutex.get_mut(), 1);
    assert_eq!(mutex.into_inner(), 1);
}
