//! A driver that refuses: every error reaches the one whom it concerns, and nobody else suffers.

mod counted;

use std::cell::Cell;
use std::future::Future;
use std::io;
use std::net::UdpSocket;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use counted::Counted;
use reactor::Direction::{self, Read, Write};
use reactor::{
    Driver, Instant, Interest, ManualDriver, Pollable, Reactor, Readiness, Registration, Report,
    Sharing, SourceKey, SourceKind, Timer, Trigger, Unparker,
};

/// The manual driver, which refuses one of its calls while it is told to.
#[derive(Clone)]
struct Refusing {
    world: ManualDriver,
    refuses: Rc<Cell<&'static str>>,
}

impl Refusing {
    fn asked(&self, call: &str) -> io::Result<()> {
        if self.refuses.get() == call {
            return Err(io::Error::other("refused"));
        }
        Ok(())
    }
}

impl Driver for Refusing {
    fn now(&self) -> Instant {
        self.world.now()
    }

    fn add(
        &self,
        source: Rc<dyn Pollable>,
        key: SourceKey,
        kind: SourceKind,
        interest: Interest,
    ) -> io::Result<(Trigger, Interest)> {
        self.asked("add")?;
        self.world.add(source, key, kind, interest)
    }

    fn modify(
        &self,
        source: &dyn Pollable,
        key: SourceKey,
        trigger: Trigger,
        interest: Interest,
    ) -> io::Result<()> {
        self.asked("modify")?;
        self.world.modify(source, key, trigger, interest)
    }

    fn remove(&self, source: &dyn Pollable, key: SourceKey, sole: bool) {
        self.world.remove(source, key, sole);
    }

    fn wait(&self, timeout: Option<Duration>, reports: &mut Vec<Report>) -> io::Result<()> {
        self.world.wait(timeout, reports)?;
        self.asked("wait")
    }

    fn reports_exceptions(&self) -> bool {
        true
    }

    fn name(&self) -> &'static str {
        "refusing"
    }
}

fn world(trigger: Trigger) -> (Refusing, Reactor) {
    let world = ManualDriver::new();
    world.set_trigger(trigger);
    let driver = Refusing {
        world,
        refuses: Rc::default(),
    };
    let reactor = Reactor::with_driver(Box::new(driver.clone()), Unparker::new());
    (driver, reactor)
}

fn register(reactor: &Reactor) -> io::Result<Registration<UdpSocket>> {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let kind = SourceKind::Datagram;
    Registration::new(reactor.handle(), socket, kind, Sharing::Sole)
}

fn poll_blocked(
    socket: &Registration<UdpSocket>,
    direction: Direction,
    waker: &Waker,
) -> Poll<io::Result<()>> {
    let mut cx = Context::from_waker(waker);
    socket.poll_io(
        &mut cx,
        direction,
        |_| Err(io::ErrorKind::WouldBlock.into()),
    )
}

fn is_refused(polled: Poll<io::Result<()>>) -> bool {
    matches!(polled, Poll::Ready(Err(error)) if error.to_string() == "refused")
}

#[test]
fn a_refused_registration_leaves_nothing_behind() {
    let (driver, reactor) = world(Trigger::Edge);
    driver.refuses.set("add");
    assert_eq!(register(&reactor).unwrap_err().to_string(), "refused");
    assert_eq!(reactor.metrics().sources, 0);
    driver.refuses.set("");
    let _socket = register(&reactor).unwrap();
    assert_eq!(reactor.metrics().sources, 1);
}

#[test]
fn a_refused_wait_is_told_to_the_one_who_waits_and_keeps_no_waker() {
    let (driver, reactor) = world(Trigger::Edge);
    let socket = register(&reactor).unwrap();
    let (counted, waker) = Counted::waker();
    driver.refuses.set("modify");
    assert!(is_refused(poll_blocked(&socket, Write, &waker)));
    assert_eq!(Arc::strong_count(&counted), 2);
    let blocks = |_: &UdpSocket| Err(io::ErrorKind::WouldBlock.into());
    let operation = pin!(socket.operation(Write, blocks));
    assert!(is_refused(operation.poll(&mut Context::from_waker(&waker))));
    driver.refuses.set("");
    assert!(poll_blocked(&socket, Write, &waker).is_pending());
}

#[test]
fn a_refused_writer_costs_the_reader_nothing() {
    let (driver, reactor) = world(Trigger::Edge);
    let socket = register(&reactor).unwrap();
    let (counted, waker) = Counted::waker();
    assert!(poll_blocked(&socket, Read, &waker).is_pending());
    driver.refuses.set("modify");
    assert!(is_refused(poll_blocked(&socket, Write, Waker::noop())));
    driver.refuses.set("");
    assert!(poll_blocked(&socket, Write, Waker::noop()).is_pending());
    assert_eq!(
        driver.world.armed(0),
        Some(Interest::BOTH),
        "it still reads"
    );
    driver.world.report(0, Readiness::READ);
    reactor.turn(Some(Duration::ZERO)).unwrap();
    assert_eq!(counted.wakes(), 1);
}

#[test]
fn those_whom_the_reactor_cannot_arm_again_are_woken_and_told() {
    let (driver, reactor) = world(Trigger::OneShot);
    let socket = register(&reactor).unwrap();
    let (counted, waker) = Counted::waker();
    assert!(poll_blocked(&socket, Read, &waker).is_pending());
    assert!(poll_blocked(&socket, Write, Waker::noop()).is_pending());
    driver.refuses.set("modify");
    driver.world.report(0, Readiness::WRITE);
    reactor.turn(Some(Duration::ZERO)).unwrap();
    assert_eq!(counted.wakes(), 1, "or nobody would ever wake it");
    assert!(is_refused(poll_blocked(&socket, Read, &waker)));
    driver.refuses.set("");
    assert!(poll_blocked(&socket, Read, &waker).is_pending());
    assert_eq!(driver.world.armed(0), Some(Interest::READ));
}

#[test]
fn a_wait_that_fails_is_told_to_the_loop_and_timers_fire_all_the_same() {
    let (driver, reactor) = world(Trigger::Edge);
    let (counted, waker) = Counted::waker();
    let deadline = Instant::ORIGIN + Duration::from_secs(1);
    let mut timer = pin!(Timer::new(reactor.handle(), deadline));
    let mut cx = Context::from_waker(&waker);
    assert!(timer.as_mut().poll(&mut cx).is_pending());
    driver.refuses.set("wait");
    assert_eq!(reactor.turn(None).unwrap_err().to_string(), "refused");
    assert!(counted.wakes() == 1 && timer.poll(&mut cx).is_ready());
}
