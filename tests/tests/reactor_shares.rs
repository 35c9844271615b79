//! Whatever safe code does, the portable driver has a share of each source that its queue watches: its one unsafe
//! block stands on that.

#![cfg(unix)]

use std::cell::{Cell, RefCell};
use std::io::ErrorKind;
use std::net::UdpSocket;
use std::os::fd::{AsFd, BorrowedFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use reactor::{
    Driver, DriverKind, Interest, PollingDriver, Reactor, Registration, Sharing, SourceKey,
    SourceKind, Unparker,
};

fn socket() -> UdpSocket {
    UdpSocket::bind("127.0.0.1:0").unwrap()
}

fn add(driver: &PollingDriver, key: SourceKey, source: Rc<UdpSocket>) -> std::io::Result<()> {
    let added = driver.add(source, key, SourceKind::Datagram, Interest::READ);
    added.map(drop)
}

#[test]
fn a_key_that_is_taken_is_refused() {
    let driver = PollingDriver::new(Unparker::new());
    let (first, second) = (Rc::new(socket()), Rc::new(socket()));
    let key = SourceKey::from_usize(3);
    add(&driver, key, first.clone()).unwrap();
    let refused = add(&driver, key, second.clone()).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::AlreadyExists);
    assert_eq!(
        (Rc::strong_count(&first), Rc::strong_count(&second)),
        (2, 1)
    );

    driver.remove(&first, key, true);
    assert_eq!(Rc::strong_count(&first), 1);
    add(&driver, key, second).unwrap();
}

type Meddle = Box<dyn FnOnce()>;

/// A source that does something when it is asked for its descriptor.
struct Meddling {
    io: UdpSocket,
    when_asked: Rc<RefCell<Option<Meddle>>>,
    dropped: Rc<Cell<bool>>,
}

impl Meddling {
    fn new() -> Self {
        Meddling {
            io: socket(),
            when_asked: Rc::default(),
            dropped: Rc::default(),
        }
    }
}

impl AsFd for Meddling {
    fn as_fd(&self) -> BorrowedFd<'_> {
        let meddle = self.when_asked.take();
        if let Some(meddle) = meddle {
            meddle();
        }
        self.io.as_fd()
    }
}

impl Drop for Meddling {
    fn drop(&mut self) {
        self.dropped.set(true);
    }
}

#[test]
fn a_source_that_registers_another_one_gets_a_place_of_its_own() {
    for kind in [DriverKind::Auto, DriverKind::Polling] {
        let reactor = Reactor::new(kind).unwrap();
        let inner = Rc::new(RefCell::new(None));
        let outer = Meddling::new();
        let (handle, place) = (reactor.handle(), inner.clone());
        outer.when_asked.replace(Some(Box::new(move || {
            let registered =
                Registration::new(handle, socket(), SourceKind::Datagram, Sharing::Shared);
            place.replace(Some(registered.unwrap()));
        })));
        let outer = Registration::new(
            reactor.handle(),
            outer,
            SourceKind::Datagram,
            Sharing::Shared,
        );
        let outer = outer.unwrap();
        outer.get_ref().as_fd(); // A driver over `poll(2)` asks only when somebody waits.
        assert_eq!(reactor.metrics().sources, 2);

        drop(outer);
        assert_eq!(reactor.metrics().sources, 1);
        let inner = inner.take().unwrap().into_inner();
        inner.expect("it is not watched any more and nobody else has a share");
        assert_eq!(reactor.metrics().sources, 0);
    }
}

#[test]
fn a_source_that_panics_when_it_is_deregistered_is_kept() {
    let reactor = Reactor::new(DriverKind::Polling).unwrap();
    let source = Meddling::new();
    let (when_asked, dropped) = (source.when_asked.clone(), source.dropped.clone());
    let kind = SourceKind::Datagram;
    let source = Registration::new(reactor.handle(), source, kind, Sharing::Shared).unwrap();
    when_asked.replace(Some(Box::new(|| panic!("a bad source"))));
    assert!(catch_unwind(AssertUnwindSafe(|| drop(source))).is_err());
    assert!(!dropped.get(), "it is watched still");
}
