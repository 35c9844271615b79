//! A wait that another thread does for a driver: what it finds is told at home, and it may outlive the reactor.

use std::future::Future;
use std::net::UdpSocket;
use std::pin::pin;
use std::sync::mpsc::channel;
use std::task::{Context, Waker};
use std::thread;
use std::time::Duration;

use reactor::{Direction, DriverKind, Reactor, Registration, Sharing, SourceKind};

/// Nothing waits so long in a test that passes.
const PATIENCE: Duration = Duration::from_secs(20);
const NOW: Option<Duration> = Some(Duration::ZERO);

fn on_every_driver(test: impl Fn(&str, Reactor)) {
    let mut kinds = vec![DriverKind::Auto, DriverKind::Polling];
    if cfg!(target_os = "linux") {
        kinds.push(DriverKind::Epoll);
    }
    for kind in kinds {
        test(&format!("{kind:?}"), Reactor::new(kind).unwrap());
    }
}

fn socket(reactor: &Reactor) -> Registration<UdpSocket> {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_nonblocking(true).unwrap();
    let kind = SourceKind::Datagram;
    Registration::new(reactor.handle(), socket, kind, Sharing::Sole).unwrap()
}

/// Waits on another thread; fails if that does not end.
fn watch(reactor: &Reactor, meanwhile: impl FnOnce()) {
    let mut lookout = reactor.lookout().unwrap();
    reactor.rest(false);
    let (done, end) = channel();
    let thread = thread::spawn(move || {
        lookout.watch(None).unwrap();
        done.send(()).unwrap();
    });
    meanwhile();
    end.recv_timeout(PATIENCE).expect("the wait does not end");
    thread.join().unwrap();
    reactor.rouse();
}

#[test]
fn what_it_finds_is_told_in_the_next_turn() {
    on_every_driver(|driver, reactor| {
        let ours = socket(&reactor);
        let address = ours.get_ref().local_addr().unwrap();
        let theirs = UdpSocket::bind("127.0.0.1:0").unwrap();
        for _ in 0..3 {
            ours.forget_ready(Direction::Read);
            let mut ready = pin!(ours.ready(Direction::Read));
            let mut cx = Context::from_waker(Waker::noop());
            assert!(ready.as_mut().poll(&mut cx).is_pending());
            reactor.turn(NOW).unwrap(); // It is watched now, on io_uring too.
            watch(&reactor, || {
                theirs.send_to(b"x", address).unwrap();
            });
            let before = reactor.metrics().reports;
            reactor.turn(NOW).unwrap();
            assert!(reactor.metrics().reports > before, "on {driver}");
            assert!(ready.poll(&mut cx).is_ready());
            ours.get_ref().recv(&mut [0; 8]).unwrap();
        }
    });
}

#[test]
fn a_wake_ends_it() {
    on_every_driver(|_, reactor| {
        let _ours = socket(&reactor);
        for _ in 0..3 {
            let waker = reactor.unparker();
            watch(&reactor, || waker.wake());
            reactor.turn(NOW).unwrap();
        }
    });
}

/// The reactor goes first, with its sources: the wait ends by a late wake, as long as the waker is there.
#[test]
fn it_may_outlive_the_reactor() {
    on_every_driver(|_, reactor| {
        let ours = socket(&reactor);
        let waker = reactor.unparker();
        let mut lookout = reactor.lookout().unwrap();
        reactor.rest(false);
        let (done, end) = channel();
        let thread = thread::spawn(move || done.send(lookout.watch(None)).unwrap());
        drop(reactor);
        drop(ours);
        waker.wake_by_ref();
        let watched = end.recv_timeout(PATIENCE).expect("the wait does not end");
        watched.unwrap();
        thread.join().unwrap();
    });
}
