//! `timeout` and `timeout_at` on the virtual clock: who wins, from when the time counts, and what is dropped when.

use std::cell::Cell;
use std::error::Error;
use std::future::{Future, pending, ready};
use std::io;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use runtime::time::{Duration, Elapsed, Instant, sleep, sleep_until, timeout, timeout_at};
use runtime::{ManualDriver, Runtime};

const HOUR: Duration = Duration::from_secs(3600);

fn world() -> (ManualDriver, Runtime) {
    let world = ManualDriver::new();
    let runtime = Runtime::builder().manual(&world).build().unwrap();
    (world, runtime)
}

fn at(hours: u32) -> Instant {
    Instant::ORIGIN + hours * HOUR
}

#[test]
fn the_quicker_one_wins() {
    let (world, runtime) = world();
    runtime.block_on(async {
        assert_eq!(timeout(2 * HOUR, sleep(HOUR)).await, Ok(()));
        assert_eq!(world.now(), at(1));
        assert!(timeout(HOUR, sleep(2 * HOUR)).await.is_err());
        assert_eq!(world.now(), at(2));
    });
    assert_eq!(runtime.metrics().timers, 0);
}

#[test]
fn the_future_wins_a_draw() {
    let (_, runtime) = world();
    runtime.block_on(async {
        assert!(timeout(HOUR, sleep(HOUR)).await.is_ok());
        assert!(timeout(Duration::ZERO, ready(())).await.is_ok());
        assert!(timeout_at(at(0) - HOUR, ready(())).await.is_ok());
    });
}

#[test]
fn the_past_and_for_ever_are_fine() {
    let (world, runtime) = world();
    runtime.block_on(async {
        assert!(timeout(Duration::ZERO, pending::<()>()).await.is_err());
        assert!(timeout_at(at(0), pending::<()>()).await.is_err());
        assert!(timeout_at(at(0) - HOUR, pending::<()>()).await.is_err());
        assert_eq!(world.now(), at(0));
        assert!(timeout(Duration::MAX, sleep(HOUR)).await.is_ok());
        assert!(timeout_at(Instant::FAR_FUTURE, sleep(HOUR)).await.is_ok());
    });
}

#[test]
fn a_future_that_is_ready_at_once_needs_no_clock() {
    // No runtime, so no clock and no timer: the proof that neither is asked for.
    let mut limited = Box::pin(timeout(HOUR, ready("quick")));
    let mut cx = Context::from_waker(Waker::noop());
    assert_eq!(limited.as_mut().poll(&mut cx), Poll::Ready(Ok("quick")));
}

#[test]
fn the_time_counts_from_the_end_of_the_first_pending_poll() {
    let (world, runtime) = world();
    runtime.block_on(async {
        let limited = timeout(HOUR, async {
            world.advance(HOUR); // The first poll takes an hour.
            pending::<()>().await;
        });
        world.advance(HOUR); // And it came an hour after the call.
        assert!(limited.await.is_err());
        assert_eq!(world.now(), at(3));
    });
}

#[test]
fn timeout_at_is_exact() {
    let (world, runtime) = world();
    runtime.block_on(async {
        let limited = timeout_at(at(3), async {
            world.advance(HOUR);
            pending::<()>().await;
        });
        world.advance(HOUR);
        assert!(limited.await.is_err());
        assert_eq!(world.now(), at(3));
    });
}

#[test]
fn the_inner_one_of_two_ends_first() {
    let (world, runtime) = world();
    runtime.block_on(async {
        let inner = timeout(HOUR, pending::<()>());
        assert!(matches!(
            timeout(2 * HOUR, inner).await,
            Ok(Err(Elapsed { .. }))
        ));
        assert_eq!(world.now(), at(1));
    });
}

#[test]
fn a_future_that_always_has_something_to_do_is_stopped_all_the_same() {
    let (world, runtime) = world();
    runtime.block_on(async {
        // Ready again and again: it ends a poll only because the budget is spent, and nothing of that is left for
        // the limit.
        let busy = || async {
            loop {
                sleep_until(at(0)).await;
                world.advance(Duration::from_secs(1));
                assert!(world.now() < at(50), "nobody stops it");
            }
        };
        assert!(timeout(HOUR, busy()).await.is_err());
        assert!(timeout_at(at(10), busy()).await.is_err());
        assert!(world.now() >= at(10));
        assert!(timeout_at(at(0), busy()).await.is_err());
        let nested = timeout(HOUR, timeout(2 * HOUR, busy()));
        assert!(nested.await.is_err());
    });
}

#[test]
fn the_future_is_dropped_with_the_timeout() {
    let (_, runtime) = world();
    let dropped = Rc::new(Cell::new(false));
    struct Tell(Rc<Cell<bool>>);
    impl Drop for Tell {
        fn drop(&mut self) {
            self.0.set(true);
        }
    }
    let tell = Tell(dropped.clone());
    runtime.block_on(async {
        let mut limited = Box::pin(timeout(HOUR, async move {
            let _tell = tell;
            pending::<()>().await;
        }));
        assert!(limited.as_mut().await.is_err());
        assert!(!dropped.get());
        drop(limited);
        assert!(dropped.get());
    });
}

#[test]
fn the_future_can_be_reached_and_taken_back() {
    let (_, runtime) = world();
    runtime.block_on(async {
        let mut limited = timeout(HOUR, sleep(2 * HOUR));
        assert_eq!(limited.get_ref().deadline(), at(2));
        assert!((&mut limited).await.is_err());
        limited.get_mut().reset(at(3));
        limited.into_inner().await;
        assert_eq!(Instant::now(), at(3));
    });
}

#[test]
fn elapsed_is_an_error_and_becomes_an_io_error() {
    let (_, runtime) = world();
    let outcome: io::Result<()> = runtime.block_on(async {
        timeout(HOUR, pending::<()>()).await?;
        Ok(())
    });
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    assert_eq!(error.to_string(), "the time limit has passed");
    let source: &dyn Error = error.get_ref().unwrap();
    assert!(source.is::<Elapsed>());
}

/// A timeout takes whatever can be awaited, a handle for one.
#[test]
fn a_handle_can_be_limited_and_awaited_again() {
    let (_, runtime) = world();
    runtime.block_on(async {
        let mut handle = runtime::spawn(async {
            sleep(2 * HOUR).await;
            "late"
        });
        assert!(timeout(HOUR, &mut handle).await.is_err());
        assert_eq!(
            timeout(2 * HOUR, &mut handle).await.unwrap().unwrap(),
            "late"
        );
    });
}
