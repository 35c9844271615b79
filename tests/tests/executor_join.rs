//! A handle gives what its task came to: a value, a panic or a cancellation, once, to whoever asked last.

mod drive;

use std::cell::RefCell;
use std::future::{Future, pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll, Wake, Waker};

use drive::{Polled, drop_counter, executor, poll_once, run};
use executor::{JoinError, JoinHandle};

fn ended<T>(mut handle: JoinHandle<T>) -> Result<T, JoinError> {
    assert!(handle.is_finished());
    match poll_once(&mut handle) {
        Poll::Ready(result) => result,
        Poll::Pending => panic!("a finished task's handle is ready"),
    }
}

#[test]
fn a_value_that_is_not_send() {
    let executor = executor();
    let handle = executor.spawn(async { Rc::new(42) });
    assert!(!handle.is_finished());
    run(&executor);
    assert_eq!(*ended(handle).unwrap(), 42);
}

#[test]
fn a_panic_with_its_payload() {
    let executor = executor();
    let words = executor.spawn(async { panic!("plain words") });
    let text = executor.spawn(async { panic!("number {}", Rc::new(7)) });
    let value = executor.spawn(async { panic_any(7_u64) });
    let ids = [words.id(), text.id(), value.id()];
    run(&executor);

    let (words, text, value) = (ended(words), ended(text), ended(value));
    let errors: [JoinError; 3] =
        [words, text, value].map(|result: Result<(), _>| result.unwrap_err());
    assert!(
        errors
            .iter()
            .all(|error| error.is_panic() && !error.is_cancelled())
    );
    assert_eq!(errors.each_ref().map(JoinError::id), ids);
    let [words, text, value] = errors;
    assert_eq!(
        words.to_string(),
        format!("task {} panicked: plain words", ids[0])
    );
    assert_eq!(
        text.to_string(),
        format!("task {} panicked: number 7", ids[1])
    );
    assert_eq!(value.to_string(), format!("task {} panicked", ids[2]));
    assert_eq!(
        *words.into_panic().downcast::<&str>().unwrap(),
        "plain words"
    );
    assert_eq!(*text.into_panic().downcast::<String>().unwrap(), "number 7");
    assert_eq!(
        *value.try_into_panic().unwrap().downcast::<u64>().unwrap(),
        7
    );
}

#[test]
fn abort_before_the_first_poll() {
    let executor = executor();
    let (drops, token) = drop_counter();
    let token = token();
    let handle = executor.spawn(async move {
        let _token = token;
        panic!("must not be polled");
    });
    handle.abort();
    handle.abort();
    assert!(!handle.is_finished(), "its future still stands");
    run(&executor);
    assert_eq!(drops.get(), 1);
    let error: JoinError = ended::<()>(handle).unwrap_err();
    assert!(error.is_cancelled() && !error.is_panic());
    assert!(error.try_into_panic().is_err());
}

#[test]
fn abort_while_it_waits_drops_the_future_at_its_turn() {
    let executor = executor();
    let (drops, token) = drop_counter();
    let token = token();
    let handle = executor.spawn(async move {
        let _token = token;
        pending::<()>().await;
    });
    run(&executor);
    handle.abort();
    assert_eq!(drops.get(), 0, "abort itself runs no destructor");
    run(&executor);
    assert_eq!(drops.get(), 1);
    assert!(ended(handle).unwrap_err().is_cancelled());
    assert_eq!(executor.metrics().tasks, 0);
}

#[test]
fn abort_after_the_end_keeps_the_result() {
    let executor = executor();
    let handle = executor.spawn(async { 1 });
    run(&executor);
    handle.abort();
    // The slot has a new tenant, with the same name: it is neither aborted nor woken.
    let tenant = Polled::default();
    let next = executor.spawn(tenant.counting());
    run(&executor);
    handle.abort();
    run(&executor);
    assert_eq!(ended(handle).unwrap(), 1);
    assert_eq!((tenant.polls(), next.is_finished()), (1, false));
}

#[test]
fn dropping_the_handle_detaches_and_the_result_is_dropped_once() {
    let executor = executor();
    let (drops, token) = drop_counter();
    let (early, late, in_time) = (token(), token(), token());
    drop(executor.spawn(async move { early }));
    let late = executor.spawn(async move { late });
    let taken = executor.spawn(async move { in_time });
    run(&executor);
    assert_eq!(drops.get(), 1, "nobody could take the first");
    drop(late);
    assert_eq!(drops.get(), 2, "the second was never taken");
    let result = ended(taken);
    assert_eq!(drops.get(), 2);
    drop(result);
    assert_eq!(drops.get(), 3);
}

#[test]
fn a_handle_polled_after_its_end_panics_with_the_spawn_line() {
    let executor = executor();
    let line = line!() + 1;
    let mut handle = executor.spawn(async {});
    run(&executor);
    assert!(poll_once(&mut handle).is_ready());
    assert!(handle.is_finished());
    let panic = catch_unwind(AssertUnwindSafe(|| poll_once(&mut handle))).unwrap_err();
    let words = *panic.downcast::<String>().unwrap();
    assert!(words.contains(&format!("{}:{line}:", file!())), "{words}");
}

#[test]
fn awaited_from_another_task() {
    let executor = executor();
    let outer = executor.spawn(async {
        let inner = executor::spawn(async {
            executor::yield_now().await;
            "inner"
        });
        inner.await.unwrap()
    });
    run(&executor);
    assert_eq!(ended(outer).unwrap(), "inner");
}

#[derive(Default)]
struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, SeqCst);
    }
}

#[test]
fn of_two_pollers_the_last_is_woken() {
    let executor = executor();
    let mut handle = executor.spawn(async {});
    let counts = [Arc::new(Count::default()), Arc::new(Count::default())];
    for index in [0, 0, 1, 1] {
        let waker = Waker::from(counts[index].clone());
        let poll = Pin::new(&mut handle).poll(&mut Context::from_waker(&waker));
        assert!(poll.is_pending());
    }
    assert_eq!(
        counts.each_ref().map(Arc::strong_count),
        [1, 2],
        "one waker is kept"
    );
    run(&executor);
    assert_eq!(counts.each_ref().map(|count| count.0.load(SeqCst)), [0, 1]);
    assert_eq!(counts.each_ref().map(Arc::strong_count), [1, 1]);
}

#[test]
fn a_dropped_handle_lets_go_of_its_poller() {
    let executor = executor();
    let mut handle = executor.spawn(async {});
    let count = Arc::new(Count::default());
    let waker = Waker::from(count.clone());
    assert!(
        Pin::new(&mut handle)
            .poll(&mut Context::from_waker(&waker))
            .is_pending()
    );
    drop((waker, handle));
    assert_eq!(Arc::strong_count(&count), 1);
    run(&executor);
    assert_eq!(count.0.load(SeqCst), 0);
}

#[test]
fn a_future_that_awaits_a_handle_may_be_dropped_and_made_anew() {
    let executor = executor();
    let slow = executor.spawn(async {
        executor::yield_now().await;
        executor::yield_now().await;
        5
    });
    let result = Rc::new(RefCell::new(None));
    let seen = result.clone();
    executor.spawn(async move {
        let mut slow = slow;
        let first = poll_fn(|cx| Poll::Ready(Pin::new(&mut slow).poll(cx).is_pending())).await;
        assert!(first, "abandoned after one poll");
        seen.replace(Some(slow.await.unwrap()));
    });
    run(&executor);
    assert_eq!(result.take(), Some(5));
}
