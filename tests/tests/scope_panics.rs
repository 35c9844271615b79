//! The first panic in a scope cancels whoever is left, and goes on in the caller when all have ended.

mod guard;

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::future::{Future, pending};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::FutureExt;
use guard::run;
use runtime::task::{Aborted, scope, try_scope, yield_now};

/// Panics without the hook's words.
fn fail(word: &'static str) {
    resume_unwind(Box::new(word));
}

fn word(payload: Box<dyn Any + Send>) -> &'static str {
    *payload.downcast().expect("a panic of this test")
}

/// What a future panics with.
async fn panic_of<F: Future>(future: F) -> &'static str {
    match AssertUnwindSafe(future).catch_unwind().await {
        Ok(_) => panic!("it did not panic"),
        Err(payload) => word(payload),
    }
}

struct OnDrop<F: Fn()>(F);

impl<F: Fn()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Gives its value at once, and has something to drop afterwards. (An async block drops it before.)
struct Gives<T, F: Fn()>(Option<T>, OnDrop<F>);

impl<T: Unpin, F: Fn() + Unpin> Future for Gives<T, F> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<T> {
        Poll::Ready(self.0.take().expect("polled once"))
    }
}

#[test]
fn a_child_panics() {
    run(async {
        let ended = &RefCell::new(Vec::new());
        let note = &|who| OnDrop(move || ended.borrow_mut().push(who));
        let outcome = panic_of(scope(async |s| {
            let _body = note("body");
            s.spawn(async {
                let _sibling = note("sibling");
                pending::<()>().await;
            });
            s.spawn(async {
                let _culprit = note("culprit");
                yield_now().await;
                fail("oh no");
            });
            s.spawn(async {
                let _later = note("later");
                yield_now().await;
                yield_now().await;
                fail("too late");
            });
            pending::<()>().await;
        }));
        assert_eq!(outcome.await, "oh no");
        assert_eq!(*ended.borrow(), ["culprit", "body", "sibling", "later"]);
    });
}

#[test]
fn the_body_panics() {
    run(async {
        let dropped = Cell::new(0);
        let outcome = panic_of(scope(async |s| {
            s.spawn(async {
                let _guard = OnDrop(|| dropped.set(dropped.get() + 1));
                pending::<()>().await;
            });
            yield_now().await;
            fail("the body");
        }));
        assert_eq!(outcome.await, "the body");
        assert_eq!(dropped.get(), 1);
    });
}

#[test]
fn a_panic_in_the_first_poll_of_everybody() {
    run(async {
        assert_eq!(panic_of(scope(async |_| fail("body"))).await, "body");
        let both = scope(async |s| {
            s.spawn(async { fail("one") });
            s.spawn(async { fail("two") });
        });
        assert_eq!(panic_of(both).await, "one");
    });
}

#[test]
fn a_panic_after_the_body_has_given_its_value() {
    run(async {
        let dropped = Cell::new(0);
        let outcome = panic_of(scope(async |s| {
            s.spawn(async {
                yield_now().await;
                yield_now().await;
                fail("the last one");
            });
            OnDrop(|| dropped.set(dropped.get() + 1))
        }));
        assert_eq!(outcome.await, "the last one");
        assert_eq!(dropped.get(), 1, "the value went with it");
    });
}

#[test]
fn destructors_panic() {
    run(async {
        // Of a child that has given its value, which is dropped as well.
        let dropped = Cell::new(0);
        let count = || OnDrop(|| dropped.set(dropped.get() + 1));
        let of_one = scope(async |s| {
            s.spawn(Gives(Some(count()), OnDrop(|| fail("a future"))));
            pending::<()>().await;
        });
        assert_eq!(panic_of(of_one).await, "a future");
        assert_eq!(dropped.get(), 1);

        // Of a value that nobody takes.
        let of_value = scope(async |s| {
            drop(s.spawn(async { OnDrop(|| fail("a value")) }));
        });
        assert_eq!(panic_of(of_value).await, "a value");

        // Of one that is aborted.
        let of_aborted = scope(async |s| {
            let guard = OnDrop(|| fail("an aborted one"));
            let handle = s.spawn(async move {
                let _guard = guard;
                pending::<()>().await;
            });
            handle.abort();
            pending::<()>().await;
        });
        assert_eq!(panic_of(of_aborted).await, "an aborted one");

        // Of all at once: the first counts, and none is left out.
        let of_all = scope(async |s| {
            for _ in 0..10 {
                s.spawn(async {
                    let _count = count();
                    let _guard = OnDrop(|| fail("a sibling"));
                    pending::<()>().await;
                });
            }
            yield_now().await;
            fail("the body");
        });
        assert_eq!(panic_of(of_all).await, "the body");
        assert_eq!(dropped.get(), 11);
    });
}

/// A bug must not be hidden by an error that was foreseen.
#[test]
fn a_panic_outranks_an_error() {
    run(async {
        let outcome = try_scope(async |s| {
            s.spawn(async {
                let _guard = OnDrop(|| fail("while it was cancelled"));
                pending::<()>().await;
            });
            yield_now().await;
            Err::<(), _>("an error")
        });
        assert_eq!(panic_of(outcome).await, "while it was cancelled");
    });
}

#[test]
fn a_destructor_spawns_while_the_scope_is_cancelled() {
    run(async {
        let (dropped, answered) = (Cell::new(0), Cell::new(None));
        let outcome = panic_of(scope(async |s| {
            s.spawn(async {
                let _guard = OnDrop(|| {
                    let dropped = OnDrop(|| dropped.set(dropped.get() + 1));
                    let late = s.spawn(async move {
                        let _dropped = dropped;
                        panic!("it must not be polled");
                    });
                    let finished = late.is_finished();
                    answered.set(Some((finished, late.now_or_never()))); // To panic here would tell nobody.
                });
                pending::<()>().await;
            });
            yield_now().await;
            fail("the body");
        }));
        assert_eq!(outcome.await, "the body");
        assert_eq!(dropped.get(), 1);
        assert_eq!(answered.take(), Some((true, Some(Err::<(), _>(Aborted)))));
    });
}

#[test]
fn panics_pass_through_scopes() {
    run(async {
        let dropped = Cell::new(0);
        let outcome = panic_of(scope(async |outer| {
            outer.spawn(async {
                let _guard = OnDrop(|| dropped.set(dropped.get() + 1));
                pending::<()>().await;
            });
            outer.spawn(async {
                scope(async |inner| {
                    inner.spawn(async {
                        let _guard = OnDrop(|| dropped.set(dropped.get() + 1));
                        pending::<()>().await;
                    });
                    inner.spawn(async {
                        yield_now().await;
                        fail("inside");
                    });
                })
                .await;
            });
        }));
        assert_eq!(outcome.await, "inside");
        assert_eq!(dropped.get(), 2);
    });
}

#[test]
fn a_panic_ends_a_task_as_any_other_panic_does() {
    run(async {
        let task = runtime::spawn(async {
            scope(async |s| {
                s.spawn(async { fail("in a child") });
            })
            .await;
        });
        assert_eq!(word(task.await.unwrap_err().into_panic()), "in a child");
    });
}

/// All are dropped, whatever their destructors do; then the first panic goes on, unless there is one under way.
#[test]
fn destructors_panic_while_the_scope_is_dropped() {
    let dropped = Cell::new(0);
    let make = || {
        let mut running = Box::pin(scope(async |s| {
            for word in ["one", "two", "three"] {
                let dropped = &dropped;
                s.spawn(async move {
                    let _count = OnDrop(move || dropped.set(dropped.get() + 1));
                    let _guard = OnDrop(move || fail(word));
                    pending::<()>().await;
                });
            }
            pending::<()>().await;
        }));
        for _ in 0..2 {
            assert_eq!(running.as_mut().now_or_never(), None);
        }
        running
    };
    let running = make();
    let caught = catch_unwind(AssertUnwindSafe(|| drop(running)));
    assert_eq!((word(caught.unwrap_err()), dropped.get()), ("one", 3));

    let caught = catch_unwind(AssertUnwindSafe(|| {
        let _running = make();
        fail("under way");
    }));
    assert_eq!((word(caught.unwrap_err()), dropped.get()), ("under way", 6));
}
