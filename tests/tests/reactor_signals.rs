//! A signal that falls into a wait is no error: the wait ends early or goes on, and no timer is early for it.
#![cfg(target_os = "linux")]

mod alone;

use std::future::Future;
use std::net::UdpSocket;
use std::pin::pin;
use std::process::Command;
use std::task::{Context, Waker};
use std::time::{Duration, Instant};

use reactor::{DriverKind, Reactor, Registration, Sharing, SourceKind, Timer};

/// The program waits while its parent stops and continues it, which interrupts the system's wait.
#[test]
fn an_interrupted_wait_is_no_error() {
    if alone::is_alone() {
        wait_for_three_timers(DriverKind::Polling);
        wait_until_interrupted(DriverKind::Epoll);
        return;
    }
    let mut child = alone::start("an_interrupted_wait_is_no_error", "true");
    let end = Instant::now() + Duration::from_secs(60);
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        let signals = "kill -STOP $0; kill -CONT $0";
        let mut shell = Command::new("sh");
        shell.args(["-c", signals, &child.id().to_string()]);
        let _ = shell.output().unwrap();
        if Instant::now() > end {
            child.kill().unwrap();
            panic!("no wait was ever interrupted");
        }
    };
    assert!(status.success());
}

fn reactor_with_a_queue(kind: DriverKind) -> (Reactor, Registration<UdpSocket>) {
    let reactor = Reactor::new(kind).unwrap();
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let (kind, sharing) = (SourceKind::Datagram, Sharing::Sole);
    let socket = Registration::new(reactor.handle(), socket, kind, sharing).unwrap();
    (reactor, socket)
}

fn wait_for_three_timers(kind: DriverKind) {
    let (reactor, _socket) = reactor_with_a_queue(kind);
    for _ in 0..3 {
        let wait = Duration::from_millis(50);
        let before = Instant::now();
        let mut timer = pin!(Timer::new(reactor.handle(), reactor.handle().now() + wait));
        let mut cx = Context::from_waker(Waker::noop());
        while timer.as_mut().poll(&mut cx).is_pending() {
            reactor.turn(None).unwrap();
        }
        assert!(before.elapsed() >= wait);
    }
}

/// Nothing else can end these waits: nobody sends, nobody unparks, no timer is set.
fn wait_until_interrupted(kind: DriverKind) {
    let (reactor, _socket) = reactor_with_a_queue(kind);
    for _ in 0..3 {
        reactor.turn(None).unwrap();
    }
    assert_eq!(reactor.metrics().reports, 0);
}
