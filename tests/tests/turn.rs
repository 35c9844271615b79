//! A loop that another one drives: what one turn does, and when the next one is due.

use std::cell::{Cell, RefCell};
use std::future::{Future, pending, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::thread;

use runtime::sync::oneshot;
use runtime::task::yield_now;
use runtime::time::{Duration, Instant, sleep, sleep_until};
use runtime::{DriverKind, ManualDriver, Runtime, spawn};

const HOUR: Duration = Duration::from_secs(3600);
const SECOND: Duration = Duration::from_secs(1);
const NOW: Option<Duration> = Some(Duration::ZERO);

fn world() -> (ManualDriver, Runtime) {
    let world = ManualDriver::new();
    let runtime = Runtime::builder().manual(&world).build().unwrap();
    (world, runtime)
}

/// Says its name at each step, with the time.
struct Transcript {
    world: ManualDriver,
    lines: RefCell<Vec<String>>,
}

impl Transcript {
    fn say(&self, line: &str) {
        let now = self.world.now() - Instant::ORIGIN;
        self.lines.borrow_mut().push(format!("{now:?} {line}"));
    }
}

#[test]
fn a_turn_runs_what_is_ready_or_waits_for_it() {
    let (world, runtime) = world();
    let transcript = Rc::new(Transcript {
        world: world.clone(),
        lines: RefCell::default(),
    });
    let said = transcript.clone();
    drop(runtime.spawn(async move {
        said.say("begins");
        yield_now().await;
        said.say("goes on");
        sleep(SECOND).await;
        said.say("has slept");
        sleep(HOUR).await;
        said.say("has slept long");
    }));
    transcript.say("turn: something is ready");
    runtime.turn(None).unwrap();
    transcript.say("turn for no time: nothing is ready");
    runtime.turn(NOW).unwrap();
    transcript.say("turn: waits");
    runtime.turn(None).unwrap();
    transcript.say("turn for a second: waits no longer");
    runtime.turn(Some(SECOND)).unwrap();
    transcript.say("turn for a day: waits less");
    runtime.turn(Some(24 * HOUR)).unwrap();
    assert_eq!(
        transcript.lines.borrow().join("\n"),
        "0ns turn: something is ready\n\
         0ns begins\n\
         0ns goes on\n\
         0ns turn for no time: nothing is ready\n\
         0ns turn: waits\n\
         1s has slept\n\
         1s turn for a second: waits no longer\n\
         2s turn for a day: waits less\n\
         3601s has slept long"
    );
    assert_eq!(runtime.metrics().tasks, 0);
}

/// A host that looks at its own things after each turn gets there.
#[test]
fn tasks_that_are_always_ready_hold_no_turn() {
    let (_, runtime) = world();
    for _ in 0..100 {
        drop(runtime.spawn(async {
            loop {
                yield_now().await;
            }
        }));
    }
    for turn in 1..=3 {
        runtime.turn(None).unwrap();
        assert_eq!(runtime.metrics().polls, turn * 8 * 61);
        assert_eq!(
            runtime.next_deadline(),
            Some(Instant::ORIGIN),
            "they are ready still"
        );
    }
}

/// The bound in operations is that of the loop: two polls with all of their budget.
#[test]
fn floods_hold_no_turn() {
    let (_, runtime) = world();
    let reads = Rc::new(Cell::new(0_u64));
    let counted = reads.clone();
    drop(runtime.spawn(async move {
        let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        let socket = runtime::io::Async::new(socket).unwrap();
        loop {
            let reading = socket.read_with(|_| {
                counted.set(counted.get() + 1);
                Ok(())
            });
            reading.await.unwrap();
        }
    }));
    runtime.turn(None).unwrap();
    assert_eq!(reads.get(), 8 * 2 * 128);
}

#[test]
fn next_deadline_tells_what_there_is_to_wait_for() {
    let (world, runtime) = world();
    let now = || Some(world.now());
    assert_eq!(runtime.next_deadline(), None, "nothing");

    let handle = runtime.spawn(pending::<()>());
    assert_eq!(runtime.next_deadline(), now(), "a task was spawned");
    runtime.turn(NOW).unwrap();
    assert_eq!(runtime.next_deadline(), None, "it waits for nothing known");
    handle.abort();
    assert_eq!(runtime.next_deadline(), now(), "it was aborted");
    runtime.turn(NOW).unwrap();
    assert_eq!(runtime.next_deadline(), None);

    drop(runtime.spawn(async { sleep(2 * HOUR).await }));
    drop(runtime.spawn(async { sleep(HOUR).await }));
    runtime.turn(NOW).unwrap();
    let next = runtime.next_deadline().expect("there are timers");
    assert!(
        next > world.now() && next <= world.now() + HOUR,
        "the nearest, or a little before"
    );
    world.advance(HOUR);
    runtime.turn(NOW).unwrap();
    assert_eq!(runtime.metrics().tasks, 1);
    let next = runtime.next_deadline().expect("there is a timer");
    assert!(next > world.now() && next <= world.now() + HOUR);
    world.advance(HOUR);
    runtime.turn(NOW).unwrap();
    assert_eq!(runtime.next_deadline(), None, "they have fired");

    drop(runtime.spawn(async { sleep_until(Instant::FAR_FUTURE).await }));
    runtime.turn(NOW).unwrap();
    assert_eq!(runtime.next_deadline(), None, "it never fires");
}

/// Who follows the deadlines gets to each of them, though some are told a little early.
#[test]
fn a_host_that_sleeps_until_the_deadline_is_never_late_and_never_spins() {
    let (world, runtime) = world();
    world.pause();
    let fired = Rc::new(Cell::new(0));
    for minute in 0..100_u32 {
        let (fired, world) = (fired.clone(), world.clone());
        drop(runtime.spawn(async move {
            let due = Instant::ORIGIN + minute * Duration::from_secs(60);
            sleep_until(due).await;
            assert_eq!(world.now(), due);
            fired.set(fired.get() + 1);
        }));
    }
    let mut turns = 0;
    while let Some(next) = runtime.next_deadline() {
        world.advance(next - world.now());
        runtime.turn(NOW).unwrap();
        turns += 1;
        assert!(turns < 2_000, "it spins");
    }
    assert_eq!(fired.get(), 100);
}

/// From the host's own code, outside of any task; and from other threads.
#[test]
fn what_is_woken_between_turns_is_ready_now() {
    let (world, runtime) = world();
    let now = Some(world.now());
    let (sender, receiver) = oneshot::channel::<u8>();
    let handle = runtime.spawn(receiver);
    runtime.turn(NOW).unwrap();
    assert_eq!(runtime.next_deadline(), None);
    sender.send(7).unwrap();
    assert_eq!(runtime.next_deadline(), now, "the host has woken it");
    runtime.turn(None).unwrap();
    assert!(handle.is_finished());
    assert_eq!(runtime.next_deadline(), None);

    let (sender, receiver) = async_channel::bounded::<u8>(1);
    let handle = runtime.spawn(async move { receiver.recv().await });
    runtime.turn(NOW).unwrap();
    assert_eq!(runtime.next_deadline(), None);
    thread::spawn(move || sender.send_blocking(7).unwrap())
        .join()
        .unwrap();
    assert_eq!(runtime.next_deadline(), now, "another thread has woken it");
    runtime.turn(None).unwrap();
    assert!(handle.is_finished());
    assert_eq!(runtime.next_deadline(), None);

    let remote = runtime.remote();
    let handle = thread::spawn(move || remote.spawn(|| async { 7 }))
        .join()
        .unwrap();
    assert_eq!(runtime.next_deadline(), now, "a recipe has come");
    runtime.turn(None).unwrap();
    assert!(handle.is_finished());
}

/// What its host does while it sleeps elsewhere is done inside of the guard, as ever.
#[test]
fn between_turns_the_runtime_is_entered_as_ever() {
    let (world, runtime) = world();
    let _guard = runtime.enter();
    let handle = spawn(async { sleep(SECOND).await });
    while !handle.is_finished() {
        runtime.turn(None).unwrap();
    }
    assert_eq!(world.now(), Instant::ORIGIN + SECOND);
    // A timer of the host's own.
    let mut nap = pin!(sleep(SECOND));
    let mut cx = Context::from_waker(Waker::noop());
    assert!(nap.as_mut().poll(&mut cx).is_pending());
    assert!(runtime.next_deadline().unwrap() <= Instant::now() + SECOND);
}

#[test]
fn turns_and_block_on_take_turns() {
    let (_, runtime) = world();
    let (sender, receiver) = oneshot::channel::<u8>();
    let handle = runtime.spawn(receiver);
    runtime.turn(NOW).unwrap();
    runtime.block_on(async { sleep(SECOND).await });
    sender.send(7).unwrap();
    runtime.turn(None).unwrap();
    assert_eq!(runtime.block_on(handle).unwrap(), Ok(7));
}

/// Another thread ends the wait of a turn, with a queue and without one.
#[test]
fn a_wake_from_another_thread_ends_the_wait_of_a_turn() {
    for kind in [DriverKind::Auto, DriverKind::Polling] {
        let runtime = Runtime::builder().driver(kind).build().unwrap();
        let mut socket = None;
        for _ in 0..2 {
            let (sender, receiver) = async_channel::bounded::<u8>(1);
            let handle = runtime.spawn(async move { receiver.recv().await.unwrap() });
            let waits = runtime.metrics().waits;
            let thread = thread::spawn(move || sender.send_blocking(7).unwrap());
            while !handle.is_finished() {
                runtime.turn(Some(Duration::from_secs(20))).unwrap();
                assert!(runtime.metrics().waits < waits + 10, "it hangs");
            }
            thread.join().unwrap();
            socket = Some(
                runtime
                    .block_on(runtime::net::UdpSocket::bind("127.0.0.1:0"))
                    .unwrap(),
            );
        }
        drop(socket);
    }
}

/// The loop of a program that has nothing else to do: all of the runtime works in it.
#[test]
fn sockets_work_by_turns_on_each_driver() {
    for kind in [DriverKind::Auto, DriverKind::Polling] {
        let runtime = Runtime::builder().driver(kind).build().unwrap();
        let handle = runtime.spawn(async {
            let listener = runtime::net::TcpListener::bind("127.0.0.1:0").await?;
            let address = listener.local_addr()?;
            let server = spawn(async move {
                let (stream, _) = listener.accept().await?;
                let (count, buffer) = stream.read_owned(vec![0; 16]).await;
                let sent = stream.write_all_owned(buffer[..count?].to_vec()).await.0;
                sent.map(|_| ())
            });
            let stream = runtime::net::TcpStream::connect(address).await?;
            stream.write_all_owned(b"hello".to_vec()).await.0?;
            let (count, buffer) = stream.read_exact_owned(vec![0; 5]).await;
            count?;
            server.await??;
            std::io::Result::Ok(buffer)
        });
        let begun = std::time::Instant::now();
        while !handle.is_finished() {
            runtime.turn(Some(Duration::from_secs(5))).unwrap();
            assert!(begun.elapsed() < Duration::from_secs(20), "it hangs");
        }
        assert_eq!(runtime.block_on(handle).unwrap().unwrap(), b"hello");
    }
}

/// A task that wakes itself and others within the turn is run in the same one, up to the bound.
#[test]
fn a_chain_of_wakes_is_one_turn() {
    let (_, runtime) = world();
    let polls = Rc::new(Cell::new(0));
    let counted = polls.clone();
    let handle = runtime.spawn(poll_fn(move |cx| {
        counted.set(counted.get() + 1);
        cx.waker().wake_by_ref();
        if counted.get() < 400 {
            Poll::Pending
        } else {
            Poll::Ready(())
        }
    }));
    runtime.turn(NOW).unwrap();
    assert!(handle.is_finished());
}
