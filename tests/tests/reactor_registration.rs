//! How a registration tries, waits and is woken, on scripted readiness.

mod counted;

use std::cell::Cell;
use std::future::Future;
use std::io;
use std::net::UdpSocket;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use counted::Counted;
use reactor::Direction::{Read, Write};
use reactor::{ManualDriver, Reactor, Readiness, Registration, Sharing, SourceKind, budget};

type Socket = Registration<UdpSocket>;

fn world() -> (ManualDriver, Reactor) {
    let world = ManualDriver::new();
    let reactor = world.reactor();
    (world, reactor)
}

/// The manual driver never looks at the socket itself: any will do.
fn register(reactor: &Reactor, kind: SourceKind) -> Socket {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    Registration::new(reactor.handle(), socket, kind, Sharing::Sole).unwrap()
}

fn look(reactor: &Reactor) {
    reactor.turn(Some(Duration::ZERO)).unwrap();
}

fn would_block<R>() -> io::Result<R> {
    Err(io::ErrorKind::WouldBlock.into())
}

/// Polls a read that would block.
fn poll_blocked(socket: &Socket, waker: &Waker) -> Poll<io::Result<()>> {
    socket.poll_io(&mut Context::from_waker(waker), Read, |_| would_block())
}

#[test]
fn the_call_is_tried_first_and_not_again_until_a_report() {
    let (world, reactor) = world();
    let socket = register(&reactor, SourceKind::TcpStream);
    let (counted, waker) = Counted::waker();
    let tries = Cell::new(0);
    let poll = |result: fn() -> io::Result<u8>| {
        let mut cx = Context::from_waker(&waker);
        socket.poll_io(&mut cx, Read, |_| {
            tries.set(tries.get() + 1);
            result()
        })
    };
    assert!(matches!(poll(|| Ok(7)), Poll::Ready(Ok(7))));
    assert!(poll(would_block).is_pending() && tries.get() == 2);
    assert!(poll(|| Ok(8)).is_pending(), "it is known to block");
    assert_eq!(tries.get(), 2);
    world.report(0, Readiness::WRITE);
    look(&reactor);
    assert_eq!(counted.wakes(), 0, "the other direction is not ours");
    world.report(0, Readiness::READ);
    look(&reactor);
    assert_eq!(counted.wakes(), 1, "polled twice by one task, woken once");
    assert!(matches!(poll(|| Ok(9)), Poll::Ready(Ok(9))));
}

#[test]
fn all_who_wait_are_woken_in_both_directions() {
    let (world, reactor) = world();
    let socket = register(&reactor, SourceKind::TcpStream);
    let readers: Vec<_> = (0..5).map(|_| Counted::waker()).collect();
    let writers: Vec<_> = (0..5).map(|_| Counted::waker()).collect();
    for (_, waker) in &readers {
        assert!(poll_blocked(&socket, waker).is_pending());
    }
    for (_, waker) in &writers {
        let mut cx = Context::from_waker(waker);
        assert!(
            socket
                .poll_io(&mut cx, Write, |_| would_block::<()>())
                .is_pending()
        );
    }
    let woken = |list: &[(Arc<Counted>, Waker)]| list.iter().map(|(c, _)| c.wakes()).sum::<usize>();
    world.report(0, Readiness::READ);
    look(&reactor);
    assert_eq!((woken(&readers), woken(&writers)), (5, 0));
    world.report(0, Readiness::READ | Readiness::WRITE);
    look(&reactor);
    assert_eq!((woken(&readers), woken(&writers)), (5, 5));
}

#[test]
fn a_dropped_future_withdraws_its_waker_and_no_other() {
    let (world, reactor) = world();
    let socket = register(&reactor, SourceKind::Datagram);
    let ((gone, gone_waker), (stays, stays_waker)) = (Counted::waker(), Counted::waker());
    let mut staying = pin!(socket.operation(Read, |_| would_block::<()>()));
    {
        let mut operation = pin!(socket.operation(Read, |_| would_block::<()>()));
        let mut ready = pin!(socket.ready(Read));
        let mut cx = Context::from_waker(&gone_waker);
        assert!(operation.as_mut().poll(&mut cx).is_pending());
        assert!(ready.as_mut().poll(&mut cx).is_pending());
        assert!(
            staying
                .as_mut()
                .poll(&mut Context::from_waker(&stays_waker))
                .is_pending()
        );
        assert_eq!(Arc::strong_count(&gone), 4);
    }
    assert_eq!(Arc::strong_count(&gone), 2, "nobody keeps the waker");
    world.report(0, Readiness::READ);
    look(&reactor);
    assert_eq!((gone.wakes(), stays.wakes()), (0, 1));
}

#[test]
fn an_interrupted_call_is_made_again() {
    let (_world, reactor) = world();
    let socket = register(&reactor, SourceKind::TcpStream);
    let mut tries = 0;
    let polled = socket.poll_io(&mut Context::from_waker(Waker::noop()), Read, |_| {
        tries += 1;
        if tries < 4 {
            Err(io::ErrorKind::Interrupted.into())
        } else {
            Ok(tries)
        }
    });
    assert!(matches!(polled, Poll::Ready(Ok(4))));
}

#[test]
fn a_task_that_has_spent_its_budget_is_woken_and_tries_nothing() {
    let (_world, reactor) = world();
    let socket = register(&reactor, SourceKind::TcpStream);
    let (counted, waker) = Counted::waker();
    let mut cx = Context::from_waker(&waker);
    let mut tries = 0;
    budget::refill();
    let mut call = |_: &UdpSocket| {
        tries += 1;
        Ok(())
    };
    while socket.poll_io(&mut cx, Read, &mut call).is_ready() {}
    let mut operation = pin!(socket.operation(Read, |_| Ok(())));
    assert!(operation.as_mut().poll(&mut cx).is_pending());
    assert!(pin!(socket.ready(Write)).poll(&mut cx).is_pending());
    budget::refill();
    assert!(operation.poll(&mut cx).is_ready());
    budget::lift();
    assert_eq!((tries, counted.wakes()), (budget::OPERATIONS_PER_POLL, 3));
}

#[test]
fn whoever_waits_when_the_reactor_goes_is_woken_and_told() {
    let (_world, reactor) = world();
    let socket = register(&reactor, SourceKind::TcpStream);
    let handle = reactor.handle();
    let (counted, waker) = Counted::waker();
    let mut cx = Context::from_waker(&waker);
    let mut operation = pin!(socket.operation(Write, |_| would_block::<()>()));
    assert!(poll_blocked(&socket, &waker).is_pending());
    assert!(operation.as_mut().poll(&mut cx).is_pending());
    drop(reactor);
    assert_eq!(counted.wakes(), 2);
    let Poll::Ready(Err(error)) = poll_blocked(&socket, &waker) else {
        panic!("nobody would ever wake it");
    };
    assert!(error.to_string().contains("has been dropped"), "{error}");
    assert!(matches!(operation.poll(&mut cx), Poll::Ready(Err(_))));

    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let late = Registration::new(handle, socket, SourceKind::Datagram, Sharing::Sole);
    assert!(late.unwrap_err().to_string().contains("has been dropped"));
}

#[test]
fn a_call_that_does_not_block_needs_no_reactor() {
    let (_world, reactor) = world();
    let socket = register(&reactor, SourceKind::TcpStream);
    drop(reactor);
    assert_eq!(socket.try_io(Read, |_| Ok(5)).unwrap(), 5);
    let name = socket.get_ref().local_addr().unwrap();
    assert_eq!(socket.into_inner().unwrap().local_addr().unwrap(), name);
}
