//! Descriptors: none is opened for nothing, none is lost, and running out of them is an error like any other.
#![cfg(target_os = "linux")]

mod alone;

use std::fs::{self, File};
use std::future::Future;
use std::io;
use std::net::UdpSocket;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Waker};
use std::thread;
use std::time::Duration;

use reactor::{Direction, DriverKind, Pollable, Reactor, Registration, Sharing, SourceKind, Timer};

const KINDS: [DriverKind; 3] = [DriverKind::Auto, DriverKind::Epoll, DriverKind::Polling];

/// Nothing waits so long in a test that passes.
const PATIENCE: Duration = Duration::from_secs(20);

/// EMFILE: this process has as many descriptors as it may have.
const NONE_LEFT: i32 = 24;

/// Runs the scene in a process of its own that may open so many descriptors.
fn alone(test: &str, limit: u32, scene: impl FnOnce()) {
    if alone::is_alone() {
        return scene();
    }
    let mut child = alone::start(test, &format!("ulimit -n {limit}"));
    assert!(child.wait().unwrap().success());
}

fn open() -> usize {
    fs::read_dir("/proc/self/fd").unwrap().count() - 1
}

/// All descriptors that are left.
fn hoard() -> Vec<File> {
    std::iter::from_fn(|| File::open("/dev/null").ok()).collect()
}

fn register<T: Pollable + 'static>(reactor: &Reactor, io: T) -> io::Result<Registration<T>> {
    let kind = SourceKind::Datagram;
    Registration::new(reactor.handle(), io, kind, Sharing::Shared)
}

fn wait_a_little(reactor: &Reactor) {
    let deadline = reactor.handle().now() + Duration::from_micros(100);
    let mut timer = pin!(Timer::new(reactor.handle(), deadline));
    let mut cx = Context::from_waker(Waker::noop());
    while timer.as_mut().poll(&mut cx).is_pending() {
        reactor.turn(None).unwrap();
    }
}

/// A queue and its bell; `poll(2)` has no queue.
fn needed(reactor: &Reactor) -> usize {
    if reactor.driver_name() == "poll" {
        1
    } else {
        2
    }
}

#[test]
fn nothing_is_opened_before_the_first_source_and_all_is_closed() {
    alone(
        "nothing_is_opened_before_the_first_source_and_all_is_closed",
        256,
        || {
            let before = open();
            for kind in KINDS {
                let reactor = Reactor::new(kind).unwrap();
                wait_a_little(&reactor);
                let waker = reactor.unparker();
                thread::spawn(move || waker.wake()).join().unwrap();
                reactor.turn(None).unwrap();
                assert_eq!(open(), before, "{kind:?}: timers and wakes need none");

                let socket = register(&reactor, UdpSocket::bind("127.0.0.1:0").unwrap()).unwrap();
                let opened = open() - before - 1;
                assert!(
                    (needed(&reactor)..=4).contains(&opened),
                    "{kind:?}: the queue and its bell"
                );
                let second = register(&reactor, UdpSocket::bind("127.0.0.1:0").unwrap()).unwrap();
                assert_eq!(open() - before - 2, opened, "the queue is opened once");
                drop((socket, second, reactor));
                assert_eq!(open(), before, "{kind:?}: all is closed");
            }
        },
    );
}

#[test]
fn without_descriptors_the_first_registration_fails_and_a_later_one_does_not() {
    alone(
        "without_descriptors_the_first_registration_fails_and_a_later_one_does_not",
        64,
        || {
            for kind in KINDS {
                let reactor = Reactor::new(kind).unwrap();
                let socket = Rc::new(UdpSocket::bind("127.0.0.1:0").unwrap());
                let mut hoard = hoard();
                let all = hoard.len();
                // With each descriptor that is free, the queue gets a little further before it fails.
                let registered = loop {
                    match register(&reactor, socket.clone()) {
                        Ok(registered) => break registered,
                        Err(error) => assert_eq!(error.raw_os_error(), Some(NONE_LEFT), "{error}"),
                    }
                    assert_eq!(reactor.metrics().sources, 0);
                    assert_eq!(
                        self::hoard().len() + hoard.len(),
                        all,
                        "{kind:?}: it kept none"
                    );
                    hoard.pop().expect("the queue needs a few descriptors only");
                };
                // A queue and its bell; `poll(2)` has no queue.
                let needed = if reactor.driver_name() == "poll" {
                    1
                } else {
                    2
                };
                assert!(all - hoard.len() >= needed);
                reactor.unparker().wake();
                reactor.turn(None).unwrap();
                drop(registered);
            }
        },
    );
}

/// What the world did before is found by the one that is not refused.
#[test]
fn without_descriptors_a_lookout_is_refused_and_a_later_one_is_not() {
    alone(
        "without_descriptors_a_lookout_is_refused_and_a_later_one_is_not",
        64,
        || {
            for kind in KINDS {
                let reactor = Reactor::new(kind).unwrap();
                let theirs = UdpSocket::bind("127.0.0.1:0").unwrap();
                let ours = UdpSocket::bind("127.0.0.1:0").unwrap();
                let address = ours.local_addr().unwrap();
                let ours = register(&reactor, ours).unwrap();
                ours.forget_ready(Direction::Read);
                let mut ready = pin!(ours.ready(Direction::Read));
                let mut cx = Context::from_waker(Waker::noop());
                assert!(ready.as_mut().poll(&mut cx).is_pending());
                reactor.turn(Some(Duration::ZERO)).unwrap(); // It is watched now, on io_uring too.

                let mut hoard = hoard();
                let all = hoard.len();
                theirs.send_to(b"x", address).unwrap();
                let mut lookout = loop {
                    match reactor.lookout() {
                        Ok(lookout) => break lookout,
                        Err(error) => assert_eq!(error.raw_os_error(), Some(NONE_LEFT), "{error}"),
                    }
                    hoard.pop().expect("it needs a few descriptors only");
                };
                let needed = all - hoard.len();
                let has_a_share = reactor.driver_name() == "polling";
                assert_eq!(needed == 0, has_a_share, "{kind:?}: {needed}");
                drop(hoard);
                reactor.rest(false);
                lookout.watch(Some(PATIENCE)).unwrap();
                reactor.rouse();
                reactor.turn(Some(Duration::ZERO)).unwrap();
                assert!(ready.poll(&mut cx).is_ready(), "{kind:?}: it is lost");
            }
        },
    );
}
