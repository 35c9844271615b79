//! What the children of a scope can do: borrow, spawn siblings, be awaited, detached and aborted; and the scope waits.

mod guard;

use std::cell::{Cell, RefCell};
use std::future::{Future, pending, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

use guard::run;
use runtime::task::{Aborted, Scope, scope, try_scope, yield_now};
use runtime::time::{Duration, Instant, sleep};
use runtime::{ManualDriver, Runtime};

async fn turns(count: usize) {
    for _ in 0..count {
        yield_now().await;
    }
}

#[test]
fn children_borrow_from_the_parent_and_give_it_back() {
    run(async {
        let words = vec![String::from("a"), String::from("b")];
        let (mut first, mut second) = (0, String::new());
        let joined = scope(async |s| {
            let length = s.spawn(async {
                turns(2).await;
                words.len()
            });
            s.spawn(async { first = words.len() });
            s.spawn(async {
                yield_now().await;
                second.push_str(&words[1]);
            });
            length.await
        });
        assert_eq!(joined.await, Ok(2));
        assert_eq!((first, &*second), (2, "b"));
        drop(words);
    });
}

#[test]
fn a_mutable_borrow_is_free_after_the_scope_and_may_be_lent_again() {
    run(async {
        let mut numbers = Vec::new();
        for round in 0..3 {
            scope(async |s| {
                s.spawn(async {
                    numbers.push(round);
                    yield_now().await;
                    numbers.push(round);
                });
            })
            .await;
        }
        assert_eq!(numbers, [0, 0, 1, 1, 2, 2]);
    });
}

#[test]
fn the_scope_waits_for_children_that_nobody_awaits() {
    run(async {
        let ended = Cell::new(0);
        let value = scope(async |s| {
            for count in [5, 1, 3] {
                let ended = &ended;
                drop(s.spawn(async move {
                    turns(count).await;
                    ended.set(ended.get() + 1);
                }));
            }
            "the body's"
        });
        assert_eq!(value.await, "the body's");
        assert_eq!(ended.get(), 3);
    });
}

#[test]
fn an_empty_scope_and_one_that_has_only_a_body() {
    run(async {
        scope(async |_| {}).await;
        let number = scope(async |_| {
            turns(3).await;
            7
        });
        assert_eq!(number.await, 7);
        assert_eq!(try_scope(async |_| Err::<(), _>("no")).await, Err("no"));
    });
}

#[test]
fn children_spawn_siblings_that_outlive_them() {
    run(async {
        let order = RefCell::new(Vec::new());
        scope(async |s| {
            s.spawn(async {
                s.spawn(async {
                    s.spawn(async { order.borrow_mut().push("great-grandchild") });
                    order.borrow_mut().push("grandchild");
                });
                order.borrow_mut().push("child");
            });
            order.borrow_mut().push("body");
        })
        .await;
        let order = order.into_inner();
        assert_eq!(order, ["body", "child", "grandchild", "great-grandchild"]);
    });
}

/// The last child spawns the next one, so that only one at a time keeps the scope from its end.
#[test]
fn a_chain_of_children() {
    fn link<'scope>(s: &'scope Scope<'scope, '_>, left: &'scope Cell<u32>) {
        s.spawn(async move {
            yield_now().await;
            if left.get() > 0 {
                left.set(left.get() - 1);
                link(s, left);
            }
        });
    }
    run(async {
        let left = Cell::new(1_000);
        scope(async |s| link(s, &left)).await;
        assert_eq!(left.get(), 0);
    });
}

#[test]
fn a_scope_in_a_child_borrows_from_that_child() {
    run(async {
        let outer = Cell::new(1);
        let sum = scope(async |s| {
            let child = s.spawn(async {
                let own = Cell::new(10);
                scope(async |inner| {
                    inner.spawn(async {
                        yield_now().await;
                        own.set(own.get() + outer.get());
                    });
                    s.spawn(async { outer.set(outer.get() + 1) }); // Into the outer one, from within the inner one.
                })
                .await;
                own.get()
            });
            child.await
        });
        assert_eq!(sum.await, Ok(12));
        assert_eq!(outer.get(), 2);
    });
}

#[test]
fn handles_are_awaited_by_siblings() {
    run(async {
        let sum = scope(async |s| {
            let one = s.spawn(async {
                turns(3).await;
                1
            });
            let two = s.spawn(async move { one.await.unwrap() + 1 });
            let three = s.spawn(async move { two.await.unwrap() + 1 });
            assert!(!three.is_finished());
            three.await
        });
        assert_eq!(sum.await, Ok(3));
    });
}

#[test]
fn a_value_waits_for_its_handle_and_may_borrow() {
    run(async {
        let word = String::from("word");
        scope(async |s| {
            let mut handle = s.spawn(async { &word[1..] });
            let shown = format!("{handle:?} {s:?}");
            assert!(shown.contains("Running") && shown.contains("scope_children.rs"));
            assert!(shown.contains("children: 1"));
            turns(2).await;
            assert!(handle.is_finished());
            assert_eq!((&mut handle).await, Ok("ord"));
            let again = poll_fn(|cx| Poll::Ready(Pin::new(&mut handle).poll(cx)));
            let again = std::panic::AssertUnwindSafe(again);
            let payload = futures_util::FutureExt::catch_unwind(again)
                .await
                .unwrap_err();
            let words = payload.downcast::<String>().unwrap();
            assert!(words.contains("polled after it had given its result"));
        })
        .await;
    });
}

#[test]
fn aborting_ends_one_child_and_no_other() {
    run(async {
        let ended = Cell::new(0);
        scope(async |s| {
            let endless = s.spawn(pending::<()>());
            let sibling = s.spawn(async {
                turns(3).await;
                ended.set(1);
            });
            yield_now().await;
            endless.abort();
            endless.abort();
            assert!(!endless.is_finished(), "not before its turn");
            assert_eq!(endless.await, Err(Aborted));

            let unpolled = s.spawn(async { panic!("it was aborted before its first turn") });
            unpolled.abort();
            let _: Result<(), _> = unpolled.await;

            let done = s.spawn(async { "kept" });
            yield_now().await;
            done.abort();
            assert_eq!(done.await, Ok("kept"));
            sibling.await.unwrap();
        })
        .await;
        assert_eq!(ended.get(), 1);
    });
}

#[test]
fn a_child_that_aborts_itself_ends_when_its_poll_is_over() {
    run(async {
        scope(async |s| {
            let me = Rc::new(RefCell::new(None));
            let (reached, passed) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(false)));
            let inside = (me.clone(), reached.clone(), passed.clone());
            let handle = s.spawn(async move {
                let (me, reached, passed) = inside;
                let handle: runtime::task::ScopedJoinHandle<'_, ()> = me.take().unwrap();
                handle.abort();
                reached.set(true);
                me.replace(Some(handle));
                yield_now().await;
                passed.set(true);
            });
            me.replace(Some(handle));
            yield_now().await;
            let handle = me.take().unwrap();
            assert!(handle.is_finished());
            assert_eq!(handle.await, Err(Aborted));
            assert_eq!((reached.get(), passed.get()), (true, false));
        })
        .await;
    });
}

#[test]
fn the_first_error_cancels_the_rest() {
    run(async {
        let (reached, dropped) = (Cell::new(0), Cell::new(0));
        let result: Result<(), &str> = try_scope(async |s| {
            for _ in 0..3 {
                s.spawn(async {
                    let _guard = OnEnd(&dropped);
                    pending::<()>().await;
                });
            }
            s.try_spawn(async {
                turns(3).await;
                Err::<(), _>("first")
            });
            s.try_spawn(async {
                turns(5).await;
                reached.set(1);
                Err::<(), _>("second")
            });
            let fine = s.try_spawn(async { Ok(1) });
            assert_eq!(fine.await, Ok(1));
            pending().await
        })
        .await;
        assert_eq!((result, reached.get(), dropped.get()), (Err("first"), 0, 3));
    });
}

#[test]
fn an_error_of_the_body_cancels_the_children() {
    run(async {
        let dropped = Cell::new(0);
        let parse = async |word: &str| {
            try_scope(async |s| {
                s.spawn(async {
                    let _guard = OnEnd(&dropped);
                    turns(2).await;
                });
                yield_now().await;
                let number: u8 = word.parse()?;
                Ok::<_, std::num::ParseIntError>(number)
            })
            .await
        };
        assert!(parse("x").await.is_err());
        assert_eq!(dropped.get(), 1);
        assert_eq!(parse("3").await, Ok(3));
        assert_eq!(dropped.get(), 2);
    });
}

struct OnEnd<'a>(&'a Cell<u32>);

impl Drop for OnEnd<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

/// All sleep at the same time, on the runtime's clock.
#[test]
fn children_wait_for_timers_together() {
    const HOUR: Duration = Duration::from_secs(3600);
    let world = ManualDriver::new();
    let runtime = Runtime::builder().manual(&world).build().unwrap();
    runtime.block_on(async {
        let order = RefCell::new(Vec::new());
        scope(async |s| {
            for hours in [3, 1, 2] {
                let order = &order;
                s.spawn(async move {
                    sleep(hours * HOUR).await;
                    order.borrow_mut().push(hours);
                });
            }
        })
        .await;
        assert_eq!(*order.borrow(), [1, 2, 3]);
    });
    assert_eq!(world.now() - Instant::ORIGIN, 3 * HOUR);
}

#[test]
fn thousands_of_children() {
    run(async {
        let sum = Cell::new(0);
        scope(async |s| {
            let handles: Vec<_> = (0..10_000)
                .map(|number| {
                    let sum = &sum;
                    s.spawn(async move {
                        turns(number % 3).await;
                        sum.set(sum.get() + 1);
                        number
                    })
                })
                .collect();
            for (number, handle) in handles.into_iter().enumerate() {
                assert_eq!(handle.await, Ok(number));
            }
        })
        .await;
        assert_eq!(sum.get(), 10_000);
    });
}
