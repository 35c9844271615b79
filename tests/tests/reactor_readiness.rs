//! What the reactor believes of a source, and how it has the source watched, with every trigger.

mod counted;

use std::io;
use std::net::UdpSocket;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use counted::Counted;
use reactor::Direction::{self, Read, Write};
use reactor::{
    Interest, ManualDriver, Reactor, Readiness, Registration, Sharing, SourceKind, Trigger,
};

type Socket = Registration<UdpSocket>;

const KINDS: [SourceKind; 5] = [
    SourceKind::TcpStream,
    SourceKind::UnixStream,
    SourceKind::Listener,
    SourceKind::Datagram,
    SourceKind::Other,
];

const WRITE_ONLY: Interest = Interest {
    read: false,
    write: true,
};

fn world(trigger: Trigger) -> (ManualDriver, Reactor) {
    let world = ManualDriver::new();
    world.set_trigger(trigger);
    let reactor = world.reactor();
    (world, reactor)
}

/// The manual driver never looks at the socket itself: any will do.
fn register(reactor: &Reactor, kind: SourceKind) -> Socket {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    Registration::new(reactor.handle(), socket, kind, Sharing::Sole).unwrap()
}

/// Polls a call that would block.
fn wait(socket: &Socket, direction: Direction, waker: &Waker) {
    let blocks = |_: &UdpSocket| Err::<(), _>(io::ErrorKind::WouldBlock.into());
    let polled = socket.poll_io(&mut Context::from_waker(waker), direction, blocks);
    assert!(polled.is_pending());
}

/// Reports the source and says which calls would now be tried.
fn report(world: &ManualDriver, reactor: &Reactor, source: usize, readiness: Readiness) {
    world.report(source, readiness);
    reactor.turn(Some(Duration::ZERO)).unwrap();
}

fn is_tried(socket: &Socket, direction: Direction) -> bool {
    let mut tried = false;
    let _ = socket.poll_io(&mut Context::from_waker(Waker::noop()), direction, |_| {
        tried = true;
        Ok(())
    });
    tried
}

/// Moves so many of ten bytes; true if the next call would be tried.
fn is_tried_after(socket: &Socket, direction: Direction, moved: usize) -> bool {
    let mut cx = Context::from_waker(Waker::noop());
    let polled = socket.poll_transfer(&mut cx, direction, 10, |_| Ok(moved));
    assert!(matches!(polled, Poll::Ready(Ok(some)) if some == moved));
    is_tried(socket, direction)
}

#[test]
fn each_kind_is_watched_for_what_it_will_want() {
    let (world, reactor) = world(Trigger::Edge);
    let sockets = KINDS.map(|kind| register(&reactor, kind));
    let armed: Vec<_> = (0..5).map(|source| world.armed(source).unwrap()).collect();
    let read = Interest::READ;
    assert_eq!(armed, [Interest::BOTH, read, read, read, Interest::NONE]);
    for socket in &sockets {
        wait(socket, Write, Waker::noop());
    }
    let all_write = |source| world.armed(source).unwrap().write;
    assert!(
        (0..5).all(all_write),
        "from the first write that would block"
    );
    drop(sockets);
    assert!((0..5).all(|source| world.armed(source).is_none()));
}

#[test]
fn by_edge_a_source_is_armed_for_life() {
    let (world, reactor) = world(Trigger::Edge);
    let socket = register(&reactor, SourceKind::Datagram);
    wait(&socket, Read, Waker::noop());
    report(&world, &reactor, 0, Readiness::READ);
    report(&world, &reactor, 0, Readiness::READ);
    assert_eq!(
        world.armed(0),
        Some(Interest::READ),
        "with nobody waiting, too"
    );
    assert!(is_tried(&socket, Read) && is_tried(&socket, Read));
}

#[test]
fn by_level_a_report_that_nobody_waits_for_disarms() {
    let (world, reactor) = world(Trigger::Level);
    let listener = register(&reactor, SourceKind::Listener);
    let (counted, waker) = Counted::waker();
    wait(&listener, Read, &waker);
    report(&world, &reactor, 0, Readiness::READ);
    assert_eq!((counted.wakes(), world.armed(0)), (1, Some(Interest::READ)));
    report(&world, &reactor, 0, Readiness::READ);
    assert_eq!(world.armed(0), Some(Interest::NONE), "or it would spin");
    assert!(is_tried(&listener, Read), "but it is known to be ready");
    wait(&listener, Read, &waker);
    assert_eq!(world.armed(0), Some(Interest::READ));
}

#[test]
fn a_listener_is_asked_anew_after_each_connection() {
    let (world, reactor) = world(Trigger::Level);
    let listener = register(&reactor, SourceKind::Listener);
    assert!(is_tried(&listener, Read));
    assert!(!is_tried(&listener, Read), "the next one is reported");
    report(&world, &reactor, 0, Readiness::READ);
    assert!(is_tried(&listener, Read));
}

#[test]
fn one_shot_is_armed_again_for_those_who_still_wait() {
    let (world, reactor) = world(Trigger::OneShot);
    let socket = register(&reactor, SourceKind::TcpStream);
    let ((reader, read_waker), (writer, write_waker)) = (Counted::waker(), Counted::waker());
    wait(&socket, Read, &read_waker);
    wait(&socket, Write, &write_waker);
    assert_eq!(world.armed(0), Some(Interest::BOTH));
    report(&world, &reactor, 0, Readiness::READ);
    assert_eq!((reader.wakes(), writer.wakes()), (1, 0));
    assert_eq!(world.armed(0), Some(WRITE_ONLY));
    wait(&socket, Read, &read_waker);
    assert_eq!(world.armed(0), Some(Interest::BOTH));
    report(&world, &reactor, 0, Readiness::READ | Readiness::WRITE);
    assert_eq!((reader.wakes(), writer.wakes()), (2, 1));
    wait(&socket, Write, &write_waker);
    assert_eq!(world.armed(0), Some(WRITE_ONLY));
}

#[test]
fn a_late_report_of_a_source_that_is_gone_is_dropped() {
    let (world, reactor) = world(Trigger::Edge);
    drop(register(&reactor, SourceKind::Datagram));
    let tenant = register(&reactor, SourceKind::Datagram);
    let (counted, waker) = Counted::waker();
    wait(&tenant, Read, &waker);
    assert_eq!(reactor.metrics().sources, 1, "it has the same place");
    report(&world, &reactor, 0, Readiness::READ);
    assert!(counted.wakes() == 0 && !is_tried(&tenant, Read));
    report(&world, &reactor, 1, Readiness::READ);
    assert!(counted.wakes() == 1 && is_tried(&tenant, Read));
}

#[test]
fn a_short_transfer_tells_only_of_streams_without_exceptions() {
    let (world, reactor) = world(Trigger::Edge);
    for (source, kind) in KINDS.into_iter().enumerate() {
        let socket = register(&reactor, kind);
        for direction in [Read, Write] {
            let both = Readiness::READ | Readiness::WRITE;
            report(&world, &reactor, source, both);
            if kind != SourceKind::Listener {
                assert!(
                    is_tried_after(&socket, direction, 10),
                    "{kind:?}: a full one"
                );
                assert!(is_tried_after(&socket, direction, 0), "{kind:?}: the end");
            }
            let drained = !is_tried_after(&socket, direction, 3);
            let tells = match kind {
                SourceKind::TcpStream | SourceKind::Listener => true,
                // A read of a Unix stream also ends where descriptors were passed.
                SourceKind::UnixStream => direction == Write,
                _ => false,
            };
            assert_eq!(drained, tells, "{kind:?} {direction:?}");
        }
    }
}

#[test]
fn after_an_exception_a_short_transfer_tells_nothing() {
    let (world, reactor) = world(Trigger::Edge);
    let socket = register(&reactor, SourceKind::TcpStream);
    wait(&socket, Read, Waker::noop());
    report(
        &world,
        &reactor,
        0,
        Readiness::READ | Readiness::EXCEPTIONAL,
    );
    assert!(is_tried_after(&socket, Read, 3), "the end stands behind it");
    wait(&socket, Read, Waker::noop());
    report(&world, &reactor, 0, Readiness::READ);
    assert!(is_tried_after(&socket, Read, 3), "once seen, it stays");
}

/// Tries a call that would block, outside of any task; true if it was made.
fn is_asked(socket: &Socket, direction: Direction) -> bool {
    let mut asked = false;
    let result = socket.try_io(direction, |_| {
        asked = true;
        Err::<(), _>(io::ErrorKind::WouldBlock.into())
    });
    assert_eq!(result.unwrap_err().kind(), io::ErrorKind::WouldBlock);
    asked
}

#[test]
fn a_try_is_spared_only_if_a_report_will_come() {
    let (world, reactor) = world(Trigger::Edge);
    let socket = register(&reactor, SourceKind::UnixStream);
    assert!(is_asked(&socket, Read));
    assert!(!is_asked(&socket, Read), "a report will come");
    report(&world, &reactor, 0, Readiness::READ);
    assert!(is_asked(&socket, Read));
    assert!(
        is_asked(&socket, Write) && is_asked(&socket, Write),
        "nobody watches it"
    );
    wait(&socket, Write, Waker::noop());
    assert!(!is_asked(&socket, Write));
}

#[test]
fn a_disarmed_listener_can_be_tried_for_ever() {
    let (world, reactor) = world(Trigger::OneShot);
    let listener = register(&reactor, SourceKind::Listener);
    report(&world, &reactor, 0, Readiness::READ);
    assert_eq!(world.armed(0), Some(Interest::NONE));
    for _ in 0..3 {
        listener.try_io(Read, |_| Ok(())).unwrap();
    }
}
