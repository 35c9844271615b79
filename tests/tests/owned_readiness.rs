//! The rules of readiness hold for operations that own their buffer: a short transfer spares the next call, but only
//! where it tells that nothing is left.
#![cfg(unix)]

use std::future::Future;
use std::io::{IoSlice, Read as _, Write as _};
use std::mem::MaybeUninit;
use std::os::fd::AsFd;
use std::os::unix::net;
use std::pin::Pin;
use std::task::{Context, Waker};

use reactor::ManualDriver;
use runtime::net::{TcpStream, UnixStream};
use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};

mod by_hand;
use by_hand::on_every_driver;

fn is_ready<F: Future + Unpin>(mut future: F) -> bool {
    let mut cx = Context::from_waker(Waker::noop());
    Pin::new(&mut future).poll(&mut cx).is_ready()
}

/// Nobody has reported what has come meanwhile, so it is not even looked for.
#[test]
fn a_short_read_of_tcp_spares_the_next_one() {
    let reactor = ManualDriver::new().reactor();
    let _context = reactor.context();
    for initialised in [0, 64] {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let mut peer = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let stream = TcpStream::from_std(listener.accept().unwrap().0).unwrap();
        peer.write_all(b"hello").unwrap();
        let buffer = || {
            let mut buffer = Vec::with_capacity(64);
            buffer.resize(initialised, 0);
            buffer
        };
        let received = stream.as_fd().try_clone_to_owned().unwrap();
        let received = std::net::TcpStream::from(received);
        while received.peek(&mut [0; 64]).unwrap_or(0) < 5 {} // By way of the loopback device.
        assert!(is_ready(stream.read_owned(buffer())));
        peer.write_all(b"again").unwrap();
        assert!(!is_ready(stream.read_owned(buffer())), "it was tried");
        assert!(!is_ready(stream.read_exact_owned(Box::new([0; 5]))));
        assert!(!is_ready(stream.read_vectored_owned(vec![vec![0; 5]])));
    }
}

#[test]
fn a_short_read_of_a_unix_stream_spares_the_next_one_if_it_tells() {
    let reactor = ManualDriver::new().reactor();
    let _context = reactor.context();
    let spares = |buffer: Vec<u8>| {
        let (ours, mut peer) = net::UnixStream::pair().unwrap();
        let stream = UnixStream::from_std(ours).unwrap();
        peer.write_all(b"hello").unwrap();
        assert!(is_ready(stream.read_owned(buffer)));
        peer.write_all(b"again").unwrap();
        !is_ready(stream.read_owned(vec![0; 64]))
    };
    assert!(spares(vec![0; 64]));
    assert!(!spares(vec![0; 5]), "it was not short");
    // The call for memory that nobody has initialised does not say whether it was cut.
    assert!(!spares(Vec::with_capacity(64)));
}

/// A read ends with the bytes to which descriptors were tied, whatever is behind them.
#[test]
fn passed_descriptors_cut_a_read_short() {
    for form in 0..3 {
        on_every_driver(|by_hand| {
            let (ours, mut peer) = net::UnixStream::pair().unwrap();
            let stream = UnixStream::from_std(ours).unwrap();
            let (passed, mut kept) = net::UnixStream::pair().unwrap();
            let mut first = stream.read_owned(vec![0; 64]);
            by_hand.begin("a read", Pin::new(&mut first));
            let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
            let mut along = SendAncillaryBuffer::new(&mut space);
            let descriptors = [passed.as_fd()];
            assert!(along.push(SendAncillaryMessage::ScmRights(&descriptors)));
            let bytes = [IoSlice::new(b"tied")];
            sendmsg(&peer, &bytes, &mut along, SendFlags::empty()).unwrap();
            peer.write_all(b"free").unwrap();
            drop(passed);
            let word = match form {
                0 => {
                    let (length, word) = by_hand.finish("the first", first);
                    assert_eq!((length.unwrap(), &word[..]), (4, &b"tied"[..]));
                    by_hand.finish("behind", stream.read_owned(vec![0; 64])).1
                }
                1 => {
                    drop(first);
                    let all = stream.read_exact_owned(Box::new([0; 8]));
                    by_hand.finish("all", all).1[4..].to_vec()
                }
                _ => {
                    let cancel = first.cancel();
                    assert!(by_hand.finish("a cancel", cancel).1.is_empty());
                    let parts = stream.read_vectored_owned(vec![vec![0; 2]; 9]);
                    let (length, _) = by_hand.finish("several", parts);
                    assert_eq!(length.unwrap(), 4);
                    let parts = stream.read_vectored_owned(vec![vec![0; 64]]);
                    by_hand.finish("several", parts).1.concat()
                }
            };
            assert_eq!(word, b"free");
            assert_eq!(kept.read(&mut [0; 8]).unwrap(), 0, "nobody has it open");
        });
    }
}

#[test]
fn bytes_and_the_end_behind_them_are_one_edge() {
    on_every_driver(|by_hand| {
        let (ours, mut peer) = net::UnixStream::pair().unwrap();
        let stream = UnixStream::from_std(ours).unwrap();
        let mut reading = stream.read_owned(vec![0; 64]);
        by_hand.begin("a read", Pin::new(&mut reading));
        peer.write_all(b"hello").unwrap();
        drop(peer);
        assert_eq!(by_hand.finish("a read", reading).1, b"hello");
        let (end, _) = by_hand.finish("the end", stream.read_owned(vec![0; 64]));
        assert_eq!(end.unwrap(), 0);
    });
}

/// An operation that is dropped leaves nobody behind that would be woken.
#[test]
fn a_dropped_operation_withdraws_its_waker() {
    on_every_driver(|by_hand| {
        let (ours, _peer) = net::UnixStream::pair().unwrap();
        let stream = UnixStream::from_std(ours).unwrap();
        let token = std::sync::Arc::new(Nobody);
        let waker = Waker::from(token.clone());
        let mut reading = stream.read_owned(vec![0; 64]);
        let polled = Pin::new(&mut reading).poll(&mut Context::from_waker(&waker));
        assert!(polled.is_pending());
        assert_eq!(std::sync::Arc::strong_count(&token), 3);
        drop(reading);
        assert_eq!(std::sync::Arc::strong_count(&token), 2);
        by_hand.settle();
    });
}

struct Nobody;

impl std::task::Wake for Nobody {
    fn wake(self: std::sync::Arc<Self>) {}
}
