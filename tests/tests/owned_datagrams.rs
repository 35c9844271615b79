//! Datagrams by operations that own their buffer: whole or not at all, and none lost to an operation that was dropped.

use std::io;

use runtime::future::poll_once;
use runtime::io::IoBuf;
use runtime::net::UdpSocket;

mod each_driver;
#[cfg(unix)]
mod paths;
mod wine;
use each_driver::{completes, on_each_driver};

async fn udp_pair() -> io::Result<(UdpSocket, UdpSocket)> {
    let here = UdpSocket::bind("127.0.0.1:0").await?;
    let there = UdpSocket::bind("127.0.0.1:0").await?;
    here.connect(there.local_addr()?).await?;
    there.connect(here.local_addr()?).await?;
    Ok((here, there))
}

#[test]
fn datagrams_are_sent_and_received() {
    on_each_driver(async || {
        let (here, there) = udp_pair().await?;
        let (length, word) = here.send_owned("hello").await;
        assert_eq!((length?, word), (5, "hello"));
        let (length, word) = there.recv_owned(Vec::with_capacity(64)).await;
        assert_eq!((length?, &word[..]), (5, &b"hello"[..]));

        let (one, other) = (
            UdpSocket::bind("127.0.0.1:0").await?,
            UdpSocket::bind("127.0.0.1:0").await?,
        );
        let (length, _) = one.send_to_owned(b"to".to_vec(), other.local_addr()?).await;
        assert_eq!(length?, 2);
        for buffer in [Vec::with_capacity(64), vec![9; 64]] {
            one.send_to_owned("by name", other.local_addr()?).await.0?;
            let skipped = buffer.is_empty().then(|| other.recv_owned(vec![0; 8]));
            if let Some(skipped) = skipped {
                assert_eq!(skipped.await.1, b"to");
            }
            let (received, buffer) = other.recv_from_owned(buffer).await;
            assert_eq!(received?, (7, one.local_addr()?));
            assert_eq!(buffer, b"by name");
        }
        Ok(())
    });
}

#[test]
fn a_datagram_of_no_bytes_is_one() {
    on_each_driver(async || {
        let (here, there) = udp_pair().await?;
        assert!(poll_once(there.recv_owned(vec![0; 4])).await.is_none());
        here.send_owned("").await.0?;
        let (received, buffer) = there.recv_from_owned(vec![0; 4]).await;
        assert_eq!((received?, buffer), ((0, here.local_addr()?), vec![]));
        Ok(())
    });
}

#[test]
fn what_does_not_fit_is_lost() {
    on_each_driver(async || {
        let (here, there) = udp_pair().await?;
        here.send_owned("hello").await.0?;
        here.send_owned("again").await.0?;
        let (length, buffer) = there.recv_owned(Box::new([0; 2])).await;
        if cfg!(windows) {
            assert!(length.is_err());
        } else {
            assert_eq!((length?, &*buffer), (2, b"he"));
        }
        let (length, part) = there.recv_owned(b"say ".to_vec().slice(4..)).await;
        // The vector has no room behind its bytes, and then none of the datagram fits.
        if !cfg!(windows) {
            assert_eq!((length?, part.into_inner()), (0, b"say ".to_vec()));
        }
        Ok(())
    });
}

#[test]
fn an_operation_that_waits_takes_nothing() {
    on_each_driver(async || {
        let (here, there) = udp_pair().await?;
        let mut receiving = there.recv_owned(vec![0; 8]);
        let mut from = there.recv_from_owned(vec![0; 8]);
        let mut dropped = there.recv_owned(vec![0; 8]);
        for receiving in [&mut receiving, &mut dropped] {
            assert!(poll_once(receiving).await.is_none());
        }
        assert!(poll_once(&mut from).await.is_none());
        here.send_owned("hello").await.0?;
        there.readable().await?;
        drop(dropped);
        let (had, buffer) = receiving.cancel().await;
        let (came_from, second) = from.cancel().await;
        let sender = Some((5, here.local_addr()?));
        match (had?, came_from?) {
            (None, None) => {
                assert_eq!((buffer, second), (vec![], vec![]));
                let (length, word) = there.recv_owned(vec![0; 8]).await;
                assert_eq!((length?, &word[..]), (5, &b"hello"[..]));
            }
            // Where the system completes them, one had it already, and says so.
            (Some(5), None) if completes() => {
                assert_eq!((buffer, second), (b"hello".to_vec(), vec![]))
            }
            (None, had) if completes() && had == sender => {
                assert_eq!((buffer, second), (vec![], b"hello".to_vec()));
            }
            other => panic!("{other:?}"),
        }
        let (had, word) = here.send_owned("unsent").cancel().await;
        assert_eq!((had?, word), (None, "unsent"));
        Ok(())
    });
}

#[test]
fn an_error_gives_the_buffer_back() {
    on_each_driver(async || {
        let socket = UdpSocket::bind("127.0.0.1:0").await?;
        let (sent, buffer) = socket.send_owned("to nobody").await;
        assert!(sent.is_err() && buffer == "to nobody");
        let (sent, buffer) = socket
            .send_to_owned(vec![0; 70_000], socket.local_addr()?)
            .await;
        if !(cfg!(windows) && wine::lacks("an end to the length of datagrams")) {
            assert!(sent.is_err() && buffer.len() == 70_000);
        }
        Ok(())
    });
}

#[cfg(unix)]
mod unix {
    use runtime::net::UnixDatagram;
    use runtime::task::yield_now;

    use super::*;

    #[test]
    fn datagrams_between_processes() {
        on_each_driver(async || {
            let (here, there) = UnixDatagram::pair()?;
            assert!(poll_once(there.recv_owned(vec![0; 4])).await.is_none());
            here.send_owned("hello").await.0?;
            let (length, word) = there.recv_owned(Vec::with_capacity(8)).await;
            assert_eq!((length?, &word[..]), (5, &b"hello"[..]));
            here.send_owned("again").await.0?;
            let (received, word) = there.recv_from_owned(Vec::with_capacity(8)).await;
            let (length, from) = received?;
            assert!(length == 5 && from.is_unnamed() && word == b"again");
            Ok(())
        });
    }

    #[test]
    fn a_sender_waits_for_the_connected_receiver() {
        on_each_driver(async || {
            let (here, there) = UnixDatagram::pair()?;
            while here.try_send(b"much").is_ok() {}
            let mut sending = here.send_owned("more");
            if cfg!(target_os = "linux") {
                assert!(poll_once(&mut sending).await.is_none());
                while there.try_recv(&mut [0; 8]).is_ok() {}
                assert_eq!((&mut sending).await.0?, 4);
            }
            Ok(())
        });
    }

    #[test]
    fn a_sender_pauses_for_a_receiver_by_path() {
        on_each_driver(async || {
            let path = paths::SocketPath::new();
            let server = UnixDatagram::bind(&path)?;
            let client = UnixDatagram::unbound()?;
            assert_eq!(client.send_to_owned("hello", &path).await.0?, 5);
            assert_eq!(server.recv_owned(vec![0; 8]).await.0?, 5);
            if !cfg!(target_os = "linux") {
                return Ok(()); // There it is an error, and not awaited.
            }
            let mut sent = 0;
            while client.try_send_to(b"much", &path).is_ok() {
                sent += 1;
            }
            let mut sending = client.send_to_owned(b"more".to_vec(), &path);
            assert!(poll_once(&mut sending).await.is_none());
            let (had, buffer) = sending.cancel().await;
            assert_eq!((had?, &buffer[..]), (None, &b"more"[..]));
            let sending = runtime::spawn(async move {
                let (length, buffer) = client.send_to_owned(buffer, path.as_ref()).await;
                (length, buffer, path)
            });
            yield_now().await;
            for _ in 0..sent {
                assert_eq!(server.recv_owned(vec![0; 8]).await.1, b"much");
            }
            let (length, buffer, _path) = sending.await?;
            assert_eq!((length?, &buffer[..]), (4, &b"more"[..]));
            assert_eq!(server.recv_owned(vec![0; 8]).await.1, b"more");
            Ok(())
        });
    }

    #[test]
    fn a_send_by_path_is_ended_once() {
        on_each_driver(async || {
            let client = UnixDatagram::unbound()?;
            let mut sending = client.send_to_owned("nobody", "/nowhere/at/all");
            let (sent, word) = (&mut sending).await;
            assert_eq!(
                (sent.unwrap_err().kind(), word),
                (io::ErrorKind::NotFound, "nobody")
            );
            let misuse = std::panic::AssertUnwindSafe(|| drop(sending.cancel()));
            let payload = std::panic::catch_unwind(misuse).unwrap_err();
            let words = payload.downcast::<String>().unwrap();
            assert!(
                words.contains(file!()) && words.contains("make a new one"),
                "{words}"
            );
            Ok(())
        });
    }
}
