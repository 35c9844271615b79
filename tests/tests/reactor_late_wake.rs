//! A wake that comes when the reactor is gone writes into nobody else's descriptor.
#![cfg(target_os = "linux")]

mod alone;

use std::cell::Cell;
use std::fs;
use std::io::{self, Read as _};
use std::net::UdpSocket;
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::thread;
use std::time::Duration;

use reactor::{Driver, EpollDriver, Instant, Interest, Pollable, Reactor, Registration, Report};
use reactor::{Sharing, SourceKey, SourceKind, Trigger, Unparker};

fn open() -> usize {
    fs::read_dir("/proc/self/fd").unwrap().count() - 1
}

fn open_queue(reactor: &Reactor) -> Registration<UdpSocket> {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let kind = SourceKind::Datagram;
    Registration::new(reactor.handle(), socket, kind, Sharing::Sole).unwrap()
}

/// Epoll, until the loop panics in the middle of its wait: then it looks asleep for ever, and every wake rings.
struct Panicking {
    epoll: EpollDriver,
    panics: Rc<Cell<bool>>,
}

impl Driver for Panicking {
    fn now(&self) -> Instant {
        self.epoll.now()
    }

    fn add(
        &self,
        source: Rc<dyn Pollable>,
        key: SourceKey,
        kind: SourceKind,
        interest: Interest,
    ) -> io::Result<(Trigger, Interest)> {
        self.epoll.add(source, key, kind, interest)
    }

    fn modify(
        &self,
        source: &dyn Pollable,
        key: SourceKey,
        trigger: Trigger,
        interest: Interest,
    ) -> io::Result<()> {
        self.epoll.modify(source, key, trigger, interest)
    }

    fn remove(&self, source: &dyn Pollable, key: SourceKey, sole: bool) {
        self.epoll.remove(source, key, sole);
    }

    fn wait(&self, timeout: Option<Duration>, reports: &mut Vec<Report>) -> io::Result<()> {
        assert!(!self.panics.get(), "in the middle of the wait");
        self.epoll.wait(timeout, reports)
    }

    fn reports_exceptions(&self) -> bool {
        true
    }

    fn name(&self) -> &'static str {
        "panicking"
    }
}

#[test]
fn a_late_wake_writes_into_nobody_elses_descriptor() {
    let test = "a_late_wake_writes_into_nobody_elses_descriptor";
    if !alone::is_alone() {
        let mut child = alone::start(test, "ulimit -n 64");
        return assert!(child.wait().unwrap().success());
    }

    let before = open();
    let unparker = Unparker::new();
    let panics = Rc::new(Cell::new(false));
    let driver = Panicking {
        epoll: EpollDriver::new(unparker.clone()),
        panics: panics.clone(),
    };
    let reactor = Reactor::with_driver(Box::new(driver), unparker);
    let socket = open_queue(&reactor);
    let waker = reactor.unparker();

    // A panic in a wait does not disable the next one.
    panics.set(true);
    catch_unwind(AssertUnwindSafe(|| reactor.turn(None))).unwrap_err();
    panics.set(false);
    reactor.turn(None).unwrap();
    panics.set(true);
    catch_unwind(AssertUnwindSafe(|| reactor.turn(None))).unwrap_err();

    drop((socket, reactor));
    assert_eq!(
        open(),
        before + 1,
        "the eventfd lives as long as a wake may come"
    );
    let mut others = Vec::new();
    while let Ok((one, other)) = UnixStream::pair() {
        one.set_nonblocking(true).unwrap();
        other.set_nonblocking(true).unwrap();
        others.extend([one, other]);
    }
    thread::spawn(move || waker.wake()).join().unwrap();
    for other in &mut others {
        let nothing = other.read(&mut [0; 8]).unwrap_err();
        assert_eq!(nothing.kind(), io::ErrorKind::WouldBlock);
    }
    drop(others);
    assert_eq!(open(), before, "the last waker has closed it");
}
