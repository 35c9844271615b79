//! At the executor's end every future is cancelled in place, whoever holds its handle, and nothing is leaked.

mod drive;

use std::cell::{Cell, RefCell};
use std::future::{Future, pending};
use std::rc::{Rc, Weak};
use std::sync::mpsc;
use std::task::Poll;
use std::thread;

use drive::{OnDrop, drop_counter, executor, executor_with_bell, poll_once, run};
use executor::{Executor, JoinHandle};

#[test]
fn every_future_is_dropped_and_every_handle_says_so() {
    let executor = executor();
    let (drops, token) = drop_counter();
    let spawn = |token| {
        executor.spawn(async move {
            let _token = token;
            pending::<()>().await;
        })
    };
    let polled: Vec<_> = (0..10).map(|_| spawn(token())).collect();
    run(&executor);
    let unpolled: Vec<_> = (0..10).map(|_| spawn(token())).collect();
    drop(spawn(token()));
    assert_eq!(executor.metrics().tasks, 21);
    executor.shutdown();
    assert_eq!((drops.get(), executor.metrics().tasks), (21, 0));
    drop(executor);
    assert_eq!(drops.get(), 21);
    for mut handle in polled.into_iter().chain(unpolled) {
        let Poll::Ready(result) = poll_once(&mut handle) else {
            panic!("a cancelled task's handle is ready");
        };
        assert!(result.unwrap_err().is_cancelled());
    }
}

#[test]
fn futures_are_dropped_in_the_order_of_their_slots() {
    let executor = executor();
    let order = Rc::new(RefCell::new(Vec::new()));
    for number in 0..5 {
        let order = order.clone();
        let guard = OnDrop::new(move || order.borrow_mut().push(number));
        executor.spawn(async move {
            let _guard = guard;
            pending::<()>().await;
        });
    }
    drop(executor);
    assert_eq!(*order.borrow(), [0, 1, 2, 3, 4]);
}

#[test]
fn a_task_that_holds_its_own_handle_is_no_leak() {
    let (executor, bell) = executor_with_bell();
    let shelf: Rc<RefCell<Option<JoinHandle<()>>>> = Rc::default();
    let seen: Weak<_> = Rc::downgrade(&shelf);
    let handle = executor.spawn({
        let shelf = shelf.clone();
        async move {
            pending::<()>().await;
            drop(shelf);
        }
    });
    shelf.replace(Some(handle));
    drop(shelf);
    run(&executor);
    assert!(
        seen.upgrade().is_some(),
        "the task keeps its handle, and so itself"
    );
    drop(executor);
    assert!(seen.upgrade().is_none());
    assert_eq!(
        std::sync::Arc::strong_count(&bell),
        1,
        "nothing of the executor is left"
    );
}

#[test]
fn tasks_that_hold_each_others_handles_are_no_leak() {
    let (executor, bell) = executor_with_bell();
    let (drops, token) = drop_counter();
    let (to_first, to_second) = (Rc::new(Cell::new(None)), Rc::new(Cell::new(None)));
    let wait = |handle: &Rc<Cell<Option<JoinHandle<()>>>>, token| {
        let handle = handle.clone();
        async move {
            let _token = token;
            let _ = handle.take().expect("spawned").await;
        }
    };
    to_first.set(Some(executor.spawn(wait(&to_second, token()))));
    to_second.set(Some(executor.spawn(wait(&to_first, token()))));
    run(&executor);
    drop(executor);
    assert_eq!(drops.get(), 2);
    assert_eq!(std::sync::Arc::strong_count(&bell), 1);
}

/// A future that says when it is polled, and that its destructor ran.
fn watched(polled: Rc<Cell<bool>>, dropped: Rc<Cell<bool>>) -> impl Future<Output = ()> {
    let guard = OnDrop::new(move || dropped.set(true));
    async move {
        let _guard = guard;
        polled.set(true);
    }
}

#[test]
fn a_spawn_after_the_shutdown_is_dropped_unpolled() {
    let executor = executor();
    executor.shutdown();
    let (polled, dropped) = <(Rc<Cell<bool>>, Rc<Cell<bool>>)>::default();
    let mut handle = executor.spawn(watched(polled.clone(), dropped.clone()));
    assert!(handle.is_finished() && dropped.get());
    handle.abort();
    run(&executor);
    assert!(!polled.get());
    assert!(matches!(poll_once(&mut handle), Poll::Ready(Err(error)) if error.is_cancelled()));
}

#[test]
fn a_destructor_finds_itself_in_the_executors_context() {
    let (executor, other) = (executor(), executor());
    let (polled, dropped) = <(Rc<Cell<bool>>, Rc<Cell<bool>>)>::default();
    let future = watched(polled.clone(), dropped.clone());
    let guard = OnDrop::new(|| {
        let handle = executor::spawn(future);
        assert!(handle.is_finished(), "it was cancelled at once");
    });
    let handle = executor.spawn(async move {
        let _guard = guard;
        pending::<()>().await;
    });
    run(&executor);
    let _elsewhere = other.context();
    drop(executor);
    assert!(dropped.get() && !polled.get());
    assert_eq!(other.metrics().spawned, 0);
    let mut handle = handle;
    assert!(matches!(poll_once(&mut handle), Poll::Ready(Err(error)) if error.is_cancelled()));
}

#[test]
fn a_task_that_shuts_its_executor_down_is_cancelled_after_its_poll() {
    let executor = Rc::new(executor());
    let (drops, token) = drop_counter();
    let (one, another) = (token(), token());
    let own = executor.clone();
    executor.spawn(async move {
        let _token = one;
        own.shutdown();
        pending::<()>().await;
    });
    executor.spawn(async move {
        let _token = another;
        pending::<()>().await;
    });
    run(&executor);
    assert_eq!((drops.get(), executor.metrics().tasks), (2, 0));
    assert_eq!(Rc::strong_count(&executor), 1);
}

#[test]
fn a_destructor_that_panics_stops_nobody_elses() {
    let executor = executor();
    let (drops, token) = drop_counter();
    for index in 0..6 {
        let token = token();
        executor.spawn(async move {
            let _token = token;
            let _guard = OnDrop::new(|| {
                if index % 2 == 0 {
                    panic!("in the destructor of task {index}");
                }
            });
            pending::<()>().await;
        });
    }
    run(&executor);
    drop(executor);
    assert_eq!(drops.get(), 6);
}

#[test]
fn an_executor_in_a_thread_local_ends_with_its_thread() {
    thread_local! {
        static EXECUTOR: Executor = executor();
    }
    let (send, dropped) = mpsc::channel();
    thread::spawn(move || {
        let spawn = |executor: &Executor, name: &'static str| {
            let send = send.clone();
            executor.spawn(async move {
                let _guard = OnDrop::new(move || send.send(name).expect("somebody listens"));
                pending::<()>().await;
            })
        };
        EXECUTOR.with(|executor| {
            spawn(executor, "polled");
            run(executor);
            let waiting = spawn(executor, "awaited");
            executor.spawn(async move {
                let _ = waiting.await;
            });
            run(executor);
        });
    })
    .join()
    .unwrap();
    assert_eq!(dropped.iter().collect::<Vec<_>>(), ["polled", "awaited"]);
}
