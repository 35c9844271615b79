//! The sticky token: whoever calls the unparker ends the wait that is, or the next one, with a queue and without.

use std::cell::RefCell;
use std::net::UdpSocket;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use reactor::{DriverKind, Event, Instant, ManualDriver, Reactor};
use reactor::{Registration, Sharing, SourceKind};

/// Runs the scene on every driver, first without a queue and then with one. A lost wake is told instead of hung on.
fn on_every_driver(scene: fn(&Reactor)) {
    let mut kinds = vec![DriverKind::Auto, DriverKind::Polling];
    if cfg!(target_os = "linux") {
        kinds.push(DriverKind::Epoll);
    }
    for kind in kinds {
        finishes(move || {
            let reactor = Reactor::new(kind).unwrap();
            scene(&reactor);
            let _queue = open_queue(&reactor);
            scene(&reactor);
        });
    }
}

fn finishes(scene: impl FnOnce() + Send + 'static) {
    let (done, end) = mpsc::channel();
    let runner = thread::spawn(move || {
        scene();
        done.send(()).unwrap();
    });
    match end.recv_timeout(Duration::from_secs(60)) {
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("a wake was lost: the loop sleeps"),
        _ => runner.join().unwrap(),
    }
}

fn open_queue(reactor: &Reactor) -> Registration<UdpSocket> {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let kind = SourceKind::Datagram;
    Registration::new(reactor.handle(), socket, kind, Sharing::Sole).unwrap()
}

#[test]
fn a_token_ends_the_next_wait_before_it_begins() {
    on_every_driver(|reactor| {
        let before = reactor.metrics().waits;
        reactor.unparker().wake_by_ref();
        reactor.unparker().wake();
        reactor.turn(None).unwrap();
        assert_eq!(reactor.metrics().waits, before, "it only looked");
    });
}

#[test]
fn a_look_leaves_the_token_and_a_wait_uses_it_up() {
    let world = ManualDriver::new();
    let reactor = world.reactor();
    let hour = Duration::from_secs(3600);
    reactor.unparker().wake();
    reactor.turn(Some(Duration::ZERO)).unwrap();
    reactor.turn(Some(hour)).unwrap();
    assert_eq!(world.now(), Instant::ORIGIN, "the token ended it");
    reactor.turn(Some(hour)).unwrap();
    assert_eq!(world.now(), Instant::ORIGIN + hour, "there was one token");
}

#[test]
fn a_wake_from_another_thread_ends_the_wait_it_falls_into() {
    on_every_driver(|reactor| {
        let (begins, begun) = mpsc::channel();
        let waker = reactor.unparker();
        let other = thread::spawn(move || begun.iter().for_each(|()| waker.wake_by_ref()));
        reactor.observe(Rc::new(move |event| {
            if let Event::WaitStarted { .. } = event {
                begins.send(()).unwrap();
            }
        }));
        for _ in 0..200 {
            reactor.turn(None).unwrap();
        }
        reactor.observe(Rc::new(|_| {}));
        other.join().unwrap();
    });
}

#[test]
fn no_wake_of_eight_threads_is_lost() {
    const THREADS: usize = 8;
    const WAKES: usize = 500;
    on_every_driver(|reactor| {
        let inbox = Arc::new(AtomicUsize::new(0));
        let threads: Vec<_> = (0..THREADS)
            .map(|_| {
                let (inbox, waker) = (inbox.clone(), reactor.unparker());
                thread::spawn(move || {
                    for _ in 0..WAKES {
                        inbox.fetch_add(1, Ordering::Relaxed);
                        waker.wake_by_ref();
                    }
                })
            })
            .collect();
        while inbox.load(Ordering::Relaxed) < THREADS * WAKES {
            reactor.turn(None).unwrap();
        }
        for thread in threads {
            thread.join().unwrap();
        }
    });
}

/// An observer that writes into a channel or takes a lock may park, and that uses up the thread's own token.
#[test]
fn a_wake_is_not_lost_when_an_observer_parks() {
    on_every_driver(|reactor| {
        let (begins, begun) = mpsc::channel();
        let (woke, awake) = mpsc::channel();
        let waker = reactor.unparker();
        let other = thread::spawn(move || {
            begun.recv().unwrap();
            waker.wake();
            woke.send(()).unwrap();
        });
        let begins = RefCell::new(Some(begins));
        reactor.observe(Rc::new(move |event| {
            if let (Event::WaitStarted { .. }, Some(begins)) = (event, begins.take()) {
                begins.send(()).unwrap();
                awake.recv().unwrap();
                thread::park_timeout(Duration::ZERO);
            }
        }));
        reactor.turn(None).unwrap();
        other.join().unwrap();
        reactor.observe(Rc::new(|_| {}));
    });
}

#[test]
fn a_late_wake_is_nobodys_business() {
    on_every_driver(|reactor| reactor.unparker().wake());
    let reactor = Reactor::new(DriverKind::Auto).unwrap();
    let queue = open_queue(&reactor);
    let waker = reactor.unparker();
    drop((reactor, queue));
    thread::spawn(move || waker.wake()).join().unwrap();
}
