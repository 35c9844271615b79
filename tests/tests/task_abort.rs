//! An abort handle ends a task and says whether it has ended, also without the join handle, and keeps no value.

mod drive;

use std::cell::RefCell;
use std::future::pending;
use std::rc::Rc;

use drive::{OnDrop, Polled, drop_counter, executor, run};
use executor::AbortHandle;

#[test]
fn it_aborts_a_task_whose_handle_is_gone() {
    let executor = executor();
    let (drops, token) = drop_counter();
    let token = token();
    let abort = executor
        .spawn(async move {
            let _token = token;
            pending::<()>().await;
        })
        .abort_handle();
    run(&executor);
    let other = abort.clone();
    drop(abort);
    assert_eq!((drops.get(), other.is_finished()), (0, false));
    other.abort();
    assert_eq!(drops.get(), 0, "its turn has not come");
    run(&executor);
    assert_eq!((drops.get(), other.is_finished()), (1, true));
    assert_eq!(executor.metrics().tasks, 0);
}

#[test]
fn it_aborts_a_task_that_somebody_awaits() {
    let executor = executor();
    let handle = executor.spawn(pending::<()>());
    let (abort, id) = (handle.abort_handle(), handle.id());
    assert_eq!(abort.id(), id);
    let joiner = executor.spawn(handle);
    run(&executor);
    assert!(!joiner.is_finished());
    abort.abort();
    let error = drive::block_on(&executor, joiner).unwrap().unwrap_err();
    assert!(error.is_cancelled());
    assert_eq!(error.id(), id);
}

#[test]
fn a_task_aborts_itself_when_its_poll_is_over() {
    let executor = executor();
    let itself: Rc<RefCell<Option<AbortHandle>>> = Rc::default();
    let shared = itself.clone();
    let (drops, token) = drop_counter();
    let token = token();
    let handle = executor.spawn(async move {
        let _token = token;
        shared.borrow().as_ref().unwrap().abort();
        assert!(!shared.borrow().as_ref().unwrap().is_finished());
        pending::<()>().await;
    });
    itself.replace(Some(handle.abort_handle()));
    run(&executor);
    assert!(itself.borrow().as_ref().unwrap().is_finished());
    assert_eq!(drops.get(), 1);
    let error = drive::block_on(&executor, handle).unwrap_err();
    assert!(error.is_cancelled());
}

/// What it keeps is the task's memory, and neither its future nor its value.
#[test]
fn it_keeps_no_value() {
    let executor = executor();
    let (drops, token) = drop_counter();
    let (captured, value) = (token(), token());
    let handle = executor.spawn(async move {
        let _captured = captured;
        value
    });
    let abort = handle.abort_handle();
    run(&executor);
    assert_eq!(drops.get(), 1, "what the future had");
    drop(handle);
    assert_eq!(drops.get(), 2, "the value that nobody takes");
    assert!(abort.is_finished());
}

#[test]
fn it_is_harmless_after_the_end() {
    let executor = executor();
    let ended = executor.spawn(async { 1 });
    let abort = ended.abort_handle();
    run(&executor);
    abort.abort();
    // The slot has a new tenant, with the same name: it is neither aborted nor woken.
    let tenant = Polled::default();
    let next = executor.spawn(tenant.counting());
    run(&executor);
    abort.abort();
    run(&executor);
    assert_eq!((tenant.polls(), next.is_finished()), (1, false));
    assert_eq!(drive::block_on(&executor, ended).unwrap(), 1);

    let left = next.abort_handle();
    drop(executor);
    assert!(left.is_finished());
    left.abort();
    abort.abort();
}

/// The destructor of the task's future is a part of its end, not what comes after.
#[test]
fn a_task_has_not_ended_while_its_destructor_runs() {
    let executor = executor();
    let itself: Rc<RefCell<Option<AbortHandle>>> = Rc::default();
    let (seen, shared) = (Rc::new(RefCell::new(Vec::new())), itself.clone());
    let notes = seen.clone();
    let on_drop = OnDrop::new(move || {
        let abort = shared.take().unwrap();
        notes.borrow_mut().push(abort.is_finished());
        abort.abort();
    });
    let handle = executor.spawn(async move {
        let _on_drop = on_drop;
        pending::<()>().await;
    });
    itself.replace(Some(handle.abort_handle()));
    run(&executor);
    handle.abort();
    run(&executor);
    assert_eq!(*seen.borrow(), [false]);
    assert!(handle.is_finished());
}
