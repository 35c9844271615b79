//! Unix datagrams: connected and not, and senders that wait for a receiver whose queue is full.
#![cfg(unix)]

use std::io;
use std::pin::pin;

use futures_lite::future::{poll_once, yield_now, zip};
use runtime::Runtime;
use runtime::net::UnixDatagram;

mod guard;
mod paths;
use guard::run;
use paths::SocketPath;

#[test]
fn datagrams_come_whole_and_in_order() {
    run(async {
        let (here, there) = UnixDatagram::pair().unwrap();
        let mut buffer = [0; 64];
        for words in [&b"first"[..], b"", b"and third"] {
            assert_eq!(here.send(words).await.unwrap(), words.len());
        }
        for words in [&b"first"[..], b"", b"and third"] {
            let length = there.recv(&mut buffer).await.unwrap();
            assert_eq!(&buffer[..length], words);
        }
    });
}

#[test]
fn the_senders_address_can_be_answered() {
    run(async {
        let (paths, mut buffer) = ((SocketPath::new(), SocketPath::new()), [0; 64]);
        let server = UnixDatagram::bind(&paths.0).unwrap();
        let client = UnixDatagram::bind(&paths.1).unwrap();
        client.send_to(b"ping", &paths.0).await.unwrap();
        let (length, from) = server.recv_from(&mut buffer).await.unwrap();
        assert_eq!((length, from.as_pathname()), (4, Some(paths.1.as_ref())));
        server.send_to_addr(b"pong!", &from).await.unwrap();
        assert_eq!(client.recv(&mut buffer).await.unwrap(), 5);
    });
}

#[test]
fn a_connected_socket_hears_its_peer_only() {
    run(async {
        let (path, server_path) = (SocketPath::new(), SocketPath::new());
        let here = UnixDatagram::bind(&path).unwrap();
        let server = UnixDatagram::bind(&server_path).unwrap();
        here.connect(&server_path).unwrap();
        let peer = here.peer_addr().unwrap();
        assert_eq!(peer.as_pathname(), Some(server_path.as_ref()));
        let stranger = UnixDatagram::unbound().unwrap();
        assert!(stranger.send_to(b"spam", &path).await.is_err());
        server.send_to(b"hello", &path).await.unwrap();
        assert_eq!(here.recv(&mut [0; 64]).await.unwrap(), 5);
        stranger
            .connect_addr(&server.local_addr().unwrap())
            .unwrap();
        stranger.send(b"hello, too").await.unwrap();
        assert_eq!(server.recv(&mut [0; 64]).await.unwrap(), 10);
    });
}

#[test]
fn a_receive_that_waits_is_woken() {
    run(async {
        let (here, there) = UnixDatagram::pair().unwrap();
        let receiver = runtime::spawn(async move { here.recv(&mut [0; 64]).await.unwrap() });
        yield_now().await;
        there.writable().await.unwrap();
        there.try_send(b"hello").unwrap();
        assert_eq!(receiver.await.unwrap(), 5);
    });
}

/// Fills the peer's queue; false where the system gives an error instead of having the sender wait.
fn fill(socket: &UnixDatagram, mut send: impl FnMut(&UnixDatagram) -> io::Result<usize>) -> bool {
    loop {
        match send(socket) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return true,
            Err(_) => return false,
        }
    }
}

#[test]
fn a_sender_waits_until_its_peer_has_room() {
    run(async {
        let (here, there) = UnixDatagram::pair().unwrap();
        if !fill(&here, |socket| socket.try_send(b"filler")) {
            return;
        }
        let mut send = pin!(here.send(b"the last one"));
        assert!(poll_once(send.as_mut()).await.is_none());
        let mut buffer = [0; 64];
        let receive = async {
            yield_now().await;
            while there.recv(&mut buffer).await.unwrap() != 12 {}
        };
        assert_eq!(zip(send, receive).await.0.unwrap(), 12);
    });
}

/// Of a receiver that we are not connected to the system reports no room. The queue is filled by others here, so that
/// no datagram of ours is in it whose end would be reported.
#[test]
fn a_sender_waits_for_a_stranger_as_well() {
    run(async {
        let path = SocketPath::new();
        let server = UnixDatagram::bind(&path).unwrap();
        let filler = UnixDatagram::unbound().unwrap();
        if !fill(&filler, |socket| socket.try_send_to(b"filler", &path)) {
            return;
        }
        let here = UnixDatagram::unbound().unwrap();
        let mut send = pin!(here.send_to(b"the last one", &path));
        for _ in 0..3 {
            assert!(poll_once(send.as_mut()).await.is_none());
            yield_now().await;
        }
        let mut buffer = [0; 64];
        let receive = async { while server.recv(&mut buffer).await.unwrap() != 12 {} };
        assert_eq!(zip(send, receive).await.0.unwrap(), 12);
    });
}

/// A stranger's full queue says nothing of the peer's.
#[test]
fn a_full_stranger_does_not_keep_us_from_the_peer() {
    run(async {
        let path = SocketPath::new();
        let _stranger = UnixDatagram::bind(&path).unwrap();
        let (here, there) = UnixDatagram::pair().unwrap();
        if !fill(&here, |socket| socket.try_send_to(b"filler", &path)) {
            return;
        }
        let mut stuck = pin!(here.send_to(b"never", &path));
        assert!(poll_once(stuck.as_mut()).await.is_none());
        here.writable().await.unwrap();
        assert_eq!(here.send(b"hello").await.unwrap(), 5);
        assert_eq!(there.recv(&mut [0; 64]).await.unwrap(), 5);
    });
}

#[test]
fn a_try_does_not_wait() {
    run(async {
        let (here, there) = UnixDatagram::pair().unwrap();
        let empty = here.try_recv(&mut [0; 64]).unwrap_err();
        assert_eq!(empty.kind(), io::ErrorKind::WouldBlock);
        there.try_send(b"hello").unwrap();
        here.readable().await.unwrap();
        let (length, from) = here.try_recv_from(&mut [0; 64]).unwrap();
        assert!((length, from.is_unnamed()) == (5, true));
    });
}

#[test]
fn a_peer_that_has_gone_is_an_error() {
    run(async {
        let (here, there) = UnixDatagram::pair().unwrap();
        assert!(here.take_error().unwrap().is_none());
        drop(there);
        assert!(here.send(b"anybody?").await.is_err());
        let error = UnixDatagram::unbound()
            .unwrap()
            .send_to(b"anybody?", SocketPath::new())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    });
}

#[test]
fn a_socket_can_be_given_back_and_taken_over() {
    run(async {
        let (here, there) = UnixDatagram::pair().unwrap();
        let here = here.into_std().unwrap();
        here.set_nonblocking(false).unwrap();
        there.send(b"hello").await.unwrap();
        assert_eq!(here.recv(&mut [0; 64]).unwrap(), 5);
        let here = UnixDatagram::from_std(here).unwrap();
        assert!(poll_once(here.recv(&mut [0; 64])).await.is_none());
        there.send(b"again").await.unwrap();
        assert_eq!(here.recv(&mut [0; 64]).await.unwrap(), 5);
    });
}

/// A pause ends with the runtime as every wait of a socket does: in an error.
#[test]
fn a_sender_that_pauses_when_its_runtime_goes_is_told() {
    let path = SocketPath::new();
    let runtime = Runtime::new().unwrap();
    let (_server, here) = {
        let _guard = runtime.enter();
        let server = UnixDatagram::bind(&path).unwrap();
        (server, UnixDatagram::unbound().unwrap())
    };
    if !fill(&here, |socket| socket.try_send_to(b"filler", &path)) {
        return;
    }
    run(async {
        let mut send = pin!(here.send_to(b"too late", &path));
        assert!(poll_once(send.as_mut()).await.is_none());
        drop(runtime);
        let error = send.await.unwrap_err();
        assert!(error.to_string().contains("has been dropped"), "{error}");
    });
}
