//! A hundred thousand tasks, and as many timers.

use std::cell::Cell;
use std::rc::Rc;

use runtime::task::yield_now;
use runtime::time::{Duration, Instant, sleep_until};
use runtime::{ManualDriver, Runtime, block_on, spawn};

const MANY: u64 = 100_000;

#[test]
fn a_hundred_thousand_tasks() {
    let ended = Rc::new(Cell::new(0));
    let runtime = Runtime::new().unwrap();
    runtime.block_on(async {
        let tasks: Vec<_> = (0..MANY)
            .map(|n| {
                let ended = ended.clone();
                spawn(async move {
                    yield_now().await;
                    ended.set(ended.get() + 1);
                    n
                })
            })
            .collect();
        assert_eq!(runtime.metrics().tasks as u64, MANY);
        for (n, task) in (0..).zip(tasks) {
            assert_eq!(task.await.unwrap(), n);
        }
    });
    assert_eq!(ended.get(), MANY);
    let metrics = runtime.metrics();
    assert_eq!((metrics.tasks, metrics.spawned), (0, MANY));
    assert_eq!(metrics.polls, 2 * MANY);
}

#[test]
fn a_chain_of_tasks_that_wait_for_each_other() {
    block_on(async {
        let mut last = spawn(async { 0 });
        for _ in 0..MANY {
            last = spawn(async move { last.await.unwrap() + 1 });
        }
        assert_eq!(last.await.unwrap(), MANY);
    });
}

#[test]
fn a_hundred_thousand_timers() {
    let world = ManualDriver::new();
    let runtime = Runtime::builder().manual(&world).build().unwrap();
    let fired = Rc::new(Cell::new(0));
    let latest = Rc::new(Cell::new(Instant::ORIGIN));
    let tasks: Vec<_> = (0..MANY)
        .map(|n| {
            let (fired, latest) = (fired.clone(), latest.clone());
            // A multiple of a prime, so that they come in no order; some of them at one time.
            let micros = 1 + n * 7_919 % (MANY - 1_000) * 37;
            let deadline = Instant::ORIGIN + Duration::from_micros(micros);
            runtime.spawn(async move {
                sleep_until(deadline).await;
                assert_eq!(Instant::now(), deadline);
                assert!(latest.replace(deadline) <= deadline);
                fired.set(fired.get() + 1);
            })
        })
        .collect();
    runtime.block_on(async {
        yield_now().await;
        // Every tenth is not wanted any more.
        for task in tasks.iter().step_by(10) {
            task.abort();
        }
        for (n, task) in tasks.into_iter().enumerate() {
            assert_eq!(task.await.is_err(), n % 10 == 0, "{n}");
        }
    });
    assert_eq!(fired.get(), MANY - MANY / 10);
    assert_eq!(runtime.metrics().timers, 0);
}

#[test]
fn a_hundred_thousand_tasks_are_left_at_the_end() {
    struct Count(Rc<Cell<u64>>);
    impl Drop for Count {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
        }
    }
    let dropped = Rc::new(Cell::new(0));
    block_on(async {
        for _ in 0..MANY {
            let count = Count(dropped.clone());
            spawn(async move {
                let _count = count;
                sleep_until(Instant::FAR_FUTURE).await;
            });
        }
        yield_now().await;
    });
    assert_eq!(dropped.get(), MANY);
}
