//! Accepting on io_uring: what the system has accepted while nobody asked.
#![cfg(all(target_os = "linux", feature = "uring"))]

mod alone;
mod on_uring;

use std::io::{self, Read as _};
use std::net;

use on_uring::{PATIENCE, looks, on_uring};
use runtime::future::poll_once;
use runtime::net::TcpListener;

#[test]
fn a_connection_that_came_unasked_goes_to_the_next_accept() {
    on_uring(async || {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let mut accept = Box::pin(listener.accept());
        assert!(poll_once(&mut accept).await.is_none());
        looks().await;
        let client = net::TcpStream::connect(listener.local_addr()?)?;
        looks().await;
        drop(accept); // The system has accepted it already.
        let (server, peer) = listener.accept().await?;
        assert_eq!(peer, client.local_addr()?);
        drop(server);

        // And with the listener it is closed, at once, and the address is free.
        let mut client = net::TcpStream::connect(listener.local_addr()?)?;
        looks().await;
        let address = listener.local_addr()?;
        drop(listener);
        client.set_read_timeout(Some(PATIENCE))?;
        match client.read(&mut [0; 8]) {
            Ok(length) => assert_eq!(length, 0),
            Err(error) => assert_eq!(error.kind(), io::ErrorKind::ConnectionReset),
        }
        TcpListener::bind(address).await?;
        Ok(())
    });
}

/// Nobody accepts, and nobody's connection is taken.
#[test]
fn a_crowd_waits_outside() {
    if !alone::is_alone() {
        let mut child = alone::start("a_crowd_waits_outside", "true"); // It counts descriptors.
        assert!(child.wait().unwrap().success());
        return;
    }
    on_uring(async || {
        let open = || std::fs::read_dir("/proc/self/fd").map(Iterator::count);
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let mut clients = Vec::new();
        for _ in 0..300 {
            clients.push(net::TcpStream::connect(listener.local_addr()?)?);
        }
        let before = open()?;
        let mut peers = vec![listener.accept().await?.1];
        looks().await;
        assert_eq!(open()?, before, "one was taken, and dropped");
        for _ in 1..clients.len() {
            peers.push(listener.accept().await?.1);
        }
        let mut addresses: Vec<_> = clients
            .iter()
            .map(|one| one.local_addr().unwrap())
            .collect();
        addresses.sort_unstable();
        peers.sort_unstable();
        assert_eq!(peers, addresses);
        Ok(())
    });
}

/// The first accept takes one connection, and the others stay where they are.
#[test]
fn a_listener_that_is_taken_back_has_its_connections() {
    on_uring(async || {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let connect = || net::TcpStream::connect(listener.local_addr()?);
        let _clients = [connect()?, connect()?, connect()?];
        let _first = listener.accept().await?;
        looks().await;
        let listener = listener.into_std()?;
        assert!(listener.accept().is_ok() && listener.accept().is_ok());
        Ok(())
    });
}

/// Two listeners of one socket, as in two workers: the one that is busy leaves connections to the other.
#[test]
fn who_does_not_accept_takes_no_connections() {
    on_uring(async || {
        let mine = net::TcpListener::bind("127.0.0.1:0")?;
        let other = mine.try_clone()?;
        let mine = TcpListener::from_std(mine)?;
        let mut accept = Box::pin(mine.accept());
        assert!(poll_once(&mut accept).await.is_none());
        looks().await;
        let _client = net::TcpStream::connect(mine.local_addr()?)?;
        accept.await?;
        looks().await; // Busy with it.
        let _second = net::TcpStream::connect(mine.local_addr()?)?;
        looks().await;
        other.accept()?;

        // Nor does one who has given up waiting.
        let mut accept = Box::pin(mine.accept());
        assert!(poll_once(&mut accept).await.is_none());
        looks().await;
        drop(accept);
        looks().await;
        let _third = net::TcpStream::connect(mine.local_addr()?)?;
        looks().await;
        other.accept()?;
        Ok(())
    });
}

/// Two tasks accept, and one of them gives up: the other one still hears of the next connection.
#[test]
fn one_who_gives_up_leaves_the_others_waiting() {
    on_uring(async || {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        for handed_over in [false, true] {
            let mut first = Box::pin(listener.accept());
            let mut second = Box::pin(listener.accept());
            assert!(poll_once(&mut first).await.is_none());
            assert!(poll_once(&mut second).await.is_none());
            if handed_over {
                looks().await;
            }
            drop(first);
            let client = net::TcpStream::connect(listener.local_addr()?)?;
            assert_eq!(second.await?.1, client.local_addr()?);
        }
        Ok(())
    });
}
