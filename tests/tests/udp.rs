//! UDP sockets: connected and not, peeked at, tried, shared by tasks, given back and taken over.

use std::future::poll_fn;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::rc::Rc;

use runtime::net::UdpSocket;

mod guard;
mod wine;
use guard::run;

async fn socket() -> UdpSocket {
    UdpSocket::bind("127.0.0.1:0").await.unwrap()
}

fn address(socket: &UdpSocket) -> SocketAddr {
    socket.local_addr().unwrap()
}

/// Two sockets that are connected to each other.
async fn pair() -> (UdpSocket, UdpSocket) {
    let (one, other) = (socket().await, socket().await);
    one.connect(address(&other)).await.unwrap();
    other.connect(address(&one)).await.unwrap();
    (one, other)
}

#[test]
fn datagrams_come_whole_and_with_their_sender() {
    run(async {
        let (here, there) = (socket().await, socket().await);
        for words in [&b"first"[..], b"", b"and third"] {
            assert_eq!(
                here.send_to(words, address(&there)).await.unwrap(),
                words.len()
            );
        }
        let mut buffer = [0; 64];
        for words in [&b"first"[..], b"", b"and third"] {
            let (length, from) = there.recv_from(&mut buffer).await.unwrap();
            assert_eq!((&buffer[..length], from), (words, address(&here)));
        }
    });
}

#[test]
fn a_connected_socket_hears_its_peer_only() {
    run(async {
        let (here, there) = pair().await;
        assert_eq!(here.peer_addr().unwrap(), address(&there));
        let stranger = socket().await;
        stranger.send_to(b"spam", address(&here)).await.unwrap();
        there.send(b"hello").await.unwrap();
        let mut buffer = [0; 64];
        let length = here.recv(&mut buffer).await.unwrap();
        assert_eq!(&buffer[..length], b"hello");
    });
}

#[test]
fn a_receive_that_waits_is_woken() {
    run(async {
        let (here, there) = pair().await;
        let receiver = runtime::spawn(async move {
            let mut buffer = [0; 64];
            let length = here.recv(&mut buffer).await.unwrap();
            buffer[..length].to_vec()
        });
        futures_lite::future::yield_now().await;
        there.send(b"hello").await.unwrap();
        assert_eq!(receiver.await.unwrap(), b"hello");
    });
}

#[test]
fn each_of_several_receivers_gets_a_datagram() {
    run(async {
        let (here, there) = pair().await;
        let here = Rc::new(here);
        let receivers: Vec<_> = (0..3)
            .map(|_| {
                let here = here.clone();
                runtime::spawn(async move {
                    let mut buffer = [0; 1];
                    here.recv(&mut buffer).await.unwrap();
                    buffer[0]
                })
            })
            .collect();
        futures_lite::future::yield_now().await;
        there.send(&[1]).await.unwrap();
        there.send(&[2]).await.unwrap();
        there.send(&[4]).await.unwrap();
        let mut sum = 0;
        for receiver in receivers {
            sum += receiver.await.unwrap();
        }
        assert_eq!(sum, 7);
    });
}

#[test]
fn a_receive_that_is_dropped_takes_nothing() {
    run(async {
        let (here, there) = pair().await;
        let mut buffer = [0; 64];
        assert!(
            futures_lite::future::poll_once(here.recv(&mut buffer))
                .await
                .is_none()
        );
        there.send(b"hello").await.unwrap();
        assert_eq!(here.recv(&mut buffer).await.unwrap(), 5);
    });
}

#[test]
fn what_is_peeked_at_stays() {
    run(async {
        let (here, there) = pair().await;
        there.send(b"hello").await.unwrap();
        let mut buffer = [0; 64];
        assert_eq!(here.peek(&mut buffer).await.unwrap(), 5);
        let (length, from) = here.peek_from(&mut buffer).await.unwrap();
        assert_eq!((length, from), (5, address(&there)));
        assert_eq!(here.try_recv(&mut buffer).unwrap(), 5);
        let empty = here.try_recv(&mut buffer).unwrap_err();
        assert_eq!(empty.kind(), io::ErrorKind::WouldBlock);
    });
}

#[test]
fn a_try_does_not_wait_and_readable_does() {
    run(async {
        let (here, there) = pair().await;
        let mut buffer = [0; 64];
        let empty = here.try_recv_from(&mut buffer).unwrap_err();
        assert_eq!(empty.kind(), io::ErrorKind::WouldBlock);
        there.writable().await.unwrap();
        assert_eq!(there.try_send(b"hello").unwrap(), 5);
        here.readable().await.unwrap();
        assert_eq!(
            here.try_recv_from(&mut buffer).unwrap(),
            (5, address(&there))
        );
    });
}

#[test]
fn the_poll_forms_wait_as_well() {
    run(async {
        let (here, there) = (socket().await, socket().await);
        let mut buffer = [0; 64];
        let receive = async {
            poll_fn(|cx| here.poll_recv_from(cx, &mut buffer))
                .await
                .unwrap()
        };
        let send = async {
            let target = address(&here);
            poll_fn(|cx| there.poll_send_to(cx, b"hello", target))
                .await
                .unwrap()
        };
        let (received, sent) = futures_lite::future::zip(receive, send).await;
        assert_eq!((received, sent), ((5, address(&there)), 5));
    });
}

#[test]
fn nobody_at_the_peers_port_is_an_error_on_a_later_call() {
    if wine::lacks("an event for a datagram socket's error") {
        return;
    }
    run(async {
        let (here, there) = pair().await;
        drop(there);
        let mut buffer = [0; 64];
        let error = loop {
            if let Err(error) = here.send(b"anybody?").await {
                break error;
            }
            // The answer may be on its way still, and comes as an error of the next call of either kind.
            if let Err(error) = here.recv(&mut buffer).await {
                break error;
            }
        };
        let kinds = [
            io::ErrorKind::ConnectionRefused,
            io::ErrorKind::ConnectionReset,
        ];
        assert!(kinds.contains(&error.kind()), "{error}");
    });
}

#[test]
fn a_socket_can_be_given_back_and_taken_over() {
    run(async {
        let (here, there) = pair().await;
        let here = here.into_std().unwrap();
        there.send(b"hello").await.unwrap();
        here.set_nonblocking(false).unwrap();
        assert_eq!(here.recv(&mut [0; 64]).unwrap(), 5);

        let here = UdpSocket::from_std(here).unwrap();
        let empty = here.try_recv(&mut [0; 64]).unwrap_err();
        assert_eq!(empty.kind(), io::ErrorKind::WouldBlock, "it blocks");
        there.send(b"again").await.unwrap();
        assert_eq!(here.recv(&mut [0; 64]).await.unwrap(), 5);
    });
}

#[test]
fn a_broadcast_needs_permission() {
    run(async {
        let here = socket().await;
        let everybody = (Ipv4Addr::new(127, 255, 255, 255), 9);
        assert!(!here.broadcast().unwrap());
        let refused = here.send_to(b"hello", everybody).await.unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::PermissionDenied);
        here.set_broadcast(true).unwrap();
        assert!(here.broadcast().unwrap());
        assert_eq!(here.send_to(b"hello", everybody).await.unwrap(), 5);
    });
}

#[test]
fn options_are_the_systems() {
    run(async {
        let here = socket().await;
        here.set_ttl(7).unwrap();
        assert_eq!(here.ttl().unwrap(), 7);
        assert!(here.take_error().unwrap().is_none());
        let twice = UdpSocket::bind(address(&here)).await.unwrap_err();
        assert_eq!(twice.kind(), io::ErrorKind::AddrInUse);
    });
}
