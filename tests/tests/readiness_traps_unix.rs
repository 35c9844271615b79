//! The traps of `readiness_traps.rs` on Unix sockets, and those that only they have.
#![cfg(unix)]

use std::future::Future;
use std::io::{IoSlice, Read as _, Write as _};
use std::net::Shutdown;
use std::os::fd::AsFd;
use std::os::unix::net;
use std::pin::pin;
use std::task::{Context, Waker};

use reactor::ManualDriver;
use runtime::io::AsyncWriteExt;
use runtime::net::{UnixDatagram, UnixListener, UnixStream};
use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};

mod by_hand;
mod paths;
use by_hand::on_every_driver;
use by_hand::streams::{is_written_and_read_by_many_buffers, read, read_what_came_at_once};

/// A stream of ours and the peer, which blocks.
fn connection() -> (UnixStream, net::UnixStream) {
    let (ours, peer) = net::UnixStream::pair().unwrap();
    (UnixStream::from_std(ours).unwrap(), peer)
}

#[test]
fn bytes_and_the_end_behind_them_are_one_edge() {
    on_every_driver(|by_hand| {
        let (stream, mut peer) = connection();
        let bytes = read_what_came_at_once(by_hand, &stream, || {
            peer.write_all(b"hello").unwrap();
            peer.shutdown(Shutdown::Write).unwrap();
        });
        assert_eq!(bytes, b"hello");
        assert_eq!(by_hand.finish("the end", read(&stream)), b"");
    });
}

#[test]
fn the_end_comes_right_after_a_short_read() {
    on_every_driver(|by_hand| {
        let (stream, mut peer) = connection();
        let bytes = read_what_came_at_once(by_hand, &stream, || peer.write_all(b"hello").unwrap());
        assert_eq!(bytes, b"hello");
        drop(peer);
        assert_eq!(by_hand.finish("the end", read(&stream)), b"");
    });
}

/// A read ends with the bytes to which descriptors were tied, whatever is behind them.
#[test]
fn passed_descriptors_cut_a_read_short() {
    on_every_driver(|by_hand| {
        let (stream, mut peer) = connection();
        let (passed, mut kept) = net::UnixStream::pair().unwrap();
        let tied = read_what_came_at_once(by_hand, &stream, || {
            let mut space = [std::mem::MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
            let mut along = SendAncillaryBuffer::new(&mut space);
            let descriptors = [passed.as_fd()];
            assert!(along.push(SendAncillaryMessage::ScmRights(&descriptors)));
            let bytes = [IoSlice::new(b"tied")];
            sendmsg(&peer, &bytes, &mut along, SendFlags::empty()).unwrap();
            peer.write_all(b"free").unwrap();
        });
        assert_eq!(tied, b"tied");
        assert_eq!(by_hand.finish("behind", read(&stream)), b"free");
        // Nobody asked for the descriptor, so nobody has it open.
        drop(passed);
        assert_eq!(kept.read(&mut [0; 8]).unwrap(), 0);
    });
}

/// A short read that was not cut has drained the stream, and the next one is spared: nobody has reported what has come
/// meanwhile, so it is not even looked for.
#[test]
fn a_short_read_spares_the_next_one() {
    let reactor = ManualDriver::new().reactor();
    let _context = reactor.context();
    let (stream, mut peer) = connection();
    let mut cx = Context::from_waker(Waker::noop());
    peer.write_all(b"hello").unwrap();
    assert!(pin!(read(&stream)).poll(&mut cx).is_ready());
    peer.write_all(b"again").unwrap();
    assert!(pin!(read(&stream)).poll(&mut cx).is_pending());
}

#[test]
fn two_datagrams_are_one_edge() {
    on_every_driver(|by_hand| {
        let (socket, peer) = net::UnixDatagram::pair().unwrap();
        let socket = UnixDatagram::from_std(socket).unwrap();
        let (mut one, mut other) = ([0; 64], [0; 64]);
        let mut receiving = pin!(socket.recv(&mut one));
        by_hand.begin("a receive", receiving.as_mut());
        peer.send(b"one").unwrap();
        peer.send(b"other").unwrap();
        assert_eq!(by_hand.finish("the first", receiving).unwrap(), 3);
        let second = socket.recv(&mut other);
        assert_eq!(by_hand.finish("the second", second).unwrap(), 5);
    });
}

#[test]
fn two_connections_are_one_edge() {
    on_every_driver(|by_hand| {
        let path = paths::SocketPath::new();
        let listener = UnixListener::bind(&path).unwrap();
        let mut accepting = pin!(listener.accept());
        by_hand.begin("an accept", accepting.as_mut());
        let clients = [(); 2].map(|()| net::UnixStream::connect(&path).unwrap());
        by_hand.finish("the first", accepting).unwrap();
        by_hand.finish("the second", listener.accept()).unwrap();
        drop(clients);
    });
}

#[test]
fn a_duplicate_that_outlives_its_socket_is_not_reported() {
    on_every_driver(|by_hand| {
        let (ours, peer) = UnixDatagram::pair().unwrap();
        let duplicate = ours.as_fd().try_clone_to_owned().unwrap();
        by_hand.settle();
        drop(ours);
        let before = by_hand.reports();
        for _ in 0..3 {
            peer.try_send(b"is anybody there?").unwrap();
            by_hand.settle();
        }
        assert_eq!(by_hand.reports(), before);
        assert_eq!(by_hand.reactor.metrics().sources, 1);
        drop(duplicate);
    });
}

#[test]
fn writing_is_not_reported_before_it_has_to_wait() {
    on_every_driver(|by_hand| {
        let (stream, mut peer) = connection();
        for _ in 0..10 {
            let mut writer = &stream;
            by_hand
                .finish("a write", writer.write_all(b"hello"))
                .unwrap();
            peer.read_exact(&mut [0; 5]).unwrap();
            by_hand.settle();
        }
        assert_eq!(by_hand.reports(), 0);
    });
}

#[test]
fn a_writer_that_waits_hears_of_room_each_time() {
    on_every_driver(|by_hand| {
        let (stream, mut peer) = connection();
        let mut buffer = vec![0; 1 << 20];
        for _ in 0..3 {
            let mut filled = 0;
            while let Ok(written) = stream.try_write(&[0; 4096]) {
                filled += written;
            }
            let mut writer = &stream;
            let mut writing = pin!(writer.write(b"more"));
            by_hand.begin("a write", writing.as_mut());
            peer.read_exact(&mut buffer[..filled]).unwrap();
            assert_eq!(by_hand.finish("a write", writing).unwrap(), 4);
            peer.read_exact(&mut buffer[..4]).unwrap();
        }
    });
}

#[test]
fn more_buffers_than_a_call_takes_do_not_make_it_short() {
    on_every_driver(|by_hand| {
        let (stream, peer) = connection();
        by_hand.settle();
        is_written_and_read_by_many_buffers(by_hand, &stream, &peer);
    });
}
