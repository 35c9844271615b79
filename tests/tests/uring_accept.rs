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

/// Nobody accepts, and the system is not let go on accepting for ever.
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
        let mut accept = Box::pin(listener.accept());
        assert!(poll_once(&mut accept).await.is_none());
        drop(accept);
        let mut clients = Vec::new();
        let before = open()?;
        for _ in 0..300 {
            clients.push(net::TcpStream::connect(listener.local_addr()?)?);
            if clients.len() % 10 == 0 {
                looks().await;
            }
        }
        let accepted = open()? - before - clients.len();
        assert!((1..=100).contains(&accepted), "{accepted}");
        let mut addresses: Vec<_> = clients
            .iter()
            .map(|one| one.local_addr().unwrap())
            .collect();
        let mut peers = Vec::new();
        for _ in &clients {
            peers.push(listener.accept().await?.1);
        }
        addresses.sort_unstable();
        peers.sort_unstable();
        assert_eq!(peers, addresses);
        Ok(())
    });
}
