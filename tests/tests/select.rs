//! `futures-util`'s `select!` with this runtime's timers, streams and handles, on the virtual clock.

use std::future::{Future, pending};

use futures_util::{FutureExt, StreamExt, pin_mut, select};
use runtime::time::{Duration, Instant, interval, sleep};
use runtime::{ManualDriver, Runtime, spawn};

const HOUR: Duration = Duration::from_secs(3600);

/// Runs in a virtual world, and tells how many hours it took.
fn hours<T>(future: impl Future<Output = T>) -> (T, u64) {
    let world = ManualDriver::new();
    let runtime = Runtime::builder().manual(&world).build().unwrap();
    let value = runtime.block_on(future);
    (
        value,
        (world.now() - Instant::ORIGIN).as_secs() / HOUR.as_secs(),
    )
}

async fn after<T>(hours: u32, value: T) -> T {
    sleep(hours * HOUR).await;
    value
}

#[test]
fn select_takes_what_is_ready_first_and_loses_nothing() {
    let ((ticks, word), took) = hours(async {
        let clock = interval(HOUR).fuse();
        let word = after(4, "done").fuse();
        let handle = spawn(after(2, ())).fuse();
        pin_mut!(clock, word, handle);
        let (mut ticks, mut joined) = (Vec::new(), false);
        loop {
            select! {
                tick = clock.next() => {
                    ticks.push((tick.unwrap() - Instant::ORIGIN).as_secs() / 3600);
                }
                outcome = handle => joined = outcome.is_ok(),
                word = word => {
                    assert!(joined);
                    break (ticks, word);
                }
            }
        }
    });
    assert!(ticks.starts_with(&[0, 1, 2, 3]), "{ticks:?}");
    assert_eq!((word, took), ("done", 4));
}

#[test]
fn select_in_a_loop_with_a_sleep_that_is_reset() {
    let (beats, took) = hours(async {
        let (sender, receiver) = async_channel::unbounded();
        let beating = spawn(async move {
            for beat in 1..=3 {
                sleep(HOUR).await;
                sender.send(beat).await.unwrap();
            }
            pending::<()>().await;
        });
        let mut silence = sleep(2 * HOUR);
        let mut last = 0;
        loop {
            let mut limit = (&mut silence).fuse();
            select! {
                beat = receiver.recv().fuse() => last = beat.unwrap(),
                () = limit => break,
            }
            silence.reset(Instant::now() + 2 * HOUR);
        }
        beating.abort();
        last
    });
    assert_eq!((beats, took), (3, 5));
}
