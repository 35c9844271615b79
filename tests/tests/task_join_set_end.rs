//! A set of tasks and whatever ends: the set, its tasks, their runtime, in any order and from within each other.

mod counted;
mod guard;
mod members;

use std::cell::{Cell, RefCell};
use std::future::{pending, poll_fn};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use counted::Counted;
use guard::run;
use members::{OnDrop, counting, gated, settle};
use runtime::future::poll_once;
use runtime::task::{JoinSet, yield_now};
use runtime::{Runtime, block_on};

#[test]
fn dropping_the_set_aborts_its_tasks() {
    let drops = Rc::new(Cell::new(0));
    run(async {
        let mut set = JoinSet::new();
        for _ in 0..3 {
            let dropped = counting(&drops);
            set.spawn(async move {
                let _dropped = dropped;
                pending::<()>().await;
            });
        }
        settle().await;
        drop(set);
        assert_eq!(drops.get(), 0, "each at its turn");
        settle().await;
        assert_eq!(drops.get(), 3);
    });
}

#[test]
fn abort_all_keeps_them_and_the_results_that_there_are() {
    run(async {
        let mut set = JoinSet::new();
        set.spawn(async { 1 });
        let _gate = gated(&mut set, 2);
        settle().await;
        set.abort_all();
        assert_eq!(set.len(), 2);
        assert_eq!(set.join_next().await.unwrap().unwrap(), 1);
        assert!(set.join_next().await.unwrap().unwrap_err().is_cancelled());
        assert!(set.join_next().await.is_none());
    });
}

#[test]
fn shutdown_waits_for_the_destructors() {
    let drops = Rc::new(Cell::new(0));
    run(async {
        let mut set = JoinSet::new();
        for _ in 0..3 {
            let dropped = counting(&drops);
            set.spawn(async move {
                let _dropped = dropped;
                pending::<()>().await;
            });
        }
        set.spawn(async { panic!("nobody is told of it") });
        settle().await;
        set.shutdown().await;
        assert_eq!((drops.get(), set.len()), (3, 0));
        set.spawn(async {});
        set.join_next().await.unwrap().unwrap();
    });
}

#[test]
fn detached_tasks_go_on_and_their_ends_are_not_the_sets() {
    let ended = Rc::new(Cell::new(0));
    run(async {
        let mut set = JoinSet::new();
        let old: Vec<_> = (0..3).map(|_| gated(&mut set, counting(&ended))).collect();
        let done = set.spawn({
            let value = counting(&ended);
            async { value }
        });
        settle().await;
        assert!(done.is_finished());
        let (counted, waker) = Counted::waker();
        let mut cx = Context::from_waker(&waker);
        drop(set.try_join_next());
        assert!(set.poll_join_next(&mut cx).is_pending());
        set.detach_all();
        assert_eq!(counted.wakes(), 1, "whoever waits is told");
        assert!(matches!(set.poll_join_next(&mut cx), Poll::Ready(None)));
        // Others have their places now.
        let new: Vec<_> = (0..3).map(|_| gated(&mut set, counting(&ended))).collect();
        old.iter().for_each(|gate| gate.try_send(()).unwrap());
        settle().await;
        assert_eq!(
            ended.get(),
            4,
            "their values are dropped when they have them"
        );
        assert!(poll_once(set.join_next()).await.is_none());
        // Not in the order in which the others have ended.
        for gate in new.iter().rev() {
            gate.try_send(()).unwrap();
            drop(set.join_next().await.unwrap().unwrap());
        }
        assert!(set.is_empty());
    });
}

#[test]
fn a_task_may_spawn_into_its_own_set() {
    run(async {
        let set = Rc::new(RefCell::new(JoinSet::new()));
        let shared = Rc::downgrade(&set);
        set.borrow_mut().spawn(async move {
            yield_now().await; // Somebody waits by now.
            let set = shared.upgrade().unwrap();
            for number in 1..=3 {
                set.borrow_mut().spawn(async move { number });
            }
            0
        });
        let mut told = Vec::new();
        while let Some(number) = poll_fn(|cx| set.borrow_mut().poll_join_next(cx)).await {
            told.push(number.unwrap());
        }
        assert_eq!(told, [0, 1, 2, 3]);
    });
}

#[test]
fn a_task_may_drop_its_own_set() {
    let drops = Rc::new(Cell::new(0));
    run(async {
        let set = Rc::new(RefCell::new(None));
        let shared = set.clone();
        let (waits, drops_it) = (counting(&drops), counting(&drops));
        let waits = async move {
            let _waits = waits;
            pending::<()>().await;
        };
        let drops_it = async move {
            let _drops_it = drops_it;
            drop(shared.take());
            yield_now().await;
            unreachable!("it has aborted itself");
        };
        let mut members = JoinSet::new();
        let (waiting, dropping) = (members.spawn(waits), members.spawn(drops_it));
        set.replace(Some(members));
        settle().await;
        assert!(waiting.is_finished() && dropping.is_finished());
        assert_eq!(drops.get(), 2);
    });
}

/// The set lies in the future of its own task, and goes with it.
#[test]
fn a_task_may_own_its_own_set() {
    let drops = Rc::new(Cell::new(0));
    run(async {
        let (send, receive) = async_channel::bounded::<JoinSet<()>>(1);
        let mut set = JoinSet::new();
        let (owns, waits) = (counting(&drops), counting(&drops));
        let owner = set.spawn(async move {
            let _set = receive.recv().await.unwrap();
            let _owns = owns;
            pending().await
        });
        set.spawn(async move {
            let _waits = waits;
            pending().await
        });
        send.try_send(set).unwrap();
        settle().await;
        assert_eq!(drops.get(), 0);
        owner.abort();
        settle().await;
        assert_eq!(drops.get(), 2);
    });
}

#[test]
fn a_set_outlives_its_runtime() {
    let runtime = Runtime::new().unwrap();
    let mut set = JoinSet::new();
    runtime.block_on(async {
        set.spawn(async { 1 });
        set.spawn(pending());
        settle().await;
    });
    drop(runtime);
    run(async {
        set.spawn(async { 3 }); // On this one.
        assert_eq!(set.join_next().await.unwrap().unwrap(), 1);
        assert!(set.join_next().await.unwrap().unwrap_err().is_cancelled());
        assert_eq!(set.join_next().await.unwrap().unwrap(), 3);
        assert!(set.join_next().await.is_none());
    });
}

/// Such a task is refused within `spawn`: it has ended before the set has its handle.
#[test]
fn a_task_that_is_spawned_at_the_end_of_the_runtime() {
    let set = Rc::new(RefCell::new(JoinSet::new()));
    let shared = set.clone();
    block_on(async {
        runtime::spawn(async move {
            let _at_the_end = OnDrop(move || {
                shared
                    .borrow_mut()
                    .spawn(async { unreachable!("it is too late") });
            });
            pending::<()>().await;
        });
        yield_now().await;
    });
    let mut set: JoinSet<()> = set.take();
    assert_eq!(set.len(), 1);
    assert!(set.try_join_next().unwrap().unwrap_err().is_cancelled());
    assert!(set.is_empty());
}

/// A task whose destructor panics has a value that is refused. When that is dropped, the future is gone already but the
/// result is not shown yet.
#[test]
fn asked_at_the_very_end_of_a_task() {
    run(async {
        struct Asks(Rc<RefCell<JoinSet<Asks>>>, Rc<Cell<usize>>);
        impl Drop for Asks {
            fn drop(&mut self) {
                let (counted, waker) = Counted::waker();
                let mut set = self.0.borrow_mut();
                assert!(set.try_join_next().is_none());
                assert!(
                    set.poll_join_next(&mut Context::from_waker(&waker))
                        .is_pending()
                );
                assert!(set.try_join_next().is_none());
                self.1.set(Arc::strong_count(&counted));
            }
        }
        let set = Rc::new(RefCell::new(JoinSet::new()));
        let asked = Rc::new(Cell::new(0));
        let value = Asks(set.clone(), asked.clone());
        let panics = OnDrop(|| panic!("in the destructor"));
        let mut value = Some(value);
        set.borrow_mut().spawn(poll_fn(move |_| {
            let _panics = &panics;
            Poll::Ready(value.take().unwrap())
        }));
        settle().await;
        assert_eq!(
            asked.get(),
            3,
            "it asked, and is told when the task has ended"
        );
        let error = poll_fn(|cx| set.borrow_mut().poll_join_next(cx)).await;
        let error = error.unwrap().map(drop);
        assert!(error.unwrap_err().is_panic());
        assert!(set.borrow().is_empty());
    });
}
