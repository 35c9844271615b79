//! A set of tasks: joined as they end, whatever becomes of them, by a set that looks at nobody else.

mod counted;
mod guard;
mod members;

use std::cell::Cell;
use std::future::{pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use counted::Counted;
use guard::run;
use members::{counting, gated, settle};
use runtime::future::poll_once;
use runtime::task::{JoinSet, yield_now};

#[test]
fn tasks_are_joined_in_the_order_in_which_they_end() {
    run(async {
        let mut set = JoinSet::new();
        let gates: Vec<_> = (0..4).map(|number| gated(&mut set, number)).collect();
        for number in [2, 0, 3] {
            gates[number].try_send(()).unwrap();
            settle().await;
        }
        assert_eq!(set.len(), 4);
        for number in [2, 0, 3] {
            assert_eq!(set.join_next().await.unwrap().unwrap(), number);
        }
        assert!(poll_once(set.join_next()).await.is_none(), "one still runs");
        gates[1].try_send(()).unwrap();
        assert_eq!(set.join_next().await.unwrap().unwrap(), 1);
        assert!(set.join_next().await.is_none());
        assert!(set.is_empty());
    });
}

#[test]
fn panics_and_aborts_are_errors() {
    run(async {
        let mut set = JoinSet::<u8>::default();
        let panics = set.spawn(async { panic!("in a task") });
        let aborted = set.spawn(pending());
        aborted.abort();
        let error = set.join_next().await.unwrap().unwrap_err();
        assert_eq!(error.id(), panics.id());
        assert_eq!(error.into_panic().downcast_ref(), Some(&"in a task"));
        let error = set.join_next().await.unwrap().unwrap_err();
        assert_eq!((error.id(), error.is_cancelled()), (aborted.id(), true));
        assert!(aborted.is_finished() && set.join_next().await.is_none());
    });
}

/// Ten thousand tasks, which end one by one: each end is one wake and one poll, and all that the set keeps of whoever
/// waits is one waker. Were each handle asked, each would have kept one.
#[test]
fn a_completion_costs_the_same_among_thousands() {
    const TASKS: usize = 10_000;
    run(async {
        let mut set = JoinSet::new();
        let gates: Vec<_> = (0..TASKS).map(|number| gated(&mut set, number)).collect();
        settle().await;
        let (counted, waker) = Counted::waker();
        let mut cx = Context::from_waker(&waker);
        assert!(set.poll_join_next(&mut cx).is_pending());
        let shares = Arc::strong_count(&counted);
        assert_eq!(shares, 3, "ours, the waker's and the one that is kept");
        for (ended, number) in (0..TASKS).rev().enumerate() {
            assert!(set.poll_join_next(&mut cx).is_pending());
            assert_eq!(Arc::strong_count(&counted), shares);
            gates[number].try_send(()).unwrap();
            yield_now().await;
            assert_eq!(counted.wakes(), ended + 1);
            let Poll::Ready(Some(joined)) = set.poll_join_next(&mut cx) else {
                panic!("task {number} has ended");
            };
            assert_eq!(joined.unwrap(), number);
        }
        assert!(set.is_empty());
    });
}

#[test]
fn many_ends_between_two_polls_are_one_wake() {
    run(async {
        let mut set: JoinSet<usize> = (0..100).map(|number| async move { number }).collect();
        let (counted, waker) = Counted::waker();
        let mut cx = Context::from_waker(&waker);
        assert!(set.poll_join_next(&mut cx).is_pending());
        settle().await;
        assert_eq!(counted.wakes(), 1);
        for number in 0..100 {
            let Poll::Ready(Some(Ok(joined))) = set.poll_join_next(&mut cx) else {
                panic!("task {number} has ended");
            };
            assert_eq!(joined, number);
        }
    });
}

#[test]
fn of_two_pollers_the_last_is_woken() {
    run(async {
        let mut set = JoinSet::new();
        set.spawn(async {});
        let [(early, first), (late, last)] = [Counted::waker(), Counted::waker()];
        for waker in [&first, &last] {
            assert!(
                set.poll_join_next(&mut Context::from_waker(waker))
                    .is_pending()
            );
        }
        settle().await;
        assert_eq!((early.wakes(), late.wakes()), (0, 1));
        assert_eq!(Arc::strong_count(&early), 2, "nobody keeps the first");
    });
}

#[test]
fn a_waker_that_panics_costs_no_task_its_value() {
    struct Bad;
    impl Wake for Bad {
        fn wake(self: Arc<Self>) {
            panic!("on purpose");
        }
    }
    run(async {
        let mut set = JoinSet::new();
        set.spawn(async { "its value" });
        let bad = Waker::from(Arc::new(Bad));
        let polled = set.poll_join_next(&mut Context::from_waker(&bad));
        assert!(polled.is_pending());
        settle().await;
        assert_eq!(set.join_next().await.unwrap().unwrap(), "its value");
    });
}

/// A poll has a budget of 128 operations, and joining is one.
#[test]
fn a_flood_of_ends_holds_nobody_up() {
    const TASKS: usize = 1_000;
    run(async {
        let mut set: JoinSet<()> = (0..TASKS).map(|_| async {}).collect();
        settle().await;
        let mut polls = Vec::new();
        poll_fn(|cx| {
            let mut joined = 0;
            loop {
                match set.poll_join_next(cx) {
                    Poll::Ready(Some(result)) => result.unwrap(),
                    Poll::Ready(None) => break,
                    Poll::Pending => {
                        polls.push(joined);
                        return Poll::Pending;
                    }
                }
                joined += 1;
            }
            polls.push(joined);
            Poll::Ready(())
        })
        .await;
        assert_eq!(polls.iter().sum::<usize>(), TASKS);
        assert!(polls[1..].iter().all(|joined| *joined <= 128), "{polls:?}");
        assert!(polls[0] <= 128 && polls.len() >= 8, "{polls:?}");
    });
}

#[test]
fn a_join_that_is_dropped_loses_nothing() {
    run(async {
        let mut set = JoinSet::new();
        let gate = gated(&mut set, "kept");
        for _ in 0..3 {
            assert!(poll_once(set.join_next()).await.is_none());
        }
        gate.try_send(()).unwrap();
        settle().await;
        drop(set.join_next()); // Not even polled.
        assert_eq!(set.join_next().await.unwrap().unwrap(), "kept");
    });
}

#[test]
fn try_join_next_takes_what_is_there() {
    run(async {
        let mut set = JoinSet::new();
        assert!(set.try_join_next().is_none());
        let gate = gated(&mut set, 1);
        set.spawn(async { 2 });
        assert!(set.try_join_next().is_none(), "nobody had a turn");
        settle().await;
        assert_eq!(set.try_join_next().unwrap().unwrap(), 2);
        assert!(set.try_join_next().is_none());
        gate.try_send(()).unwrap();
        settle().await;
        assert_eq!((set.len(), set.try_join_next().unwrap().unwrap()), (1, 1));
        assert!(set.is_empty());
    });
}

#[test]
fn spawning_outside_of_a_runtime_leaves_the_set_as_it_was() {
    let mut set = JoinSet::new();
    let outside = AssertUnwindSafe(|| set.spawn(async { "outside" }));
    let words = catch_unwind(outside).unwrap_err();
    let words = words.downcast::<String>().unwrap();
    assert!(words.starts_with("`JoinSet::spawn` was called outside of a runtime"));
    assert_eq!(set.len(), 0);
    run(async {
        let gate = gated(&mut set, "inside");
        settle().await;
        assert!(set.try_join_next().is_none(), "nobody has given notice");
        gate.try_send(()).unwrap();
        assert_eq!(set.join_next().await.unwrap().unwrap(), "inside");
    });
}

#[test]
fn join_all_gives_the_values_or_the_panic() {
    let drops = Rc::new(Cell::new(0));
    run(async {
        let set: JoinSet<_> = [3, 1, 2].map(|n| async move { n }).into_iter().collect();
        assert_eq!(set.join_all().await, [3, 1, 2]);

        let mut set = JoinSet::new();
        let dropped = counting(&drops);
        set.spawn(async move {
            let _dropped = dropped;
            pending::<()>().await;
        });
        set.spawn(async { panic!("in a task") });
        let error = runtime::spawn(set.join_all()).await.unwrap_err();
        assert_eq!(error.into_panic().downcast_ref(), Some(&"in a task"));
        settle().await;
        assert_eq!(drops.get(), 1, "the others are aborted");

        let mut set = JoinSet::<()>::new();
        set.spawn(pending()).abort();
        let error = runtime::spawn(set.join_all()).await.unwrap_err();
        let words = *error.into_panic().downcast::<String>().unwrap();
        assert!(words.contains("was cancelled"), "{words}");
    });
}
