//! `sleep` and `sleep_until` on the virtual clock: never early, in order, and fine with for ever and with the past.

use std::cell::RefCell;
use std::future::Future;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Waker};

use runtime::future::poll_once;
use runtime::time::{Duration, Instant, sleep, sleep_until};
use runtime::{ManualDriver, Runtime};

const HOUR: Duration = Duration::from_secs(3600);

fn world() -> (ManualDriver, Runtime) {
    let world = ManualDriver::new();
    let runtime = Runtime::builder().manual(&world).build().unwrap();
    (world, runtime)
}

#[test]
fn an_hour_is_an_hour_and_takes_no_time() {
    let (world, runtime) = world();
    let really = std::time::Instant::now();
    runtime.block_on(sleep_in_context(HOUR));
    assert_eq!(world.now(), Instant::ORIGIN + HOUR);
    assert!(really.elapsed() < HOUR);
}

async fn sleep_in_context(duration: Duration) {
    sleep(duration).await;
}

#[test]
fn the_time_counts_from_the_call_and_not_from_the_first_poll() {
    let (world, runtime) = world();
    runtime.block_on(async {
        let nap = sleep(HOUR);
        assert_eq!(nap.deadline(), Instant::ORIGIN + HOUR);
        world.advance(HOUR / 2);
        nap.await;
    });
    assert_eq!(world.now(), Instant::ORIGIN + HOUR);
}

#[test]
fn no_timer_fires_early_and_all_fire_in_the_order_of_their_deadlines() {
    let (_, runtime) = world();
    let woken = Rc::new(RefCell::new(Vec::new()));
    runtime.block_on(async {
        let mut handles = Vec::new();
        // The nanoseconds 0, 1, 2, … and everything between them and a year, not in order.
        for n in (0..60).rev().chain(60..300) {
            let nanos = if n < 60 { n } else { 1 << (n % 54) | n };
            let woken = woken.clone();
            handles.push(runtime::spawn(async move {
                let nap = sleep(Duration::from_nanos(nanos));
                let deadline = nap.deadline();
                nap.await;
                assert!(Instant::now() >= deadline);
                assert_eq!(Instant::now(), deadline, "the clock jumps to it exactly");
                woken.borrow_mut().push(deadline);
            }));
        }
        for handle in handles {
            handle.await.unwrap();
        }
    });
    assert_eq!(woken.borrow().len(), 300);
    assert!(woken.borrow().is_sorted());
}

#[test]
fn equal_deadlines_wake_in_the_order_of_their_first_polls() {
    let (_, runtime) = world();
    let order = Rc::new(RefCell::new(Vec::new()));
    runtime.block_on(async {
        let handles: Vec<_> = (0..100)
            .map(|n| {
                let order = order.clone();
                runtime::spawn(async move {
                    sleep(HOUR).await;
                    order.borrow_mut().push(n);
                })
            })
            .collect();
        for handle in handles {
            handle.await.unwrap();
        }
    });
    assert!(order.borrow().iter().copied().eq(0..100));
}

#[test]
fn for_ever_is_fine_and_never_comes() {
    let (world, runtime) = world();
    runtime.block_on(async {
        let mut never = pin!(sleep(Duration::MAX));
        let mut also_never = pin!(sleep_until(Instant::FAR_FUTURE));
        assert!(poll_once(&mut never).await.is_none());
        assert!(poll_once(&mut also_never).await.is_none());
        sleep(HOUR * 24 * 365 * 200).await;
        assert!(!never.is_elapsed() && !also_never.is_elapsed());
    });
    assert!(world.now() < Instant::FAR_FUTURE);
}

#[test]
fn the_past_and_nothing_are_over_without_moving_the_clock() {
    let (world, runtime) = world();
    runtime.block_on(async {
        sleep(Duration::ZERO).await;
        sleep_until(Instant::ORIGIN).await;
        sleep_until(Instant::ORIGIN - HOUR).await;
        sleep_until(Instant::ORIGIN - Duration::MAX).await;
    });
    assert_eq!(world.now(), Instant::ORIGIN);
}

#[test]
fn a_dropped_sleep_leaves_no_timer_behind() {
    let (world, runtime) = world();
    runtime.block_on(async {
        let mut nap = Box::pin(sleep(HOUR));
        assert!(poll_once(&mut nap).await.is_none());
        assert_eq!(runtime.metrics().timers, 1);
        drop(nap);
        assert_eq!(runtime.metrics().timers, 0);
        sleep(2 * HOUR).await;
    });
    assert_eq!(world.now(), Instant::ORIGIN + 2 * HOUR);
}

#[test]
fn a_reset_sleep_waits_for_its_new_deadline_only() {
    let (world, runtime) = world();
    runtime.block_on(async {
        let mut nap = sleep(HOUR);
        for hours in [5, 2, 3] {
            assert!(poll_once(&mut nap).await.is_none());
            nap.reset(Instant::ORIGIN + hours * HOUR);
        }
        (&mut nap).await;
        assert!(nap.is_elapsed());
        assert_eq!(world.now(), Instant::ORIGIN + 3 * HOUR);

        (&mut nap).await; // What is over stays over.
        nap.reset(Instant::ORIGIN + 4 * HOUR);
        assert!(!nap.is_elapsed());
        nap.await;
        assert_eq!(world.now(), Instant::ORIGIN + 4 * HOUR);
    });
}

#[test]
fn a_sleep_that_moves_to_another_task_wakes_that_one() {
    let (world, runtime) = world();
    let mut nap = {
        let _guard = runtime.enter();
        sleep(HOUR)
    };
    // Somebody polls it first who will never poll it again.
    let mut nobody = Context::from_waker(Waker::noop());
    assert!(Pin::new(&mut nap).poll(&mut nobody).is_pending());
    runtime.block_on(runtime.spawn(nap)).unwrap();
    assert_eq!(world.now(), Instant::ORIGIN + HOUR);
}

#[test]
fn the_real_clock_is_not_early_either() {
    runtime::block_on(async {
        for micros in [0, 1, 50, 999, 1000, 1001, 2500] {
            let (really, start) = (std::time::Instant::now(), Instant::now());
            sleep(Duration::from_micros(micros)).await;
            assert!(really.elapsed() >= Duration::from_micros(micros));
            assert!(start.elapsed() >= Duration::from_micros(micros));
        }
    });
}
