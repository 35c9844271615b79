//! Tasks and timers alone open no descriptor and start no thread.
//!
//! This file has one test, because others beside it in the process would be counted, too.
#![cfg(target_os = "linux")]

use std::fs::read_dir;
use std::rc::Rc;
use std::thread;

use runtime::io::Async;
use runtime::task::yield_now;
use runtime::time::{Duration, interval, sleep, timeout};
use runtime::{DriverKind, Runtime, spawn};

/// How many descriptors and threads this process has.
fn census() -> (usize, usize) {
    let count = |folder| read_dir(folder).unwrap().count();
    (count("/proc/self/fd"), count("/proc/self/task"))
}

async fn tasks_and_timers() {
    let runtime_of_its_own = Rc::new(());
    let tasks: Vec<_> = (0..100)
        .map(|n| {
            let share = runtime_of_its_own.clone();
            spawn(async move {
                sleep(Duration::from_micros(n)).await;
                drop(share);
            })
        })
        .collect();
    interval(Duration::from_micros(1)).tick().await;
    for task in tasks {
        task.await.unwrap();
    }
    timeout(Duration::from_micros(1), std::future::pending::<()>())
        .await
        .unwrap_err();
    yield_now().await;
}

#[test]
fn tasks_and_timers_open_no_descriptor_and_start_no_thread() {
    // A thread that wakes the loop may exist before; it is the test's own.
    let (sender, receiver) = async_channel::bounded(1);
    let (start, started) = std::sync::mpsc::channel();
    let waking = thread::spawn(move || {
        started.recv().unwrap();
        sender.send_blocking(()).unwrap();
        started.recv().unwrap();
    });
    let before = census();
    for kind in [DriverKind::Auto, DriverKind::Polling] {
        let runtime = Runtime::builder().driver(kind).build().unwrap();
        runtime.block_on(async {
            tasks_and_timers().await;
            assert_eq!(census(), before, "inside of {kind:?}");
        });
        if kind == DriverKind::Auto {
            runtime.block_on(async {
                start.send(()).unwrap();
                receiver.recv().await.unwrap();
                assert_eq!(census(), before, "after a wake from a thread");
            });
        }
        drop(runtime);
        assert_eq!(census(), before, "after {kind:?}");
    }

    // The first socket opens the queue, and the end of the runtime closes it.
    let runtime = Runtime::new().unwrap();
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let with_socket = census();
    runtime.block_on(async {
        let socket = Async::new(socket).unwrap();
        assert!(census().0 > with_socket.0);
        assert_eq!(census().1, before.1);
        drop(socket);
    });
    drop(runtime);
    assert_eq!(census(), before);
    start.send(()).unwrap();
    waking.join().unwrap();
}
