//! A `block_on` that would wait for ever says so at the caller's line, with the tasks.

mod stuck;

use std::cell::RefCell;
use std::future::{Future, pending, poll_fn};
use std::rc::Rc;
use std::sync::mpsc::channel;
use std::task::{Poll, Waker};

use runtime::task::{JoinHandle, JoinSet, scope, yield_now};
use runtime::time::{Duration, sleep, timeout};
use runtime::{DriverKind, ManualDriver, Runtime, WhenStuck, block_on, spawn};
use stuck::{PATIENCE, dump_of_stuck, given_away, panic_of, runtime, when_it_waits};

type Shared<T> = Rc<RefCell<Option<T>>>;

/// What the table says of whom, in the column of reasons. A child stands two further in than whoever has it.
#[track_caller]
fn assert_waits(dump: &str, who: &str, reason: &str) {
    let line = (dump.lines()).find(|line| line[2..].starts_with(&format!("{who} ")));
    let line = line.unwrap_or_else(|| panic!("{who} is not in\n{dump}"));
    assert!(line.ends_with(reason), "{who}: {reason}, in\n{dump}");
}

#[test]
fn the_panic_stands_at_the_callers_line_and_says_what_to_do() {
    let (words, file, line) = panic_of(|| block_on(pending::<()>()));
    assert_eq!((file.as_str(), line), (file!(), line!() - 1));
    assert!(words.contains("`block_on` would wait for ever"), "{words}");
    assert!(words.contains("`Builder::when_stuck(WhenStuck::Wait)`"));
    assert!(words.contains("\nno task on "), "{words}");

    let runtime = Runtime::new().unwrap();
    let (_, file, line) = panic_of(|| runtime.block_on(pending::<()>()));
    assert_eq!((file.as_str(), line), (file!(), line!() - 1));
}

#[runtime::main]
async fn main_of_a_program() {
    pending().await
}

#[test]
fn so_does_a_main_function() {
    let (words, file, _) = panic_of(main_of_a_program);
    assert_eq!(file, file!());
    assert_waits(
        words.split_once("\n\n").unwrap().1,
        "block_on",
        "nobody: its waker was dropped",
    );
}

#[test]
fn every_driver_finds_it() {
    let world = ManualDriver::new();
    let builders = [
        Runtime::builder().driver(DriverKind::Auto),
        Runtime::builder().driver(DriverKind::Polling),
        Runtime::builder().manual(&world),
        Runtime::builder().when_stuck(WhenStuck::Panic),
    ];
    for builder in builders {
        let runtime = builder.build().unwrap();
        let dump = dump_of_stuck(|| runtime.block_on(pending::<()>()));
        assert!(dump.contains(runtime.driver_name()));
    }
}

#[test]
fn a_source_that_nobody_waits_for_changes_nothing() {
    for kind in [DriverKind::Auto, DriverKind::Polling] {
        let runtime = Runtime::builder().driver(kind).build().unwrap();
        let dump = dump_of_stuck(|| {
            runtime.block_on(async {
                let socket = runtime::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
                let mut buffer = [0; 8];
                let wait = socket.recv(&mut buffer);
                assert!(timeout(Duration::from_millis(1), wait).await.is_err());
                spawn(pending::<()>()).await.unwrap();
                drop(socket);
            })
        });
        assert_waits(&dump, "block_on", "task 1");
    }
}

#[test]
fn a_future_that_waits_for_a_task_that_is_lost() {
    let dump = dump_of_stuck(|| {
        block_on(async {
            let lost = spawn(pending::<()>());
            yield_now().await;
            lost.await
        })
    });
    assert_waits(&dump, "block_on", "task 1");
    assert_waits(&dump, "task 1", "nobody: its waker was dropped");
}

/// Awaits a handle that comes later.
async fn joined(handle: Shared<JoinHandle<()>>) {
    yield_now().await;
    let handle = handle.borrow_mut().take().unwrap();
    handle.await.unwrap();
}

#[test]
fn tasks_that_wait_for_each_other() {
    for count in [1, 2, 7] {
        let dump = dump_of_stuck(|| {
            block_on(async {
                let places: Vec<Shared<JoinHandle<()>>> =
                    (0..count).map(|_| Shared::default()).collect();
                for (number, place) in places.iter().enumerate() {
                    let handle = spawn(joined(places[(number + 1) % count].clone()));
                    place.replace(Some(handle));
                }
                drop(places);
                pending::<()>().await;
            })
        });
        for number in 0..count {
            let (who, whom) = (number + 1, (number + 1) % count + 1);
            assert_waits(&dump, &format!("task {who}"), &format!("task {whom}"));
        }
    }
}

#[test]
fn a_chain_of_everything_that_joins() {
    let dump = dump_of_stuck(|| {
        block_on(async {
            let lost = spawn(pending::<()>());
            let mut set = JoinSet::new();
            set.spawn(async move {
                scope(async |s| {
                    let child = s.spawn(async {
                        scope(async |inner| {
                            inner.spawn(lost);
                        })
                        .await;
                    });
                    s.spawn(async { child.await.unwrap() });
                })
                .await;
            });
            set.join_next().await;
        })
    });
    assert_waits(&dump, "block_on", "a set of 1");
    assert_waits(&dump, "task 2", "a scope of 2");
    assert_waits(&dump, "  child 0", "a scope of 1");
    assert_waits(&dump, "    child 0", "task 1");
    assert_waits(&dump, "  child 1", "child 0");
}

#[test]
fn the_body_of_a_scope_that_waits_for_a_child() {
    let dump = dump_of_stuck(|| {
        block_on(scope(async |s| {
            let child = s.spawn(pending::<()>());
            child.await.unwrap();
        }))
    });
    assert_waits(&dump, "block_on", "a scope of 1, child 0");
    assert_waits(&dump, "  child 0", "nobody: its waker was dropped");
}

#[test]
fn a_waker_that_was_kept_for_a_while() {
    let dump = dump_of_stuck(|| {
        let kept = Rc::new(RefCell::new(Vec::new()));
        let same = kept.clone();
        block_on(async {
            spawn(async move {
                for _ in 0..3 {
                    yield_now().await;
                }
                same.borrow_mut().clear();
            });
            poll_fn(|cx| {
                kept.borrow_mut().push(cx.waker().clone());
                Poll::<()>::Pending
            })
            .await;
        })
    });
    assert_waits(&dump, "block_on", "nobody: its waker was dropped");
}

#[test]
fn what_ended_before_is_not_counted() {
    let runtime = Runtime::new().unwrap();
    let dump = dump_of_stuck(|| {
        runtime.block_on(async {
            let remote = std::thread::spawn({
                let remote = runtime.remote();
                move || remote.spawn(async || 1)
            });
            assert_eq!(remote.join().unwrap().await.unwrap(), 1);
            let sum = runtime::task::spawn_blocking(|| 1 + 1).await.unwrap();
            sleep(Duration::from_millis(sum)).await;
            // The thread of the pool tells that the job is over before it has put it away.
            pending::<()>().await
        })
    });
    assert_waits(&dump, "block_on", "nobody: its waker was dropped");
}

#[test]
fn the_runtime_goes_on_after_it() {
    let runtime = Runtime::new().unwrap();
    let handle = runtime.spawn(pending::<()>());
    let abort = handle.abort_handle();
    drop(dump_of_stuck(|| runtime.block_on(handle)));
    assert!(!abort.is_finished());
    assert_eq!(runtime.block_on(async { 6 * 7 }), 42);
    abort.abort();
    runtime.block_on(async {
        while !abort.is_finished() {
            yield_now().await;
        }
    });
    drop(dump_of_stuck(|| runtime.block_on(pending::<()>())));
}

#[test]
fn tasks_that_were_left_by_the_block_on_before_are_counted_too() {
    let runtime = Runtime::new().unwrap();
    let waker = Rc::new(RefCell::new(None));
    let same = waker.clone();
    runtime.spawn(poll_fn(move |cx| {
        same.replace(Some(cx.waker().clone()));
        Poll::<()>::Pending
    }));
    runtime.block_on(yield_now());
    waker.take(); // Nobody has it now.
    let dump = dump_of_stuck(|| runtime.block_on(pending::<()>()));
    assert_waits(&dump, "task 1", "nobody: its waker was dropped");
}

/// A future whose poll leaves nothing behind, though it was woken from far away once.
#[test]
fn a_name_that_was_woken_from_another_thread() {
    let runtime = Runtime::new().unwrap();
    let dump = dump_of_stuck(|| {
        runtime.block_on(async {
            let mut thread = None;
            let woken = poll_fn(|cx| match thread.take() {
                None => {
                    let waker = cx.waker().clone();
                    thread = Some(std::thread::spawn(move || waker.wake()));
                    Poll::Pending
                }
                Some(_) => Poll::Ready(()),
            });
            let mut woken = std::pin::pin!(woken);
            poll_fn(|cx| woken.as_mut().poll(cx)).await;
            pending::<()>().await
        })
    });
    assert!(dump.contains("just now, away"), "{dump}");
}

/// The loop remembers who had a waker abroad when it looked last, and asks that one first. Who comes next has the same
/// place, the same name, as many polls and as many shares.
#[test]
fn the_successor_of_one_that_another_thread_woke() {
    let (runtime, waits) = runtime();
    let (give, wakers) = channel::<Waker>();
    let thread = when_it_waits(waits, move || wakers.recv_timeout(PATIENCE).unwrap().wake());
    let dump = dump_of_stuck(|| {
        runtime.block_on(async {
            let woken = spawn(given_away(move |waker| give.send(waker).unwrap()));
            woken.await.unwrap();
            let successor = spawn(async { spawn(pending::<()>()).await });
            successor.await.unwrap().unwrap();
        })
    });
    assert_waits(&dump, "task 2", "task 3");
    thread.join().unwrap();
}

#[test]
fn the_future_of_the_next_block_on() {
    let (runtime, waits) = runtime();
    let (give, wakers) = channel::<Waker>();
    let thread = when_it_waits(waits, move || wakers.recv_timeout(PATIENCE).unwrap().wake());
    runtime.block_on(given_away(move |waker| give.send(waker).unwrap()));
    thread.join().unwrap();
    let lost = runtime.spawn(pending::<()>());
    let dump = dump_of_stuck(|| runtime.block_on(lost));
    assert_waits(&dump, "block_on", "task 1");
}
