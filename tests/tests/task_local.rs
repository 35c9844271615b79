//! Task-local values: there in every poll of their scope and nowhere else, whatever ends the scope.

use std::cell::{Cell, RefCell};
use std::future::{Future, pending};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::thread;

use runtime::future::poll_once;
use runtime::task::yield_now;
use runtime::{Runtime, block_on, spawn, task_local};

task_local! {
    static NUMBER: u32;
    /// Whose turn it is.
    pub(crate) static NAME: String;
    static NOTES: Rc<RefCell<Vec<&'static str>>>
}

fn number() -> Option<u32> {
    NUMBER.try_with(|number| *number).ok()
}

/// Calls a function when it is dropped.
struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Notes which number its future has when it is dropped.
fn noting_the_end(seen: &Rc<Cell<Option<u32>>>) -> impl Future<Output = ()> + use<> {
    let seen = seen.clone();
    let on_drop = OnDrop(move || seen.set(number()));
    async move {
        let _on_drop = on_drop;
        pending().await
    }
}

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn every_task_has_its_own() {
    block_on(async {
        let tasks: Vec<_> = (0..10)
            .map(|mine| {
                spawn(NUMBER.scope(mine, async move {
                    for _ in 0..10 {
                        assert_eq!(NUMBER.get(), mine);
                        yield_now().await;
                    }
                }))
            })
            .collect();
        assert_eq!(number(), None);
        for task in tasks {
            task.await.unwrap();
            assert_eq!(number(), None);
        }
    });
}

#[test]
fn what_is_spawned_within_does_not_have_it() {
    block_on(NUMBER.scope(1, async {
        assert_eq!(spawn(async { number() }).await.unwrap(), None);
        assert_eq!(number(), Some(1));
    }));
}

#[test]
fn the_innermost_scope_counts() {
    block_on(NUMBER.scope(1, async {
        let inner = NUMBER.scope(2, async {
            assert_eq!(number(), Some(2));
            yield_now().await;
            NUMBER.sync_scope(3, || assert_eq!(number(), Some(3)));
            assert_eq!(number(), Some(2));
            NAME.scope("ada".to_owned(), async {
                yield_now().await;
                assert_eq!((number(), NAME.get()), (Some(2), "ada".to_owned()));
            })
            .await;
        });
        let mut inner = pin!(inner);
        while poll_once(inner.as_mut()).await.is_none() {
            assert_eq!(number(), Some(1), "between two polls of the inner one");
        }
        assert_eq!(number(), Some(1));
        assert!(NAME.try_with(|_| ()).is_err());
    }));
}

/// The value itself moves to and fro, and is neither cloned nor dropped.
#[test]
fn a_value_that_changes_stays_changed() {
    let notes = Rc::default();
    block_on(async {
        let mut noting = pin!(NOTES.scope(Rc::clone(&notes), async {
            NOTES.with(|notes| notes.borrow_mut().push("before"));
            yield_now().await;
            NOTES.with(|notes| notes.borrow_mut().push("after"));
        }));
        noting.as_mut().await;
        let taken = noting.as_mut().take_value().unwrap();
        assert!(Rc::ptr_eq(&taken, &notes));
        assert!(noting.take_value().is_none());
    });
    assert_eq!(*notes.borrow(), ["before", "after"]);
    assert_eq!(Rc::strong_count(&notes), 1);
}

#[test]
fn a_panic_puts_back_what_was_there() {
    NUMBER.sync_scope(1, || {
        let mut panics = Box::pin(NUMBER.scope(2, async { panic!("in the scope") }));
        let polled: Result<Poll<()>, _> = catch_unwind(AssertUnwindSafe(|| poll(panics.as_mut())));
        assert!(polled.is_err());
        assert_eq!(number(), Some(1));
        assert_eq!(panics.as_mut().take_value(), Some(2));

        let panics = || NUMBER.sync_scope(2, || panic!("in the scope"));
        let called: Result<(), _> = catch_unwind(AssertUnwindSafe(panics));
        assert!(called.is_err());
        assert_eq!(number(), Some(1));
    });
    assert_eq!(number(), None);
}

#[test]
fn a_destructor_has_the_value_wherever_it_runs() {
    let seen = Rc::new(Cell::new(None));
    // Never polled, and dropped outside.
    drop(NUMBER.scope(1, noting_the_end(&seen)));
    assert_eq!((seen.take(), number()), (Some(1), None));

    // Polled, and dropped within another scope.
    let mut polled = Box::pin(NUMBER.scope(2, noting_the_end(&seen)));
    assert!(poll(polled.as_mut()).is_pending());
    NUMBER.sync_scope(3, || {
        drop(polled);
        assert_eq!(number(), Some(3));
    });
    assert_eq!(seen.take(), Some(2));

    // Aborted, and cancelled at the end of the runtime.
    let runtime = Runtime::new().unwrap();
    let aborted = runtime.spawn(NUMBER.scope(4, noting_the_end(&seen)));
    runtime.block_on(async {
        yield_now().await;
        aborted.abort();
        assert!(aborted.await.unwrap_err().is_cancelled());
    });
    assert_eq!(seen.take(), Some(4));
    drop(runtime.spawn(NUMBER.scope(5, noting_the_end(&seen))));
    runtime.block_on(yield_now());
    drop(runtime);
    assert_eq!((seen.take(), number()), (Some(5), None));

    // At its own end.
    let notes = seen.clone();
    block_on(NUMBER.scope(6, async move {
        let _on_drop = OnDrop(move || notes.set(number()));
    }));
    assert_eq!(seen.take(), Some(6));

    // Moved into a future that keeps it to its end.
    let notes = seen.clone();
    let on_drop = OnDrop(move || notes.set(number()));
    let mut ready = Box::pin(NUMBER.scope(
        7,
        std::future::poll_fn(move |_| {
            let _kept = &on_drop;
            Poll::Ready(())
        }),
    ));
    assert!(poll(ready.as_mut()).is_ready());
    assert_eq!(seen.take(), Some(7), "while the scope is there");
}

/// A value that is taken back is gone for what is left.
#[test]
fn without_its_value_a_future_has_none() {
    let seen = Rc::new(Cell::new(Some(0)));
    let mut scope = Box::pin(NUMBER.scope(1, noting_the_end(&seen)));
    assert!(poll(scope.as_mut()).is_pending());
    assert_eq!(scope.as_mut().take_value(), Some(1));
    NUMBER.sync_scope(2, || drop(scope));
    assert_eq!(seen.take(), None);
}

#[test]
fn a_scope_within_with_is_misuse() {
    NUMBER.sync_scope(1, || {
        let nested = || NUMBER.with(|_| NUMBER.sync_scope(2, || ()));
        let words = catch_unwind(AssertUnwindSafe(nested)).unwrap_err();
        let words = words.downcast_ref::<&str>().unwrap();
        assert!(words.contains("within `with` of the same key"), "{words}");
        assert_eq!(
            NUMBER.with(|one| one + NUMBER.get()),
            2,
            "looking is allowed"
        );
        NUMBER.with(|_| NAME.sync_scope("another key".into(), || NAME.with(String::len)));
        // A future that is dropped there is dropped without its value.
        let seen = Rc::new(Cell::new(None));
        let scope = NUMBER.scope(2, noting_the_end(&seen));
        NUMBER.with(|_| drop(scope));
        assert_eq!((seen.take(), number()), (Some(1), Some(1)));
    });
}

#[test]
fn outside_of_a_scope() {
    let words = catch_unwind(|| NUMBER.get()).unwrap_err();
    let words = words.downcast_ref::<String>().unwrap();
    assert!(words.contains("within `scope` or `sync_scope`"), "{words}");
    let mut ended = Box::pin(NUMBER.scope(1, async {}));
    assert!(poll(ended.as_mut()).is_ready());
    let again = catch_unwind(AssertUnwindSafe(|| poll(ended.as_mut())));
    assert!(again.is_err());
    assert_eq!(number(), None);
}

#[test]
fn another_thread_has_none() {
    NUMBER.sync_scope(1, || {
        assert_eq!(thread::spawn(number).join().unwrap(), None);
    });
    // A future that goes to another thread takes its value along.
    let scope = NUMBER.scope(2, async { number() });
    let there = thread::spawn(|| block_on(scope));
    assert_eq!(there.join().unwrap(), Some(2));
}

/// Dropped by the destructor of another thread-local, when the place itself may be gone already.
#[test]
fn at_the_end_of_a_thread() {
    type Scope = Pin<Box<dyn Future<Output = ()>>>;
    thread_local!(static KEPT: RefCell<Option<Scope>> = const { RefCell::new(None) });
    let (send, dropped) = std::sync::mpsc::channel();
    let thread = thread::spawn(move || {
        let on_drop = OnDrop(move || send.send(()).unwrap());
        KEPT.with(|_| ());
        let mut scope = Box::pin(NAME.scope("at the end".to_owned(), async move {
            let _on_drop = on_drop;
            pending::<()>().await;
        }));
        assert!(poll(scope.as_mut()).is_pending());
        KEPT.replace(Some(scope));
    });
    thread.join().unwrap();
    dropped.recv().unwrap();
}
