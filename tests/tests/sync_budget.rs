//! The budget of a poll: nothing in `sync` holds the thread for ever, and nothing is starved by what stands beside it.

use std::cell::Cell;
use std::future::{Future, pending, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;

use runtime::future::or;
use runtime::sync::{Barrier, CancellationToken, Mutex, Notify, OnceCell, RwLock, Semaphore};
use runtime::task::yield_now;
use runtime::{block_on, spawn};

type Operation = Pin<Box<dyn Future<Output = ()>>>;
type Make = Box<dyn Fn() -> Operation>;

/// Everything that can be awaited and is ready at once.
fn operations() -> Vec<(&'static str, Make)> {
    macro_rules! operations {
        ($($name:literal: $value:expr, |$shared:ident| $operation:expr;)*) => {
            vec![$(($name, {
                let shared = Rc::new($value);
                Box::new(move || {
                    let $shared = shared.clone();
                    Box::pin(async move {
                        let _done = $operation;
                    }) as Operation
                })
            })),*]
        };
    }
    let cancelled = CancellationToken::new();
    cancelled.cancel();
    operations! {
        "lock": Mutex::new(()), |it| it.lock().await;
        "lock_owned": Mutex::new(()), |it| it.lock_owned().await;
        "read": RwLock::new(()), |it| it.read().await;
        "write": RwLock::new(()), |it| it.write().await;
        "acquire": Semaphore::new(1), |it| it.acquire().await;
        "acquire_many": Semaphore::new(2), |it| it.acquire_many(2).await;
        "acquire_owned": Semaphore::new(1), |it| it.acquire_owned().await;
        "wait": Barrier::new(1), |it| it.wait().await.is_leader();
        "get_or_init": OnceCell::from(1), |it| it.get_or_init(pending).await == &1;
        "cancelled": cancelled.clone(), |it| it.cancelled().await;
        "run_until_cancelled": cancelled.clone(), |it| it.run_until_cancelled(pending::<()>()).await;
        "notified": Notify::new(), |it| { it.notify_one(); it.notified().await };
    }
}

/// Counts how often somebody else runs while a task does something again and again.
#[test]
fn a_loop_over_what_is_always_ready_gives_way() {
    for (name, operation) in operations() {
        block_on(async {
            let turns = Rc::new(Cell::new(0));
            let done = Rc::new(Cell::new(false));
            let other = spawn({
                let (turns, done) = (turns.clone(), done.clone());
                async move {
                    while !done.get() {
                        turns.set(turns.get() + 1);
                        yield_now().await;
                    }
                }
            });
            for _ in 0..1280 {
                operation().await;
            }
            done.set(true);
            other.await.unwrap();
            assert!((9..=12).contains(&turns.get()), "{name}: {}", turns.get());
        });
    }
}

/// A future beside one that spends the whole budget in every poll: it is ready all the same.
#[test]
fn a_flood_does_not_starve_what_stands_behind_it() {
    for (name, operation) in operations() {
        block_on(async {
            let (mut flood_polls, mut operation) = (0, operation());
            let flood = poll_fn(|cx| {
                flood_polls += 1;
                assert!(flood_polls < 10, "{name} is starved");
                let mutex = Mutex::new(());
                while pin!(mutex.lock()).poll(cx).is_ready() {}
                std::task::Poll::<()>::Pending
            });
            or(flood, &mut operation).await;
        });
    }
}

/// One that was called is ready in its next poll, whatever is left of the budget.
#[test]
fn one_that_was_called_need_not_wait_for_the_budget() {
    block_on(async {
        let (mutex, free) = (Mutex::new(()), Mutex::new(()));
        let guard = mutex.lock().await;
        let mut waiting = pin!(mutex.lock());
        poll_fn(|cx| {
            assert!(waiting.as_mut().poll(cx).is_pending());
            std::task::Poll::Ready(())
        })
        .await;
        drop(guard);
        poll_fn(|cx| {
            while pin!(free.lock()).poll(cx).is_ready() {}
            waiting.as_mut().poll(cx).map(drop)
        })
        .await;
        assert!(mutex.try_lock().is_ok());
    });
}
