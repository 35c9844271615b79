//! The same scenes of real sockets on every driver: each has to tell the same of them.
#![cfg(unix)]

mod counted;

use std::future::Future;
use std::io::{self, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use counted::Counted;
use reactor::Direction::{self, Read, Write};
use reactor::{DriverKind, Pollable, Reactor, Registration, Sharing, SourceKind, Timer};

fn on_every_driver(scene: fn(&Reactor)) {
    let mut kinds = vec![DriverKind::Auto, DriverKind::Polling];
    if cfg!(target_os = "linux") {
        kinds.push(DriverKind::Epoll);
    }
    for kind in kinds {
        scene(&Reactor::new(kind).unwrap());
    }
}

/// Ours, registered, and the peer's, which blocks.
fn pair(reactor: &Reactor, kind: SourceKind) -> (Registration<UnixStream>, UnixStream) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    ours.set_nonblocking(true).unwrap();
    let sharing = Sharing::Sole;
    let ours = Registration::new(reactor.handle(), ours, kind, sharing).unwrap();
    (ours, theirs)
}

/// Turns the reactor until the call goes through. Waits are for events, so the bound is only met when one is lost.
fn complete<T: Pollable, R>(
    reactor: &Reactor,
    socket: &Registration<T>,
    direction: Direction,
    mut call: impl FnMut(&T) -> io::Result<R>,
) -> io::Result<R> {
    for _ in 0..10 {
        let (counted, waker) = Counted::waker();
        let mut cx = Context::from_waker(&waker);
        if let Poll::Ready(result) = socket.poll_io(&mut cx, direction, &mut call) {
            return result;
        }
        let end = Instant::now() + Duration::from_secs(20);
        while counted.wakes() == 0 {
            assert!(Instant::now() < end, "nobody was woken: an event was lost");
            reactor.turn(Some(Duration::from_secs(20))).unwrap();
        }
    }
    panic!("ten wakes, and the call blocks all the same");
}

/// Everything up to the end of the stream, in pieces of four bytes; short ones are noted.
fn read_to_end(reactor: &Reactor, socket: &Registration<UnixStream>) -> Vec<u8> {
    let mut all = Vec::new();
    loop {
        let mut piece = [0; 4];
        let read = complete(reactor, socket, Read, |mut io| io.read(&mut piece)).unwrap();
        all.extend_from_slice(&piece[..read]);
        match read {
            0 => return all,
            4 => {}
            _ => socket.note_short(Read),
        }
    }
}

const STREAMS: [SourceKind; 3] = [
    SourceKind::UnixStream,
    SourceKind::TcpStream,
    SourceKind::Other,
];

#[test]
fn bytes_that_come_before_and_after_the_wait_are_read() {
    on_every_driver(|reactor| {
        for kind in STREAMS {
            let (ours, mut theirs) = pair(reactor, kind);
            for _ in 0..3 {
                theirs.write_all(b"hello").unwrap();
                let mut bytes = [0; 8];
                let read = complete(reactor, &ours, Read, |mut io| io.read(&mut bytes)).unwrap();
                assert_eq!(&bytes[..read], b"hello");
                ours.note_short(Read);
                let mut cx = Context::from_waker(Waker::noop());
                assert!(
                    ours.poll_io(&mut cx, Read, |mut io| io.read(&mut bytes))
                        .is_pending()
                );
            }
        }
    });
}

/// Bytes with the end behind them are one edge, whether the peer closes or only says that it will write no more.
#[test]
fn the_end_behind_the_last_bytes_is_read() {
    on_every_driver(|reactor| {
        for kind in STREAMS {
            for words in [&b""[..], b"last words"] {
                let (ours, mut theirs) = pair(reactor, kind);
                let mut cx = Context::from_waker(Waker::noop());
                let mut read = |mut io: &UnixStream| io.read(&mut [0]);
                assert!(ours.poll_io(&mut cx, Read, &mut read).is_pending());
                reactor.turn(Some(Duration::ZERO)).unwrap();

                theirs.write_all(words).unwrap();
                theirs.shutdown(std::net::Shutdown::Write).unwrap();
                assert_eq!(read_to_end(reactor, &ours), words);
                drop(theirs);
                assert_eq!(read_to_end(reactor, &ours), b"");
            }
        }
    });
}

#[test]
fn a_full_socket_is_writable_again_when_the_peer_has_read() {
    on_every_driver(|reactor| {
        for kind in STREAMS {
            let (ours, mut theirs) = pair(reactor, kind);
            let chunk = [7; 32 * 1024];
            let mut cx = Context::from_waker(Waker::noop());
            let mut written = 0;
            while let Poll::Ready(wrote) =
                ours.poll_transfer(&mut cx, Write, chunk.len(), |mut io| io.write(&chunk))
            {
                written += wrote.unwrap();
            }
            theirs.read_exact(&mut vec![0; written]).unwrap();
            let wrote = complete(reactor, &ours, Write, |mut io| io.write(&chunk)).unwrap();
            assert!(wrote > 0);
        }
    });
}

#[test]
fn every_connection_in_the_backlog_is_taken() {
    on_every_driver(|reactor| {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let (kind, sharing) = (SourceKind::Listener, Sharing::Sole);
        let listener = Registration::new(reactor.handle(), listener, kind, sharing).unwrap();
        for _ in 0..2 {
            let _clients = [(); 3].map(|()| TcpStream::connect(address).unwrap());
            for _ in 0..3 {
                complete(reactor, &listener, Read, |io| io.accept()).unwrap();
            }
        }
    });
}

#[test]
fn of_many_sources_each_is_told_of_its_own() {
    on_every_driver(|reactor| {
        let mut pairs: Vec<_> = (0..300)
            .map(|_| pair(reactor, SourceKind::UnixStream))
            .collect();
        for (number, (_, theirs)) in pairs.iter_mut().enumerate() {
            theirs.write_all(&[number as u8]).unwrap();
        }
        // Those who are read first find what is there; the belief of the others comes from one report each.
        for (number, (ours, _)) in pairs.iter().enumerate().rev() {
            let mut byte = [0];
            complete(reactor, ours, Read, |mut io| io.read_exact(&mut byte)).unwrap();
            assert_eq!(byte, [number as u8]);
        }
    });
}

#[test]
fn a_place_that_is_used_again_hears_nothing_of_its_last_tenant() {
    on_every_driver(|reactor| {
        for _ in 0..20 {
            let (ours, mut theirs) = pair(reactor, SourceKind::UnixStream);
            theirs.write_all(b"unread").unwrap();
            // A share of the file stays open, so only the deregistration ends the watch.
            let _share = ours.get_ref().try_clone().unwrap();
            ours.mark_shared();
            drop(ours);
            let (tenant, _theirs) = pair(reactor, SourceKind::UnixStream);
            let (counted, waker) = Counted::waker();
            let mut cx = Context::from_waker(&waker);
            assert!(
                tenant
                    .poll_io(&mut cx, Read, |mut io| io.read(&mut [0]))
                    .is_pending()
            );
            let before = reactor.metrics().reports;
            reactor.turn(Some(Duration::ZERO)).unwrap();
            assert_eq!((counted.wakes(), reactor.metrics().reports), (0, before));
        }
    });
}

#[test]
fn a_socket_that_is_taken_back_can_be_registered_anew() {
    on_every_driver(|reactor| {
        let (mut ours, mut theirs) = pair(reactor, SourceKind::UnixStream);
        for _ in 0..3 {
            let taken = ours.into_inner().unwrap();
            assert_eq!(reactor.metrics().sources, 0);
            let (kind, sharing) = (SourceKind::UnixStream, Sharing::Shared);
            ours = Registration::new(reactor.handle(), taken, kind, sharing).unwrap();
            let mut cx = Context::from_waker(Waker::noop());
            assert!(
                ours.poll_io(&mut cx, Read, |mut io| io.read(&mut [0]))
                    .is_pending()
            );
            theirs.write_all(b"!").unwrap();
            complete(reactor, &ours, Read, |mut io| io.read_exact(&mut [0])).unwrap();
        }
    });
}

#[test]
fn no_timer_is_early_beside_an_open_queue() {
    on_every_driver(|reactor| {
        let (_ours, _theirs) = pair(reactor, SourceKind::UnixStream);
        for micros in [1, 65, 66, 300, 999, 1000, 2500] {
            let wait = Duration::from_micros(micros);
            let before = Instant::now();
            let mut timer =
                std::pin::pin!(Timer::new(reactor.handle(), reactor.handle().now() + wait));
            let mut cx = Context::from_waker(Waker::noop());
            while timer.as_mut().poll(&mut cx).is_pending() {
                reactor.turn(None).unwrap();
            }
            assert!(before.elapsed() >= wait);
        }
    });
}
