//! Turns of a reactor on io_uring, by hand: nothing that was heard is slept on, and nobody's code can harm another.
#![cfg(all(target_os = "linux", feature = "uring"))]

use std::future::Future;
use std::io::{self, Read as _, Write as _};
use std::os::unix::net::UnixStream as Blocking;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Wake, Waker};
use std::time::{Duration, Instant};

use bytes::Bytes;
use reactor::{Direction, DriverKind, Event, Reactor, Registration, Sharing, SourceKind};
use runtime::net::{UdpSocket, UnixStream};

/// A wait that ends for nothing takes so long; one that ends as it should, much less.
const PATIENCE: Duration = Duration::from_secs(3);

fn reactor() -> Option<Reactor> {
    let reactor = Reactor::new(DriverKind::Uring).unwrap();
    let context = reactor.context();
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let there = UdpSocket::from_std(socket);
    drop(context);
    match there {
        Ok(_) => Some(reactor),
        Err(error) => {
            assert_eq!(error.kind(), io::ErrorKind::Unsupported, "{error}");
            eprintln!("skipped: {error}");
            None
        }
    }
}

fn noop() -> Context<'static> {
    Context::from_waker(Waker::noop())
}

fn sockets(count: usize) -> Vec<UdpSocket> {
    let socket = || std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    (0..count)
        .map(|_| UdpSocket::from_std(socket()).unwrap())
        .collect()
}

fn stream() -> (UnixStream, Blocking) {
    let (ours, theirs) = Blocking::pair().unwrap();
    theirs.set_read_timeout(Some(PATIENCE)).unwrap();
    (UnixStream::from_std(ours).unwrap(), theirs)
}

/// One operation that completes at once, and behind it more than the queue holds, which do not.
#[test]
fn a_wake_is_not_slept_on_behind_a_long_backlog() {
    let Some(reactor) = reactor() else { return };
    let _context = reactor.context();
    let silent = sockets(400);
    let sender = &silent[0];
    let mut sending = Box::pin(sender.send_to_owned("hello", sender.local_addr().unwrap()));
    assert!(sending.as_mut().poll(&mut noop()).is_pending());
    let mut receiving: Vec<_> = silent[1..]
        .iter()
        .map(|one| one.recv_owned(vec![0; 8]))
        .collect();
    for one in &mut receiving {
        assert!(pin!(one).poll(&mut noop()).is_pending());
    }
    let begin = Instant::now();
    reactor.turn(Some(PATIENCE)).unwrap();
    assert!(begin.elapsed() < PATIENCE, "it slept on the wake");
    assert!(sending.as_mut().poll(&mut noop()).is_ready());
}

/// Another thread's wake comes when the wait has begun.
#[test]
fn a_bell_is_not_slept_on_behind_a_long_backlog() {
    let Some(reactor) = reactor() else { return };
    let _context = reactor.context();
    let silent = sockets(400);
    reactor.turn(Some(Duration::ZERO)).unwrap(); // The bell is polled from now on.
    let mut receiving: Vec<_> = silent
        .iter()
        .map(|one| one.recv_owned(vec![0; 8]))
        .collect();
    for one in &mut receiving {
        assert!(pin!(one).poll(&mut noop()).is_pending());
    }
    let unparker = reactor.unparker();
    reactor.observe(Rc::new(move |event| {
        if matches!(event, Event::WaitStarted { .. }) {
            unparker.wake_by_ref(); // As another thread might now.
        }
    }));
    let begin = Instant::now();
    reactor.turn(Some(PATIENCE)).unwrap();
    assert!(begin.elapsed() < PATIENCE, "it slept on the bell");
}

/// Closing waits for what is under way on the socket, and meanwhile takes in what else has completed.
#[test]
fn an_outcome_that_comes_while_a_socket_is_closed_is_not_lost() {
    let Some(reactor) = reactor() else { return };
    let _context = reactor.context();
    let (ours, mut theirs) = stream();
    let (other, _peer) = stream();
    let mut reading = Box::pin(ours.read_owned(vec![0; 8]));
    assert!(reading.as_mut().poll(&mut noop()).is_pending());
    let mut others = Box::pin(other.read_owned(vec![0; 8]));
    assert!(others.as_mut().poll(&mut noop()).is_pending());
    reactor.turn(Some(Duration::ZERO)).unwrap();
    drop(others);
    theirs.write_all(b"hello").unwrap();
    drop(other);
    let begin = Instant::now();
    reactor.turn(Some(PATIENCE)).unwrap();
    assert!(begin.elapsed() < PATIENCE, "it slept on the outcome");
    assert!(reading.as_mut().poll(&mut noop()).is_ready());
}

struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Relaxed);
    }
}

/// A buffer with a destructor that panics, all in safe code.
struct Panicking([u8; 100]);

impl AsRef<[u8]> for Panicking {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Panicking {
    fn drop(&mut self) {
        panic!("the buffer's destructor panics");
    }
}

/// Runs `turn` when a socket is ready whose task waits, and the system gives such a buffer back.
fn with_a_panicking_buffer(
    reactor: &Reactor,
    there: &mut Blocking,
    here: Blocking,
) -> (Arc<Count>, impl Sized + use<>) {
    here.set_nonblocking(true).unwrap();
    let kind = SourceKind::UnixStream;
    let here = Registration::new(reactor.handle(), here, kind, Sharing::Sole).unwrap();
    let count = Arc::new(Count(AtomicUsize::new(0)));
    let waker = Waker::from(count.clone());
    let read = |mut io: &Blocking| io.read(&mut [0; 8]);
    let polled = here.poll_io(&mut Context::from_waker(&waker), Direction::Read, read);
    assert!(polled.is_pending());

    let (full, peer) = Blocking::pair().unwrap();
    full.set_nonblocking(true).unwrap();
    while (&full).write(&[0; 4096]).is_ok() {}
    let full = UnixStream::from_std(full).unwrap();
    let mut writing = Box::pin(full.write_owned(Bytes::from_owner(Panicking([1; 100]))));
    assert!(writing.as_mut().poll(&mut noop()).is_pending());
    reactor.turn(Some(Duration::ZERO)).unwrap();
    drop(writing); // The driver has the buffer now.
    there.write_all(b"hello").unwrap();
    (count, (here, full, peer)) // Closing them now would take the buffer's end elsewhere.
}

#[test]
fn a_panic_in_a_buffers_destructor_costs_nobody_the_wake() {
    let Some(reactor) = reactor() else { return };
    let _context = reactor.context();
    let (here, mut there) = Blocking::pair().unwrap();
    let (count, _open) = with_a_panicking_buffer(&reactor, &mut there, here);
    let turned = catch_unwind(AssertUnwindSafe(|| reactor.turn(Some(PATIENCE))));
    assert!(turned.is_err(), "the panic passes through");
    reactor.turn(Some(Duration::ZERO)).unwrap();
    assert_eq!(count.0.load(Relaxed), 1);
}

#[test]
fn a_panic_in_a_buffers_destructor_at_the_end_costs_nobody_the_wake() {
    let Some(reactor) = reactor() else { return };
    let context = reactor.context();
    let (here, mut there) = Blocking::pair().unwrap();
    let (count, _open) = with_a_panicking_buffer(&reactor, &mut there, here);
    drop(context);
    assert!(catch_unwind(AssertUnwindSafe(|| drop(reactor))).is_err());
    assert_eq!(count.0.load(Relaxed), 1);
}
