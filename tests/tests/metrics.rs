//! `Runtime::metrics`: what each count counts, and what it does not.

use std::future::{Future, pending, poll_fn};
use std::net::UdpSocket;
use std::pin::pin;
use std::task::Poll;
use std::thread;

use runtime::io::Async;
use runtime::task::yield_now;
use runtime::time::{Duration, sleep};
use runtime::{ManualDriver, Metrics, Runtime, spawn};

fn world() -> (ManualDriver, Runtime) {
    let world = ManualDriver::new();
    let runtime = Runtime::builder().manual(&world).build().unwrap();
    (world, runtime)
}

#[test]
fn a_new_runtime_has_counted_nothing() {
    assert_eq!(world().1.metrics(), Metrics::default());
    assert_eq!(Runtime::new().unwrap().metrics(), Metrics::default());
}

#[test]
fn tasks_are_those_that_have_not_ended() {
    let (_, runtime) = world();
    let handle = runtime.spawn(async {});
    let left = runtime.spawn(pending::<()>());
    assert_eq!((runtime.metrics().tasks, runtime.metrics().spawned), (2, 2));
    runtime.block_on(handle).unwrap();
    assert_eq!((runtime.metrics().tasks, runtime.metrics().spawned), (1, 2));
    left.abort();
    runtime.block_on(left).unwrap_err();
    assert_eq!((runtime.metrics().tasks, runtime.metrics().spawned), (0, 2));
}

#[test]
fn polls_are_those_of_tasks_and_not_of_the_main_future() {
    let (_, runtime) = world();
    runtime.block_on(async {
        for _ in 0..10 {
            yield_now().await;
        }
    });
    assert_eq!(runtime.metrics().polls, 0);
    runtime
        .block_on(runtime.spawn(async {
            yield_now().await;
            yield_now().await;
        }))
        .unwrap();
    assert_eq!(runtime.metrics().polls, 3);
}

#[test]
fn wakes_are_those_that_queue_somebody() {
    let (_, runtime) = world();
    let wake = async |times: usize| {
        let mut first = true;
        poll_fn(|cx| {
            (0..times).for_each(|_| cx.waker().wake_by_ref());
            match std::mem::take(&mut first) {
                true => Poll::Pending,
                false => Poll::Ready(()),
            }
        })
        .await;
    };
    runtime.block_on(wake(1));
    let once = runtime.metrics().wakes;
    assert!(once >= 1);
    runtime.block_on(wake(5));
    assert_eq!(runtime.metrics().wakes, 2 * once, "five at once are one");
}

#[test]
fn timers_are_those_that_somebody_waits_for() {
    let (_, runtime) = world();
    runtime.block_on(async {
        let mut nap = pin!(sleep(Duration::from_secs(1)));
        assert_eq!(runtime.metrics().timers, 0, "not before its first poll");
        poll_fn(|cx| Poll::Ready(nap.as_mut().poll(cx).is_ready())).await;
        assert_eq!(runtime.metrics().timers, 1);
        spawn(async { sleep(Duration::from_secs(5)).await });
        nap.await;
        assert_eq!(runtime.metrics().timers, 1, "that of the task");
    });
}

#[test]
fn waits_are_those_that_may_sleep() {
    let (_, runtime) = world();
    runtime.block_on(async {
        for _ in 0..1000 {
            yield_now().await; // The loop looks at the world, but does not wait.
        }
    });
    assert_eq!(runtime.metrics().waits, 0);
    runtime.block_on(async {
        for _ in 0..3 {
            sleep(Duration::from_secs(1)).await;
        }
    });
    assert_eq!(runtime.metrics().waits, 3);
}

#[test]
fn sources_are_registered_and_reports_are_of_ready_ones() {
    let (world, runtime) = world();
    runtime.block_on(async {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let socket = Async::new(socket).unwrap();
        assert_eq!(runtime.metrics().sources, 1);
        for reports in 1..=3 {
            world.report(0, reactor::Readiness::READ);
            socket.readable().await.unwrap();
            assert_eq!(runtime.metrics().reports, reports);
        }
        drop(socket);
        assert_eq!(runtime.metrics().sources, 0);
    });
    assert_eq!(runtime.metrics().reports, 3);
}

#[test]
fn a_wake_from_another_thread_counts_as_well() {
    let runtime = Runtime::new().unwrap();
    runtime.block_on(async {
        let (sender, receiver) = async_channel::bounded(1);
        let thread = thread::spawn(move || sender.send_blocking(()).unwrap());
        receiver.recv().await.unwrap();
        thread.join().unwrap();
    });
    assert!(runtime.metrics().wakes <= 1);
    assert!(format!("{runtime:?}").contains("wakes"));
}
