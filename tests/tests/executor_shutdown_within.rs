//! A shutdown or an abort that comes from within: from destructors, joiners' wakers and observers of the same executor.

mod drive;

use std::cell::{Cell, RefCell};
use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use drive::{OnDrop, Polled, executor, poll_once, run};
use executor::{Event, Executor, JoinHandle, Outcome, Step, yield_now};

thread_local! {
    /// A waker is `Send`, and so cannot hold an executor.
    static EXECUTOR: RefCell<Option<Rc<Executor>>> = const { RefCell::new(None) };
}

struct ShutDown;

impl Wake for ShutDown {
    fn wake(self: Arc<Self>) {
        let executor = EXECUTOR.with(|executor| executor.borrow().clone());
        executor.expect("set by the test").shutdown();
    }
}

fn wait_with_a_waker_that_shuts_down<T>(executor: &Rc<Executor>, handle: &mut JoinHandle<T>) {
    EXECUTOR.replace(Some(executor.clone()));
    let waker = Waker::from(Arc::new(ShutDown));
    let mut cx = Context::from_waker(&waker);
    assert!(Pin::new(handle).poll(&mut cx).is_pending());
}

#[test]
fn by_the_destructor_of_a_result_that_nobody_takes() {
    for waits in [false, true] {
        let executor = Rc::new(executor());
        let own = executor.clone();
        drop(executor.spawn(async move {
            if waits {
                yield_now().await;
            }
            OnDrop::new(move || own.shutdown())
        }));
        run(&executor);
        assert_eq!(executor.metrics().tasks, 0);
    }
}

#[test]
fn by_the_joiners_waker_the_result_is_kept() {
    let executor = Rc::new(executor());
    let mut handle = executor.spawn(async {
        yield_now().await;
        7
    });
    wait_with_a_waker_that_shuts_down(&executor, &mut handle);
    run(&executor);
    assert_eq!(executor.metrics().tasks, 0);
    let Poll::Ready(result) = poll_once(&mut handle) else {
        panic!("it had ended before the shutdown");
    };
    assert_eq!(result.unwrap(), 7);
    EXECUTOR.take();
}

#[test]
fn by_the_joiners_waker_in_the_shutdown_itself() {
    let executor = Rc::new(executor());
    let mut handle = executor.spawn(pending::<()>());
    run(&executor);
    wait_with_a_waker_that_shuts_down(&executor, &mut handle);
    executor.shutdown();
    assert_eq!(executor.metrics().tasks, 0);
    EXECUTOR.take();
}

/// The task's key is queued, and its own destructor steps.
#[test]
fn a_destructor_in_the_shutdown_may_enter_the_executor() {
    let executor = Rc::new(executor());
    let (own, polled) = (executor.clone(), Polled::default());
    let waiting = polled.keeping_waker();
    let mut handle = executor.spawn(async move {
        let _guard = OnDrop::new(move || run(&own));
        waiting.await;
        pending::<()>().await;
    });
    run(&executor);
    let entered = executor.enter();
    polled.wake(); // At home, so that the key stays in the deque.
    drop(entered);
    executor.shutdown();
    assert_eq!(executor.metrics().tasks, 0);
    let Poll::Ready(result) = poll_once(&mut handle) else {
        panic!("the shutdown ended it");
    };
    assert!(result.unwrap_err().is_cancelled());
}

#[test]
fn an_observers_abort_after_the_first_poll_is_heard() {
    let executor = executor();
    let shelf: Rc<RefCell<Option<JoinHandle<()>>>> = Rc::default();
    let seen = shelf.clone();
    executor.observe(Rc::new(move |event| {
        let pending = matches!(
            event,
            Event::PollEnded {
                outcome: Outcome::Pending,
                ..
            }
        );
        if let (true, Some(handle)) = (pending, seen.borrow().as_ref()) {
            handle.abort();
        }
    }));
    shelf.replace(Some(executor.spawn(pending())));
    run(&executor);
    assert_eq!(executor.metrics().tasks, 0);
}

fn shut_down_by_an_observer(when: fn(&Event) -> bool, woken: bool) {
    let executor = Rc::new(executor());
    let dropped = Rc::new(Cell::new(0));
    let count = dropped.clone();
    let guard = OnDrop::new(move || {
        assert!(executor::has_current(), "outside of its context");
        count.set(count.get() + 1);
    });
    let handle = executor.spawn(async move {
        let _guard = guard;
        if woken {
            yield_now().await;
        }
        pending::<()>().await;
    });
    if woken {
        assert_eq!(executor.enter().step(), Step::Ran);
    }
    let own = executor.clone();
    executor.observe(Rc::new(move |event| {
        if when(&event) {
            own.shutdown();
        }
    }));
    run(&executor);
    executor.observe(Rc::new(|_| ()));
    assert_eq!((executor.metrics().tasks, dropped.get()), (0, 1));
    assert!(handle.is_finished());
}

#[test]
fn by_an_observer_when_a_poll_starts_or_has_ended() {
    for woken in [false, true] {
        shut_down_by_an_observer(|event| matches!(event, Event::PollStarted { .. }), woken);
        shut_down_by_an_observer(|event| matches!(event, Event::PollEnded { .. }), woken);
    }
}

#[test]
fn blocking_jobs_are_not_counted_as_tasks() {
    let executor = executor();
    let _context = executor.context();
    drop(executor::unblock(|| ()).unwrap());
    executor.spawn(async {});
    assert_eq!(executor.metrics().spawned, 1);
}

#[test]
fn an_outer_executor_cannot_step_nor_be_left_before_the_inner_one() {
    let (outer, inner) = (executor(), executor());
    let in_outer = outer.enter();
    let in_inner = inner.enter();
    let polled = Polled::default();
    inner.spawn(polled.keeping_waker());
    let step = catch_unwind(AssertUnwindSafe(|| in_outer.step()));
    let words = step.unwrap_err();
    let words = words.downcast_ref::<&str>().expect("words");
    assert!(words.contains("innermost"), "{words}");
    assert_eq!(polled.polls(), 0);
    drop((in_inner, in_outer)); // A tuple's fields are dropped in their order.
    run(&inner);
    assert_eq!(polled.polls(), 1);
}
