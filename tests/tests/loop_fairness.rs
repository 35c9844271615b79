//! Nobody holds the loop: a task that always wants to run, a socket that is always ready, beside what is due.

use std::cell::Cell;
use std::net::UdpSocket;
use std::rc::Rc;

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
