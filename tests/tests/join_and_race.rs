//! Several futures in one task: `join!`, `try_join!`, `or`, `race` and `zip`.

use std::cell::Cell;
use std::future::{Future, pending, poll_fn, ready};
use std::io;
use std::net::UdpSocket;
use std::rc::Rc;
use std::task::Poll;

use runtime::future::{or, race, try_zip, zip};
use runtime::io::Async;
use runtime::task::yield_now;
use runtime::time::{Duration, Instant, sleep};
use runtime::{ManualDriver, Runtime, join, try_join};

const HOUR: Duration = Duration::from_secs(3600);

/// Runs in a virtual world, and tells how many hours it took.
fn hours<T>(future: impl Future<Output = T>) -> (T, u32) {
    let world = ManualDriver::new();
    let runtime = Runtime::builder().manual(&world).build().unwrap();
    let value = runtime.block_on(future);
    let hours = (world.now() - Instant::ORIGIN).as_secs() / HOUR.as_secs();
    (value, hours as u32)
}

async fn after<T>(hours: u32, value: T) -> T {
    sleep(hours * HOUR).await;
    value
}

/// Counts when it is dropped.
struct Drops(Rc<Cell<u32>>);

impl Drop for Drops {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

#[test]
fn all_run_at_the_same_time() {
    let (values, took) = hours(async { join!(after(3, 'a'), after(1, "b"), after(2, 3)) });
    assert_eq!((values, took), (('a', "b", 3), 3));
}

#[test]
fn one_future_and_a_trailing_comma() {
    let (one, _) = hours(async { join!(after(1, 1)) });
    assert_eq!(one, (1,));
    let (two, _) = hours(async { try_join!(after(1, io::Result::Ok(1)), ready(Ok(2)),) });
    assert_eq!(two.unwrap(), (1, 2));
}

#[test]
fn many_futures() {
    #[rustfmt::skip]
    let (sum, took) = hours(async {
        let all = join!(
            after(1, 1), after(2, 2), after(3, 3), after(4, 4), after(5, 5), after(6, 6),
            after(7, 7), after(8, 8), after(9, 9), after(10, 10), after(11, 11), after(12, 12),
        );
        let low = all.0 + all.1 + all.2 + all.3 + all.4 + all.5;
        low + all.6 + all.7 + all.8 + all.9 + all.10 + all.11
    });
    assert_eq!((sum, took), (78, 12));
}

#[test]
fn borrowed_data_nested_calls_and_what_can_be_awaited() {
    let (outcome, took) = hours(async {
        let mut words = String::from("borrowed");
        let count = Cell::new(0);
        let handle = runtime::spawn(after(1, "spawned"));
        let future = ready("a name that the macro uses, too");
        let (_, pair, task, named) = join!(
            async {
                words.push('!');
                count.set(count.get() + 1);
            },
            async { join!(async { count.set(count.get() + 1) }, after(2, ())) },
            handle,
            future,
        );
        assert_eq!((pair, named), (((), ()), "a name that the macro uses, too"));
        (words, count.get(), task.unwrap())
    });
    assert_eq!((outcome, took), (("borrowed!".into(), 2, "spawned"), 2));
}

#[test]
fn a_question_mark_in_an_argument_leaves_the_function() {
    async fn function() -> Result<(u8, u8), std::num::ParseIntError> {
        let pair = join!(ready("1".parse::<u8>()?), ready("x".parse::<u8>()?));
        Ok(pair)
    }
    assert!(hours(function()).0.is_err());
}

#[test]
fn the_first_error_ends_it_and_drops_the_rest() {
    let drops = Rc::new(Cell::new(0));
    let (error, took) = hours(async {
        let [slow, slower] = [Drops(drops.clone()), Drops(drops.clone())];
        let outcome = try_join!(
            async {
                let _slow = slow;
                after(5, Ok::<_, &str>(())).await
            },
            after(1, Err::<u8, _>("no")),
            async {
                let _slower = slower;
                pending::<Result<(), _>>().await
            },
            after(2, Err::<u8, _>("later")),
        );
        assert_eq!(drops.get(), 2, "dropped before the macro gave its value");
        outcome.unwrap_err()
    });
    assert_eq!((error, took), ("no", 1));
}

#[test]
fn a_future_is_not_polled_after_it_was_ready() {
    let ready_once = || {
        let mut polls = 0;
        poll_fn(move |_| {
            polls += 1;
            assert_eq!(polls, 1);
            Poll::Ready(Ok::<_, ()>(()))
        })
    };
    hours(async {
        join!(ready_once(), after(2, ()), after(1, ())).0.unwrap();
        try_join!(ready_once(), after(2, Ok(()))).unwrap();
        zip(ready_once(), after(2, ())).await.0.unwrap();
    });
}

/// A socket that is always ready ends each poll by spending the whole budget, which is one for all that is in the task.
#[test]
fn one_that_is_always_ready_does_not_starve_the_others() {
    let socket = || Async::new(UdpSocket::bind("127.0.0.1:0").unwrap()).unwrap();
    let read = async |socket: &Async<UdpSocket>| socket.read_with(|_| Ok(())).await.unwrap();
    let stop = Cell::new(0);
    let busy = async || {
        let socket = socket();
        for _ in 0..10_000 {
            if stop.get() >= 2 {
                return Ok::<_, ()>(());
            }
            read(&socket).await;
        }
        panic!("the others never came to do anything");
    };
    let modest = async || {
        let socket = socket();
        for _ in 0..3 {
            read(&socket).await;
            yield_now().await;
        }
        stop.set(stop.get() + 1);
        Ok(())
    };
    hours(async {
        let _ = join!(busy(), modest(), busy(), modest());
        stop.set(0);
        try_join!(busy(), modest(), busy(), modest()).unwrap();
    });
}

#[test]
fn zip_and_try_zip() {
    assert_eq!(hours(zip(after(1, 1), after(2, 2))), ((1, 2), 2));
    let failing = try_zip(after(2, Ok::<(), _>(())), after(1, Err::<(), _>("no")));
    assert_eq!(hours(failing), (Err("no"), 1));
}

#[test]
fn or_prefers_the_left_and_race_is_fair() {
    assert_eq!(hours(or(after(2, "slow"), after(1, "quick"))), ("quick", 1));
    assert_eq!(hours(or(ready("left"), ready("right"))).0, "left");
    let mut left = 0;
    for _ in 0..1000 {
        left += hours(race(ready(1), ready(0))).0;
    }
    assert!((1..1000).contains(&left));
}

#[test]
fn the_loser_of_a_race_is_dropped() {
    let drops = Rc::new(Cell::new(0));
    let loser = Drops(drops.clone());
    hours(or(after(1, ()), async move {
        let _loser = loser;
        pending().await
    }));
    assert_eq!(drops.get(), 1);
}
