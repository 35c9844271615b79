//! Name resolution: on another thread for names, at once for numbers, in clear words when it fails.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex};

use runtime::Runtime;
use runtime::future::poll_once;
use runtime::net::{TcpListener, TcpStream, lookup_host};

/// As many as the executor starts.
const MOST_THREADS: usize = 128;

/// While it lives, no thread for blocking work is free.
struct Busy {
    _jobs: Vec<executor::Blocking<()>>,
    _release: Sender<()>,
}

impl Busy {
    fn all_threads() -> io::Result<Busy> {
        let (release, released) = mpsc::channel::<()>();
        let released = Arc::new(Mutex::new(released));
        let wait = |_| {
            let released = released.clone();
            executor::unblock(move || {
                let _ = released.lock().expect("nobody panics").recv();
            })
        };
        Ok(Busy {
            _jobs: (0..MOST_THREADS).map(wait).collect::<io::Result<_>>()?,
            _release: release,
        })
    }
}

/// Longer than a label of a name may be, so no name server is ever asked for it.
fn impossible_name() -> String {
    "x".repeat(64)
}

#[runtime::test]
async fn numbers_are_ready_at_once() -> io::Result<()> {
    let address: SocketAddr = "127.0.0.1:80".parse().unwrap();
    for host in ["127.0.0.1:80", "[::1]:80"] {
        let mut looking = Box::pin(lookup_host(host));
        let found = poll_once(&mut looking).await.expect("no thread is asked");
        assert_eq!(found?.len(), 1);
    }
    let mut looking = Box::pin(lookup_host((address.ip(), 80)));
    let found = poll_once(&mut looking).await.expect("no thread is asked")?;
    assert_eq!(found.collect::<Vec<_>>(), [address]);
    Ok(())
}

/// A name waits for a thread while all of them are taken, and the loop goes on.
#[runtime::test]
async fn names_leave_the_loop_free() -> io::Result<()> {
    let busy = Busy::all_threads()?;
    let mut looking = Box::pin(lookup_host(("localhost", 80)));
    assert!(poll_once(&mut looking).await.is_none());
    let others = runtime::spawn(async { 1 + 1 });
    assert_eq!(others.await?, 2);
    assert!(poll_once(&mut looking).await.is_none());
    drop(busy);
    let found: Vec<_> = looking.await?.collect();
    assert!(!found.is_empty());
    assert!(found.iter().all(|address| address.ip().is_loopback()));
    assert!(found.iter().all(|address| address.port() == 80));
    Ok(())
}

#[runtime::test]
async fn a_name_that_does_not_resolve_is_named() {
    let name = impossible_name();
    let error = lookup_host((name.as_str(), 80)).await.unwrap_err();
    assert!(error.to_string().contains(&name), "{error}");
    let error = TcpStream::connect((name.as_str(), 80)).await.unwrap_err();
    assert!(error.to_string().contains("resolving `xxx"), "{error}");
    let error = TcpListener::bind((name, 80)).await.unwrap_err();
    assert!(error.to_string().contains("resolving `xxx"), "{error}");
}

#[runtime::test]
async fn a_host_without_a_port_is_invalid() {
    for host in [
        "127.0.0.1",
        "localhost",
        "localhost:http",
        "localhost:70000",
    ] {
        let error = TcpStream::connect(host).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains(host), "{error}");
    }
}

#[runtime::test]
async fn a_name_is_enough_to_listen_and_connect() -> io::Result<()> {
    let listener = TcpListener::bind("localhost:0").await?;
    let port = listener.local_addr()?.port();
    let client = TcpStream::connect(("localhost".to_owned(), port)).await?;
    assert_eq!(client.peer_addr()?, listener.local_addr()?);
    Ok(())
}

#[test]
fn a_question_that_is_dropped_leaves_nothing() -> io::Result<()> {
    let runtime = Runtime::new()?;
    runtime.block_on(async {
        let busy = Busy::all_threads()?;
        let before = runtime.metrics();
        let mut looking = Box::pin(lookup_host((impossible_name(), 80)));
        let mut connecting = Box::pin(TcpStream::connect(("localhost", 80)));
        assert!(poll_once(&mut looking).await.is_none());
        assert!(poll_once(&mut connecting).await.is_none());
        drop((looking, connecting, busy));
        let after = runtime.metrics();
        assert_eq!(
            (after.sources, after.timers),
            (before.sources, before.timers)
        );
        let found = lookup_host(("localhost", 1)).await?.next();
        assert_eq!(found.map(|address| address.port()), Some(1));
        Ok(())
    })
}
