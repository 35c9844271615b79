//! Signals of Unix: who hears of them, how often, and what becomes of them when nobody does.
//!
//! Each test has a signal of its own, because a process has each only once.
#![cfg(unix)]

use std::io::ErrorKind;
use std::process::{Command, Stdio};
use std::sync::Barrier;
use std::thread;

use runtime::future::{or, poll_once, zip};
use runtime::signal::unix::{Signal, SignalKind, signal};
use runtime::stream::StreamExt;
use runtime::task::spawn_blocking;
use runtime::time::{Duration, timeout};
use runtime::{DriverKind, Runtime, block_on, spawn};

/// Nothing waits so long in a test that passes.
const PATIENCE: Duration = Duration::from_secs(20);

/// A signal to this thread: when this returns, it has been handled.
fn raise(kind: SignalKind) {
    signal_hook::low_level::raise(kind.as_raw_value()).unwrap();
}

async fn heard(signal: &mut Signal) {
    let arrival = timeout(PATIENCE, signal.recv()).await;
    assert_eq!(arrival.expect("it was lost"), Some(()));
}

async fn nothing(signal: &mut Signal) {
    assert_eq!(poll_once(signal.recv()).await, None);
}

#[test]
fn every_listener_hears_of_every_signal() {
    for kind in [DriverKind::Auto, DriverKind::Polling] {
        let runtime = Runtime::builder().driver(kind).build().unwrap();
        runtime.block_on(async {
            let mut listeners: Vec<_> = (0..5)
                .map(|_| signal(SignalKind::user_defined1()).unwrap())
                .collect();
            let mut other = signal(SignalKind::window_change()).unwrap();
            for _ in 0..20 {
                for listener in &mut listeners {
                    nothing(listener).await;
                }
                raise(SignalKind::user_defined1());
                for listener in &mut listeners {
                    heard(listener).await;
                }
            }
            // Those who come later hear of what comes later.
            raise(SignalKind::user_defined1());
            heard(&mut listeners[0]).await;
            let mut late = signal(SignalKind::user_defined1()).unwrap();
            nothing(&mut late).await;
            nothing(&mut other).await;
            drop(listeners);
            raise(SignalKind::user_defined1());
            heard(&mut late).await;
        });
    }
}

#[test]
fn several_runtimes_hear_of_a_signal() {
    let barrier = Barrier::new(4);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                block_on(async {
                    let mut hangups = signal(SignalKind::hangup()).unwrap();
                    barrier.wait();
                    for _ in 0..3 {
                        heard(&mut hangups).await;
                        barrier.wait();
                    }
                });
            });
        }
        barrier.wait();
        for _ in 0..3 {
            raise(SignalKind::hangup());
            barrier.wait();
        }
    });
}

/// A storm while somebody waits, and one while nobody does.
#[test]
fn of_a_storm_the_last_one_is_told_and_no_more_than_there_were() {
    const STORM: usize = 20_000;
    let runtime = Runtime::new().unwrap();
    runtime.block_on(async {
        let mut alarms = signal(SignalKind::alarm()).unwrap();
        let mut idle = signal(SignalKind::alarm()).unwrap();
        let mut told = 0;
        let storm = spawn_blocking(|| (0..STORM).for_each(|_| raise(SignalKind::alarm())));
        let counting = async {
            loop {
                assert_eq!(alarms.recv().await, Some(()));
                told += 1;
            }
        };
        or(counting, storm).await.unwrap();
        assert!(told > 0);
        while poll_once(alarms.recv()).await.is_some() {
            told += 1;
        }
        raise(SignalKind::alarm());
        heard(&mut alarms).await;
        told += 1;
        assert!(told <= STORM + 1, "{told}");

        // Nobody has asked here, and it has kept some, but not one for each.
        let mut kept = 0;
        while poll_once(idle.recv()).await.is_some() {
            kept += 1;
        }
        assert!((1..100).contains(&kept), "{kept}");
        nothing(&mut alarms).await;
    });
}

#[test]
fn signals_that_nobody_waits_for_wake_nobody() {
    let runtime = Runtime::new().unwrap();
    runtime.block_on(async {
        let mut quits = signal(SignalKind::quit()).unwrap();
        // It has been waited for, and is not any more.
        nothing(&mut quits).await;
        raise(SignalKind::quit());
        heard(&mut quits).await;
        runtime::time::sleep(Duration::from_micros(1)).await;
        let before = runtime.metrics();
        for _ in 0..100 {
            raise(SignalKind::quit());
            runtime::time::sleep(Duration::from_micros(1)).await;
        }
        let after = runtime.metrics();
        assert!(after.reports <= before.reports + 1, "{after:?}");
        heard(&mut quits).await;
    });
}

#[test]
fn a_dropped_wait_loses_no_signal_and_leaves_nothing_behind() {
    let runtime = Runtime::new().unwrap();
    runtime.block_on(async {
        let mut ios = signal(SignalKind::io()).unwrap();
        for _ in 0..3 {
            // Before the first poll, in the wait, and behind the arrival.
            drop(ios.recv());
            nothing(&mut ios).await;
            let mut waiting = Box::pin(ios.recv());
            assert!(poll_once(&mut waiting).await.is_none());
            raise(SignalKind::io());
            drop(waiting);
            heard(&mut ios).await;
        }
        let sources = runtime.metrics().sources;
        drop(ios);
        assert_eq!(runtime.metrics().sources, sources - 1);
        // Nobody hears it, and nobody is ended by it.
        raise(SignalKind::io());
    });
}

/// It is a stream, and two tasks may wait for the same kind.
#[test]
fn a_signal_is_a_stream() {
    block_on(async {
        let arrivals = signal(SignalKind::user_defined2()).unwrap();
        let first = spawn(arrivals.take(1).count());
        let mut second = signal(SignalKind::user_defined2()).unwrap();
        runtime::task::yield_now().await;
        raise(SignalKind::user_defined2());
        let (first, second) = zip(timeout(PATIENCE, first), second.next()).await;
        assert_eq!((first.unwrap().unwrap(), second), (1, Some(())));
    });
}

#[test]
fn what_cannot_be_listened_for_is_an_error() {
    block_on(async {
        for number in [4, 8, 9, 11, signal_hook::consts::SIGSTOP] {
            let error = signal(SignalKind::from_raw(number)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{number}");
            assert!(error.to_string().contains(&format!("signal {number}")));
        }
        for number in [-1, 0, 1000, i32::MAX, i32::MIN] {
            let error = signal(SignalKind::from_raw(number)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{number}");
            assert!(error.to_string().contains(&format!("signal {number}")));
        }
    });
}

#[test]
fn a_runtime_that_is_gone_hears_nothing_more() {
    let runtime = Runtime::new().unwrap();
    let mut children = runtime.block_on(async { signal(SignalKind::child()).unwrap() });
    drop(runtime);
    assert_eq!(block_on(children.recv()), None);
    assert_eq!(block_on(children.next()), None);
    raise(SignalKind::child()); // Nobody is hurt.
}

/// A program that listens does not make its children deaf.
#[test]
fn a_child_has_the_defaults_of_the_system() {
    use std::os::unix::process::ExitStatusExt;

    block_on(async {
        let mut pipes = signal(SignalKind::pipe()).unwrap();
        let mut shell = Command::new("sh");
        shell.args(["-c", "kill -s PIPE $$"]).stderr(Stdio::null());
        let status = shell.status().unwrap();
        assert_eq!(
            status.signal(),
            Some(signal_hook::consts::SIGPIPE),
            "{status}"
        );
        nothing(&mut pipes).await;
        raise(SignalKind::pipe());
        heard(&mut pipes).await;
    });
}
