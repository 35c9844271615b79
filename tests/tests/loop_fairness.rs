//! Nobody holds the loop: a task that always wants to run, a socket that is always ready, beside what is due.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::net::UdpSocket;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

use reactor::Readiness;
use runtime::future::race;
use runtime::io::Async;
use runtime::task::yield_now;
use runtime::time::{Duration, Instant, interval, sleep, sleep_until};
use runtime::{ManualDriver, Runtime, spawn};

const POLLS_PER_LOOK: u64 = 61;
const OPERATIONS_PER_POLL: u64 = 128;
const MICROSECOND: Duration = Duration::from_micros(1);

/// Where a test gives up: in a loop that is held, nothing else would end it.
const HELD: u64 = 10_000_000;

fn world() -> (ManualDriver, Runtime) {
    let world = ManualDriver::new();
    let runtime = Runtime::builder().manual(&world).build().unwrap();
    (world, runtime)
}

/// Counts up, and fails when the loop is held.
fn count(counter: &Cell<u64>) {
    counter.set(counter.get() + 1);
    assert!(counter.get() < HELD, "the loop is held");
}

/// A socket that is always ready. Each read takes a microsecond of the virtual clock.
async fn flooded_reader(world: ManualDriver, reads: Rc<Cell<u64>>) {
    let socket = Async::new(UdpSocket::bind("127.0.0.1:0").unwrap()).unwrap();
    loop {
        let reading = socket.read_with(|_| {
            world.advance(MICROSECOND);
            count(&reads);
            Ok(())
        });
        reading.await.unwrap();
    }
}

#[test]
fn a_timer_that_is_due_waits_for_61_polls_at_most() {
    let (world, runtime) = world();
    let polls = Rc::new(Cell::new(0));
    let counted = polls.clone();
    runtime.block_on(async move {
        spawn(async move {
            loop {
                count(&counted);
                yield_now().await;
            }
        });
        for round in 1..10 {
            let due = Instant::ORIGIN + round * MICROSECOND;
            let waiting = spawn(async move { sleep_until(due).await });
            yield_now().await; // The timer is set,
            world.advance(MICROSECOND); // and due,
            let before = polls.get();
            waiting.await.unwrap();
            assert!(polls.get() - before <= POLLS_PER_LOOK);
        }
    });
}

#[test]
fn a_main_future_that_always_wants_to_run_is_no_exception() {
    let (world, runtime) = world();
    runtime.block_on(async {
        let waiting = spawn(async { sleep(MICROSECOND).await });
        yield_now().await;
        world.advance(MICROSECOND);
        let mut polls = 0;
        while !waiting.is_finished() {
            polls += 1;
            assert!(polls <= POLLS_PER_LOOK);
            yield_now().await;
        }
    });
}

#[test]
fn a_poll_has_a_budget_of_128_operations() {
    let (world, runtime) = world();
    let reads = Rc::new(Cell::new(0));
    let counted = reads.clone();
    runtime.block_on(async {
        let flood = spawn(flooded_reader(world.clone(), counted));
        for poll in 1..10 {
            yield_now().await;
            assert_eq!(reads.get(), poll * OPERATIONS_PER_POLL);
        }
        flood.abort();
        assert!(flood.await.unwrap_err().is_cancelled());
    });
}

/// Sockets and timers draw on one budget.
#[test]
fn timers_count_as_operations() {
    let (_, runtime) = world();
    let timers = Rc::new(Cell::new(0));
    let counted = timers.clone();
    runtime.block_on(async {
        sleep(MICROSECOND).await; // The origin has passed.
        spawn(async move {
            let socket = Async::new(UdpSocket::bind("127.0.0.1:0").unwrap()).unwrap();
            loop {
                sleep_until(Instant::ORIGIN).await;
                count(&counted);
                socket.write_with(|_| Ok(())).await.unwrap();
            }
        });
        yield_now().await;
        assert_eq!(timers.get(), OPERATIONS_PER_POLL / 2);
    });
}

/// The interval ticks late, by as much as the loop does between two looks at the clock, but loses no tick.
#[test]
fn an_interval_of_a_millisecond_beside_a_flooded_reader() {
    let (world, runtime) = world();
    let reads = Rc::new(Cell::new(0));
    let counted = reads.clone();
    runtime.block_on(async {
        spawn(flooded_reader(world.clone(), counted));
        let mut clock = interval(Duration::from_millis(1));
        // After two polls' worth of operations the loop looks; a third may be under way when the tick is due.
        let most_reads = u32::try_from(3 * OPERATIONS_PER_POLL).unwrap();
        for tick in 0..1000 {
            let due = clock.tick().await;
            assert_eq!(due, Instant::ORIGIN + tick * Duration::from_millis(1));
            assert!(Instant::now() >= due);
            assert!(Instant::now() - due <= most_reads * MICROSECOND);
        }
    });
    assert!(reads.get() >= 999_000);
}

#[test]
fn two_floods_get_the_same_share_of_the_loop() {
    let (world, runtime) = world();
    let reads = [Rc::new(Cell::new(0)), Rc::new(Cell::new(0))];
    runtime.block_on(async {
        for reads in &reads {
            spawn(flooded_reader(world.clone(), reads.clone()));
        }
        sleep(Duration::from_millis(100)).await;
    });
    let [one, two] = reads.map(|reads| reads.get());
    assert!(one.abs_diff(two) <= OPERATIONS_PER_POLL, "{one} and {two}");
}

/// A future that somebody else polls, outside of the loop, has nobody who would refill its budget.
#[test]
fn outside_of_the_loop_there_is_no_budget() {
    let (world, runtime) = world();
    let _guard = runtime.enter();
    let socket = Async::new(UdpSocket::bind("127.0.0.1:0").unwrap()).unwrap();
    for _ in 0..2 {
        let reads = Rc::new(Cell::new(0));
        let reading = async {
            for _ in 0..10 * OPERATIONS_PER_POLL {
                socket.read_with(|_| Ok(())).await.unwrap();
                count(&reads);
            }
        };
        let done = futures_lite::future::block_on(futures_lite::future::poll_once(reading));
        assert_eq!(done, Some(()));
        // And the loop leaves none behind.
        runtime.block_on(async { flood_once(&socket, &world).await });
    }
}

async fn flood_once(socket: &Async<UdpSocket>, world: &ManualDriver) {
    for _ in 0..OPERATIONS_PER_POLL / 2 {
        world.advance(MICROSECOND);
        socket.read_with(|_| Ok(())).await.unwrap();
    }
}

/// Polls every future each time, as `select_all` does, until one of them is ready.
async fn first_of<F: Future<Output = ()> + Unpin>(mut futures: Vec<F>) -> usize {
    poll_fn(|cx| {
        let ready = |future: &mut F| Pin::new(future).poll(cx).is_ready();
        match futures.iter_mut().position(ready) {
            Some(place) => Poll::Ready(place),
            None => Poll::Pending,
        }
    })
    .await
}

/// A future that finds nothing to do has done no operation: however many of them a task polls, the last has its turn.
#[test]
fn those_who_wait_spend_nothing() {
    let (world, runtime) = world();
    runtime.block_on(async {
        let sockets: Vec<_> = (0..2 * OPERATIONS_PER_POLL)
            .map(|_| Async::new(UdpSocket::bind("127.0.0.1:0").unwrap()).unwrap())
            .collect();
        let last = sockets.len() - 1;
        world.report_after(MICROSECOND, last, Readiness::READ);
        let readable = sockets
            .iter()
            .map(|socket| Box::pin(async { socket.readable().await.unwrap() }));
        let waiting = first_of(readable.collect());
        let given_up = sleep(Duration::from_secs(1));
        let first = race(async { Some(waiting.await) }, async {
            given_up.await;
            None
        });
        assert_eq!(first.await, Some(last));
    });
    assert!(runtime.metrics().wakes < 10, "{:?}", runtime.metrics());
}

/// Nor has a timer that is not due.
#[test]
fn a_timer_that_waits_spends_nothing() {
    let (_, runtime) = world();
    runtime.block_on(async {
        let naps = (1..=2 * OPERATIONS_PER_POLL).map(|n| Box::pin(sleep(Duration::from_secs(n))));
        assert_eq!(first_of(naps.collect()).await, 0);
    });
    assert_eq!(runtime.metrics().wakes, 1, "the first timer's");
}
