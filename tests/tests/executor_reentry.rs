//! User code may come back into the executor from wherever it is called: from a poll, a destructor or a waker.

mod drive;

use std::cell::{Cell, RefCell};
use std::future::{Future, pending, poll_fn};
use std::panic::panic_any;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use drive::{OnDrop, drop_counter, executor, poll_once, run};
use executor::{Executor, JoinError, JoinHandle};

type Shelf<T> = Rc<RefCell<Option<JoinHandle<T>>>>;

/// Spawns a task that finds its own handle on the shelf.
fn spawn_with_shelf<T: 'static, F: Future<Output = T> + 'static>(
    executor: &Executor,
    make: impl FnOnce(Shelf<T>) -> F,
) -> Shelf<T> {
    let shelf = Shelf::default();
    let handle = executor.spawn(make(shelf.clone()));
    shelf.replace(Some(handle));
    shelf
}

fn result<T>(shelf: &Shelf<T>) -> Result<T, JoinError> {
    let mut handle = shelf.take().expect("the handle is on the shelf");
    match poll_once(&mut handle) {
        Poll::Ready(result) => result,
        Poll::Pending => panic!("the task has not ended"),
    }
}

#[test]
fn a_task_that_awaits_its_own_handle() {
    let executor = executor();
    let (drops, token) = drop_counter();
    let token = token();
    let shelf = spawn_with_shelf(&executor, |shelf| async move {
        let _token = token;
        let own = shelf.take().expect("spawned");
        let _ = own.await;
    });
    run(&executor);
    assert!(shelf.borrow().is_none());
    assert_eq!(
        (executor.metrics().tasks, drops.get()),
        (1, 0),
        "it waits for itself"
    );
    drop(executor);
    assert_eq!(drops.get(), 1);
}

#[test]
fn a_task_that_polls_its_own_handle_and_goes_on() {
    let executor = executor();
    let shelf = spawn_with_shelf(&executor, |shelf| {
        poll_fn(move |cx| {
            let mut shelf = shelf.borrow_mut();
            let own = shelf.as_mut().expect("spawned");
            assert!(!own.is_finished());
            assert!(Pin::new(own).poll(cx).is_pending());
            Poll::Ready(9)
        })
    });
    run(&executor);
    assert_eq!(result(&shelf).unwrap(), 9);
}

#[test]
fn a_task_that_aborts_itself_ends_with_the_poll_it_is_in() {
    let executor = executor();
    let went_on = Rc::new(Cell::new(false));
    let seen = went_on.clone();
    let shelf = spawn_with_shelf(&executor, |shelf| async move {
        shelf.borrow().as_ref().expect("spawned").abort();
        seen.set(true); // The poll goes on to its end,
        pending::<()>().await;
        unreachable!("and is the last");
    });
    run(&executor);
    assert_eq!(executor.metrics().polls, 1);
    assert!(went_on.get());
    assert!(result(&shelf).unwrap_err().is_cancelled());
}

#[test]
fn a_task_that_aborts_itself_and_ends_keeps_its_result() {
    let executor = executor();
    let shelf = spawn_with_shelf(&executor, |shelf| async move {
        shelf.borrow().as_ref().expect("spawned").abort();
        3
    });
    run(&executor);
    assert_eq!(result(&shelf).unwrap(), 3);
}

#[test]
fn a_task_that_drops_its_own_handle() {
    let executor = executor();
    let (drops, token) = drop_counter();
    let token = token();
    let shelf = spawn_with_shelf(&executor, |shelf| async move {
        drop(shelf.take());
        token
    });
    run(&executor);
    assert!(shelf.borrow().is_none());
    assert_eq!((drops.get(), executor.metrics().tasks), (1, 0));
}

type Destructor = fn(&Shelf<()>, &Waker);

/// What the destructor of a future may do, by one call each.
fn destructors() -> Vec<(&'static str, Destructor)> {
    vec![
        ("polls its own handle", |shelf, _| {
            if let Some(own) = shelf.borrow_mut().as_mut() {
                assert!(poll_once(own).is_pending());
            }
        }),
        ("asks its own handle", |shelf, _| {
            if let Some(own) = shelf.borrow().as_ref() {
                assert!(!own.is_finished());
                assert!(format!("{own:?}").contains("Running"));
            }
        }),
        ("aborts itself", |shelf, _| {
            if let Some(own) = shelf.borrow().as_ref() {
                own.abort();
            }
        }),
        ("drops its own handle", |shelf, _| drop(shelf.take())),
        ("wakes itself", |_, waker| waker.wake_by_ref()),
        ("spawns", |_, _| drop(executor::spawn(async {}))),
        ("panics", |_, _| panic!("a destructor")),
    ]
}

/// How the future comes to its destructor.
#[derive(Clone, Copy, Debug)]
enum End {
    Ready,
    Abort,
    Shutdown,
}

#[test]
fn a_destructor_of_the_future_may_do_anything() {
    for end in [End::Ready, End::Abort, End::Shutdown] {
        for (what, call) in destructors() {
            let executor = executor();
            let shelf = spawn_with_shelf(&executor, |shelf| {
                let seen = Rc::new(RefCell::new(None::<Waker>));
                let (kept, mine) = (seen.clone(), shelf.clone());
                let guard = OnDrop::new(move || {
                    let waker = kept.take().expect("polled");
                    call(&mine, &waker);
                });
                poll_fn(move |cx| {
                    let _ = &guard;
                    seen.replace(Some(cx.waker().clone()));
                    match end {
                        End::Ready => Poll::Ready(()),
                        End::Abort | End::Shutdown => Poll::Pending,
                    }
                })
            });
            run(&executor);
            match end {
                End::Ready => {}
                End::Abort => {
                    shelf.borrow().as_ref().expect("not yet run").abort();
                    run(&executor);
                }
                End::Shutdown => executor.shutdown(),
            }
            assert_eq!(executor.metrics().tasks, 0, "{what} at {end:?}");
            if what == "drops its own handle" {
                assert!(shelf.borrow().is_none());
            } else {
                let result = result(&shelf);
                match (what, end) {
                    ("panics", _) => assert!(result.unwrap_err().is_panic(), "at {end:?}"),
                    (_, End::Ready) => assert!(result.is_ok(), "{what}"),
                    _ => assert!(result.unwrap_err().is_cancelled(), "{what} at {end:?}"),
                }
            }
        }
    }
}

#[test]
fn a_panic_at_the_end_takes_the_value_with_it() {
    let executor = executor();
    let (drops, token) = drop_counter();
    let token = token();
    let mut value = Some(OnDrop::new(move || {
        drop(token);
        panic!("the value's destructor, too");
    }));
    let guard = OnDrop::new(|| panic!("the future's destructor"));
    let handle = executor.spawn(poll_fn(move |_| {
        let _ = &guard;
        Poll::Ready(value.take())
    }));
    run(&executor);
    assert_eq!(drops.get(), 1);
    let mut handle = handle;
    let Poll::Ready(Err(error)) = poll_once(&mut handle) else {
        panic!("the panic is the result");
    };
    assert!(
        error
            .to_string()
            .ends_with("panicked: the future's destructor")
    );
}

#[test]
fn a_result_that_panics_when_nobody_takes_it() {
    let executor = executor();
    drop(executor.spawn(async { OnDrop::new(|| panic!("nobody's value")) }));
    let after = executor.spawn(async { 1 });
    run(&executor);
    assert!(after.is_finished());
    assert_eq!(executor.metrics().tasks, 0);
}

#[test]
fn a_joiner_that_drops_the_handle_of_a_result_that_panics() {
    type Panics = OnDrop<fn()>;
    thread_local! {
        static SHELF: RefCell<Option<JoinHandle<Panics>>> = const { RefCell::new(None) };
    }
    let executor = executor();
    let mut handle = executor.spawn(async { Panics::new(|| panic!("nobody's value")) });
    let waker = Waker::from(Arc::new(Call(Box::new(|| drop(SHELF.take())))));
    assert!(
        Pin::new(&mut handle)
            .poll(&mut Context::from_waker(&waker))
            .is_pending()
    );
    SHELF.replace(Some(handle));
    run(&executor);
    assert_eq!(
        (SHELF.take().is_none(), executor.metrics().tasks),
        (true, 0)
    );
}

#[test]
fn a_payload_that_panics_when_nobody_takes_it() {
    let executor = executor();
    let payload = || OnDrop::new(|| panic!("a payload's destructor"));
    drop(executor.spawn(async move { panic_any(payload()) }));
    drop(executor.spawn(async move { OnDrop::new(move || panic_any(payload())) }));
    let after = executor.spawn(async { 1 });
    run(&executor);
    assert!(after.is_finished());
    assert_eq!(executor.metrics().tasks, 0);
}

struct Call(Box<dyn Fn() + Send + Sync>);

impl Wake for Call {
    fn wake(self: Arc<Self>) {
        (self.0)();
    }
}

#[test]
fn a_joiner_that_panics_or_comes_back_in() {
    thread_local! {
        static SHELF: RefCell<Option<JoinHandle<u8>>> = const { RefCell::new(None) };
        static TAKEN: Cell<Option<u8>> = const { Cell::new(None) };
    }
    let take = || {
        let mut handle = SHELF.take().expect("on the shelf");
        if let Poll::Ready(Ok(value)) = poll_once(&mut handle) {
            TAKEN.set(Some(value));
        }
        executor::spawn(async {});
    };
    let calls: [Box<dyn Fn() + Send + Sync>; 2] = [Box::new(|| panic!("a waker")), Box::new(take)];
    let executor = executor();
    for call in calls {
        let mut handle = executor.spawn(async { 8 });
        let waker = Waker::from(Arc::new(Call(call)));
        assert!(
            Pin::new(&mut handle)
                .poll(&mut Context::from_waker(&waker))
                .is_pending()
        );
        SHELF.replace(Some(handle));
        run(&executor);
        assert_eq!(executor.metrics().tasks, 0);
    }
    assert_eq!(TAKEN.get(), Some(8));
}
