//! `interval` on the virtual clock: the pace, the three ways to treat missed ticks, and the extremes.

use std::cell::Cell;
use std::rc::Rc;

use runtime::future::poll_once;
use runtime::stream::{Stream, StreamExt};
use runtime::time::{
    Duration, Instant, Interval, MissedTickBehavior, interval, interval_at, sleep, sleep_until,
};
use runtime::{ManualDriver, Runtime};

const PERIOD: Duration = Duration::from_millis(10);

fn world() -> (ManualDriver, Runtime) {
    let world = ManualDriver::new();
    let runtime = Runtime::builder().manual(&world).build().unwrap();
    (world, runtime)
}

fn at(millis: u64) -> Instant {
    Instant::ORIGIN + Duration::from_millis(millis)
}

fn now_millis() -> u64 {
    (Instant::now() - Instant::ORIGIN).as_millis() as u64
}

/// The next `count` ticks: when each was due and when it came, in milliseconds.
async fn ticks(clock: &mut Interval, count: usize) -> Vec<(u64, u64)> {
    let mut ticks = Vec::new();
    for _ in 0..count {
        let due = clock.tick().await - Instant::ORIGIN;
        ticks.push((due.as_millis() as u64, now_millis()));
    }
    ticks
}

/// Ticks of an interval whose user is busy from 5 ms until `busy_until`.
fn after_being_busy(behavior: MissedTickBehavior, busy_until: u64) -> Vec<(u64, u64)> {
    let (_, runtime) = world();
    runtime.block_on(async {
        let mut clock = interval(PERIOD);
        clock.set_missed_tick_behavior(behavior);
        assert_eq!(clock.missed_tick_behavior(), behavior);
        assert_eq!(clock.tick().await, at(0));
        sleep_until(at(5)).await;
        sleep_until(at(busy_until)).await;
        ticks(&mut clock, 4).await
    })
}

#[test]
fn the_first_tick_comes_at_once_and_then_one_every_period() {
    let (_, runtime) = world();
    runtime.block_on(async {
        let mut clock = interval(PERIOD);
        assert_eq!(clock.period(), PERIOD);
        assert_eq!(
            ticks(&mut clock, 4).await,
            [(0, 0), (10, 10), (20, 20), (30, 30)]
        );
    });
}

#[test]
fn the_pace_does_not_drift_when_ticks_are_taken_late() {
    let (_, runtime) = world();
    runtime.block_on(async {
        let mut clock = interval_at(at(3), PERIOD);
        for n in 0..100 {
            assert_eq!(clock.tick().await, at(3 + 10 * n));
            sleep(PERIOD - Duration::from_millis(1)).await;
        }
    });
}

#[test]
fn burst_makes_up_for_missed_ticks() {
    use MissedTickBehavior::Burst;
    assert_eq!(MissedTickBehavior::default(), Burst);
    assert_eq!(
        after_being_busy(Burst, 28),
        [(10, 28), (20, 28), (30, 30), (40, 40)]
    );
}

#[test]
fn delay_counts_anew_from_the_late_tick() {
    use MissedTickBehavior::Delay;
    assert_eq!(
        after_being_busy(Delay, 28),
        [(10, 28), (38, 38), (48, 48), (58, 58)]
    );
    // Late by less than a period is no miss: the next one stays in step.
    assert_eq!(
        after_being_busy(Delay, 18),
        [(10, 18), (20, 20), (30, 30), (40, 40)]
    );
}

#[test]
fn skip_leaves_them_out_and_stays_in_step() {
    use MissedTickBehavior::Skip;
    assert_eq!(
        after_being_busy(Skip, 28),
        [(10, 28), (30, 30), (40, 40), (50, 50)]
    );
    assert_eq!(
        after_being_busy(Skip, 18),
        [(10, 18), (20, 20), (30, 30), (40, 40)]
    );
    assert_eq!(
        after_being_busy(Skip, 999),
        [(10, 999), (1000, 1000), (1010, 1010), (1020, 1020)]
    );
}

#[test]
fn a_tick_that_nobody_waited_for_is_not_lost() {
    let (_, runtime) = world();
    runtime.block_on(async {
        let mut clock = interval(PERIOD);
        clock.tick().await;
        assert_eq!(poll_once(clock.tick()).await, None);
        sleep(PERIOD).await;
        assert_eq!(clock.tick().await, at(10));
        assert_eq!(now_millis(), 10);
    });
    assert_eq!(runtime.metrics().timers, 0);
}

#[test]
fn a_reset_begins_anew() {
    let (world, runtime) = world();
    runtime.block_on(async {
        let mut clock = interval(PERIOD);
        clock.tick().await;
        world.advance(Duration::from_millis(7));
        clock.reset();
        assert_eq!(ticks(&mut clock, 2).await, [(17, 17), (27, 27)]);
        world.advance(Duration::from_millis(2));
        clock.reset_immediately();
        assert_eq!(ticks(&mut clock, 2).await, [(29, 29), (39, 39)]);
        clock.reset_after(Duration::from_millis(3));
        assert_eq!(ticks(&mut clock, 2).await, [(42, 42), (52, 52)]);
        clock.reset_at(at(70));
        assert_eq!(ticks(&mut clock, 2).await, [(70, 70), (80, 80)]);
        clock.reset_at(at(60)); // Is over: it comes at once, and so do those that were missed since.
        assert_eq!(
            ticks(&mut clock, 4).await,
            [(60, 80), (70, 80), (80, 80), (90, 90)]
        );
        clock.reset_after(Duration::MAX);
        assert_eq!(poll_once(clock.tick()).await, None);
    });
}

#[test]
fn it_is_a_stream_of_its_ticks() {
    let (_, runtime) = world();
    runtime.block_on(async {
        let clock = interval_at(at(1), PERIOD);
        assert_eq!(clock.size_hint(), (usize::MAX, None));
        let ticks: Vec<_> = clock.take(3).collect().await;
        assert_eq!(ticks, [at(1), at(11), at(21)]);
    });
}

#[test]
fn a_period_of_for_ever_ticks_once() {
    use MissedTickBehavior::{Burst, Delay, Skip};
    for behavior in [Burst, Delay, Skip] {
        let (_, runtime) = world();
        runtime.block_on(async {
            let mut clock = interval(Duration::MAX);
            clock.set_missed_tick_behavior(behavior);
            assert_eq!(clock.tick().await, at(0));
            let again =
                runtime::time::timeout(Duration::from_secs(u64::MAX / 2_000_000_000), clock.tick());
            assert!(again.await.is_err());
            clock.reset();
            clock.reset_immediately();
            clock.tick().await;
        });
    }
}

/// From the beginning of the clock to now there are more ticks than anybody can count.
#[test]
fn a_start_in_the_far_past_does_not_hold_the_loop() {
    use MissedTickBehavior::{Burst, Delay, Skip};
    let beginning = Instant::ORIGIN - Duration::MAX;
    let nanosecond = Duration::from_nanos(1);
    for behavior in [Burst, Delay, Skip] {
        let (_, runtime) = world();
        let count = Rc::new(Cell::new(0_u64));
        let counted = count.clone();
        runtime.block_on(async {
            let ticking = runtime::spawn(async move {
                let mut clock = interval_at(beginning, nanosecond);
                clock.set_missed_tick_behavior(behavior);
                assert_eq!(clock.tick().await, beginning);
                loop {
                    clock.tick().await;
                    counted.set(counted.get() + 1);
                    assert!(counted.get() < 1_000_000, "the loop was held");
                }
            });
            sleep(Duration::from_nanos(5)).await;
            ticking.abort();
        });
        let made_up = behavior == Burst;
        assert_eq!(count.get() > 10, made_up, "{behavior:?}: {}", count.get());
    }
}

/// Skip divides by the period: periods beside the ends of 64 bits.
#[test]
fn the_longest_periods_stay_in_step() {
    for period in [1, u64::MAX / 4, i64::MAX as u64, u64::MAX] {
        let (_, runtime) = world();
        runtime.block_on(async {
            let start = Instant::ORIGIN - Duration::MAX;
            let mut clock = interval_at(start, Duration::from_nanos(period));
            clock.set_missed_tick_behavior(MissedTickBehavior::Skip);
            assert_eq!(clock.tick().await, start);
            if period <= u64::MAX / 4 {
                assert!(clock.tick().await >= Instant::ORIGIN);
            } else {
                assert_eq!(poll_once(clock.tick()).await, None);
            }
        });
    }
}
