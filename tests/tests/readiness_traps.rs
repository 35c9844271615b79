//! Every way in which readiness can mislead a reader or a writer, on real sockets and on every driver.
//!
//! The rule that each test holds: a short read may clear readiness only on a stream, only on a driver that reports
//! exceptions, and only while none was seen. Where it is broken, the reader waits for ever for what has come already.

use std::io::Write as _;
use std::net::{self, Shutdown, TcpStream as StdStream};
use std::pin::pin;

use runtime::net::{TcpListener, TcpStream, UdpSocket};
use rustix::net::{SendFlags, send};

mod by_hand;
use by_hand::on_every_driver;
use by_hand::streams::{is_written_and_read_by_many_buffers, read, read_what_came_at_once};

/// A stream of ours and the peer, which blocks.
fn connection() -> (TcpStream, StdStream) {
    let listener = net::TcpListener::bind("127.0.0.1:0").unwrap();
    let ours = StdStream::connect(listener.local_addr().unwrap()).unwrap();
    let (peer, _) = listener.accept().unwrap();
    peer.set_nodelay(true).unwrap();
    (TcpStream::from_std(ours).unwrap(), peer)
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
        peer.shutdown(Shutdown::Write).unwrap();
        assert_eq!(by_hand.finish("the end", read(&stream)), b"");
    });
}

#[test]
fn the_end_was_there_before_anybody_looked() {
    on_every_driver(|by_hand| {
        let (stream, mut peer) = connection();
        peer.write_all(b"hello").unwrap();
        peer.shutdown(Shutdown::Write).unwrap();
        // The first read is tried without a report, so no report has said that there is an end.
        assert_eq!(by_hand.finish("the bytes", read(&stream)), b"hello");
        assert_eq!(by_hand.finish("the end", read(&stream)), b"");
    });
}

#[test]
fn bytes_that_follow_a_short_read_are_an_edge_of_their_own() {
    on_every_driver(|by_hand| {
        let (stream, mut peer) = connection();
        for word in [&b"one"[..], b"two", b"three"] {
            let bytes = read_what_came_at_once(by_hand, &stream, || peer.write_all(word).unwrap());
            assert_eq!(bytes, word);
        }
    });
}

/// A read stops at the mark of urgent data, whatever is behind it.
#[test]
fn an_urgent_mark_cuts_a_read_short() {
    on_every_driver(|by_hand| {
        let (stream, mut peer) = connection();
        let before = read_what_came_at_once(by_hand, &stream, || {
            peer.write_all(b"before").unwrap();
            send(&peer, b"!", SendFlags::OOB).unwrap();
            peer.write_all(b"behind").unwrap();
        });
        assert_eq!(before, b"before");
        assert_eq!(by_hand.finish("behind the mark", read(&stream)), b"behind");
    });
}

#[test]
fn two_datagrams_are_one_edge() {
    on_every_driver(|by_hand| {
        let socket = by_hand
            .finish("bind", UdpSocket::bind("127.0.0.1:0"))
            .unwrap();
        let peer = net::UdpSocket::bind("127.0.0.1:0").unwrap();
        let (mut one, mut other) = ([0; 64], [0; 64]);
        let mut receiving = pin!(socket.recv(&mut one));
        by_hand.begin("a receive", receiving.as_mut());
        peer.send_to(b"one", socket.local_addr().unwrap()).unwrap();
        peer.send_to(b"other", socket.local_addr().unwrap())
            .unwrap();
        assert_eq!(by_hand.finish("the first", receiving).unwrap(), 3);
        let second = socket.recv(&mut other);
        assert_eq!(by_hand.finish("the second", second).unwrap(), 5);
    });
}

#[test]
fn two_connections_are_one_edge() {
    on_every_driver(|by_hand| {
        let bound = by_hand.finish("bind", TcpListener::bind("127.0.0.1:0"));
        let listener = bound.unwrap();
        let address = listener.local_addr().unwrap();
        let mut accepting = pin!(listener.accept());
        by_hand.begin("an accept", accepting.as_mut());
        let clients = [(); 2].map(|()| StdStream::connect(address).unwrap());
        by_hand.finish("the first", accepting).unwrap();
        by_hand.finish("the second", listener.accept()).unwrap();
        drop(clients);
    });
}

/// A listener is reported in every wait while a connection is there; with nobody to take it, the loop would spin.
#[test]
fn a_connection_that_nobody_waits_for_is_reported_once() {
    on_every_driver(|by_hand| {
        let bound = by_hand.finish("bind", TcpListener::bind("127.0.0.1:0"));
        let listener = bound.unwrap();
        let address = listener.local_addr().unwrap();
        let first = StdStream::connect(address).unwrap();
        by_hand.settle();
        assert!(by_hand.reports() <= 1, "it is reported again and again");
        // It can be taken all the same, and those who wait hear of the next one.
        by_hand.finish("the first", listener.accept()).unwrap();
        let mut accepting = pin!(listener.accept());
        by_hand.begin("an accept", accepting.as_mut());
        let second = StdStream::connect(address).unwrap();
        by_hand.finish("the second", accepting).unwrap();
        drop((first, second));
    });
}

/// A hang-up is reported of a source that is watched for nothing; through `polling` over `poll(2)` in
/// every wait, which nothing here can change.
#[test]
fn a_listener_that_was_shut_down_is_reported_once() {
    if cfg!(polling_test_poll_backend) {
        return;
    }
    on_every_driver(|by_hand| {
        let bound = by_hand.finish("bind", TcpListener::bind("127.0.0.1:0"));
        let listener = bound.unwrap();
        if rustix::net::shutdown(&listener, rustix::net::Shutdown::Both).is_err() {
            return; // Only Linux does this to a listener.
        }
        by_hand.settle();
        assert!(by_hand.reports() <= 2, "it is reported again and again");
        assert!(by_hand.finish("an accept", listener.accept()).is_err());
    });
}

/// The system forgets a file when its last descriptor is closed, and this is not the last one.
#[test]
fn a_duplicate_that_outlives_its_socket_is_not_reported() {
    on_every_driver(|by_hand| {
        let listener = net::TcpListener::bind("127.0.0.1:0").unwrap();
        let connecting = TcpStream::connect(listener.local_addr().unwrap());
        // One that we made ourselves: nobody but the borrower of its descriptor can have a duplicate.
        let stream = by_hand.finish("connect", connecting).unwrap();
        let (mut peer, _) = listener.accept().unwrap();
        let duplicate = duplicate(&stream);
        by_hand.settle();
        drop(stream);
        let before = by_hand.reports();
        for _ in 0..3 {
            peer.write_all(b"is anybody there?").unwrap();
            by_hand.settle();
        }
        assert_eq!(by_hand.reports(), before);
        assert_eq!(by_hand.reactor.metrics().sources, 0);
        drop(duplicate);
    });
}

#[cfg(unix)]
fn duplicate(stream: &TcpStream) -> std::os::fd::OwnedFd {
    use std::os::fd::AsFd;
    stream.as_fd().try_clone_to_owned().unwrap()
}

#[cfg(windows)]
fn duplicate(stream: &TcpStream) -> std::os::windows::io::OwnedSocket {
    use std::os::windows::io::AsSocket;
    stream.as_socket().try_clone_to_owned().unwrap()
}

/// After every datagram that has left, the socket is writable anew: an edge that nobody wants to hear of.
#[test]
fn sending_datagrams_is_not_reported() {
    on_every_driver(|by_hand| {
        let socket = by_hand
            .finish("bind", UdpSocket::bind("127.0.0.1:0"))
            .unwrap();
        let peer = net::UdpSocket::bind("127.0.0.1:0").unwrap();
        let target = peer.local_addr().unwrap();
        for _ in 0..10 {
            by_hand
                .finish("a send", socket.send_to(b"hello", target))
                .unwrap();
            peer.recv(&mut [0; 64]).unwrap();
            by_hand.settle();
        }
        assert_eq!(by_hand.reports(), 0);
    });
}

#[test]
fn more_buffers_than_a_call_takes_do_not_make_it_short() {
    on_every_driver(|by_hand| {
        let (stream, peer) = connection();
        // What the registration itself announces is heard, so that nothing is left that could wake by chance.
        by_hand.settle();
        is_written_and_read_by_many_buffers(by_hand, &stream, &peer);
    });
}
