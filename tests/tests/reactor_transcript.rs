//! What an observer is told of a small scene, word for word.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::future::Future;
use std::io;
use std::net::UdpSocket;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Waker};
use std::time::Duration;

use reactor::Direction::Read;
use reactor::{
    Instant, ManualDriver, Reactor, Readiness, Registration, Sharing, SourceKind, Timer,
};

const SECOND: Duration = Duration::from_secs(1);

/// Every event on a line of its own, with the time before it.
fn note_events(world: &ManualDriver, reactor: &Reactor) -> Rc<RefCell<String>> {
    let notes = Rc::new(RefCell::new(String::new()));
    let (world, lines) = (world.clone(), notes.clone());
    reactor.observe(Rc::new(move |event| {
        let time = world.now() - Instant::ORIGIN;
        writeln!(lines.borrow_mut(), "{time:?} {event:?}").unwrap();
    }));
    notes
}

fn register(reactor: &Reactor) -> Registration<UdpSocket> {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let kind = SourceKind::Datagram;
    Registration::new(reactor.handle(), socket, kind, Sharing::Sole).unwrap()
}

#[test]
fn a_reader_with_a_timeout() {
    let world = ManualDriver::new();
    let reactor = world.reactor();
    let notes = note_events(&world, &reactor);
    let mut cx = Context::from_waker(Waker::noop());

    let socket = register(&reactor);
    let blocks = |_: &UdpSocket| Err::<(), _>(io::ErrorKind::WouldBlock.into());
    assert!(socket.poll_io(&mut cx, Read, blocks).is_pending());
    let mut timeout = pin!(Timer::new(reactor.handle(), Instant::ORIGIN + SECOND * 3));
    assert!(timeout.as_mut().poll(&mut cx).is_pending());

    world.report_after(SECOND, 0, Readiness::READ | Readiness::EXCEPTIONAL);
    reactor.turn(None).unwrap();
    reactor.turn(Some(Duration::ZERO)).unwrap();
    reactor.turn(Some(SECOND)).unwrap();
    reactor.turn(None).unwrap();
    drop(socket);
    world.report(0, Readiness::READ);
    reactor.turn(Some(SECOND)).unwrap();
    reactor.unparker().wake();
    reactor.turn(None).unwrap();
    let _next_tenant = register(&reactor);

    let expected = "\
0ns SourceAdded { source: 0 }
0ns TimerSet { deadline: Instant(3s) }
0ns WaitStarted { timeout: Some(3s) }
1s WaitEnded
1s SourceReady { source: 0, readiness: {\"read\", \"exceptional\"} }
1s WaitStarted { timeout: Some(1s) }
2s WaitEnded
2s WaitStarted { timeout: Some(1s) }
3s WaitEnded
3s TimerFired { deadline: Instant(3s) }
3s SourceRemoved { source: 0 }
3s WaitStarted { timeout: Some(1s) }
3s WaitEnded
3s SourceAdded { source: 0 }
";
    assert_eq!(*notes.borrow(), expected);
    let metrics = reactor.metrics();
    assert_eq!((metrics.timers, metrics.sources), (0, 1));
    assert_eq!((metrics.waits, metrics.reports), (4, 2));
}

#[test]
fn the_last_observer_is_told_and_may_be_changed_by_an_observer() {
    let world = ManualDriver::new();
    let reactor = Rc::new(world.reactor());
    let second = note_events(&world, &reactor);
    let (weak, told) = (Rc::downgrade(&reactor), second.clone());
    reactor.observe(Rc::new(move |_| {
        let told = told.clone();
        weak.upgrade().unwrap().observe(Rc::new(move |event| {
            writeln!(told.borrow_mut(), "{event:?}").unwrap();
        }));
    }));
    reactor.turn(Some(SECOND)).unwrap();
    assert_eq!(*second.borrow(), "WaitEnded\n");
}
