//! Accepting: one, many, by several tasks, on a port that is used, and after a connection that died.

use std::io::{self, ErrorKind};
use std::net::Ipv4Addr;
use std::rc::Rc;
use std::time::Duration;

use futures_lite::StreamExt;
use runtime::future::poll_once;
use runtime::net::{TcpListener, TcpSocket, TcpStream};

#[runtime::test]
async fn a_used_port_is_named() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let error = TcpListener::bind(address).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddrInUse);
    let words = error.to_string();
    assert!(
        words.starts_with(&format!("listening on {address}: ")),
        "{words}"
    );
    Ok(())
}

#[runtime::test]
async fn the_first_free_address_of_several_is_taken() -> io::Result<()> {
    let used = TcpListener::bind("127.0.0.1:0").await?.into_std()?;
    let free = (Ipv4Addr::LOCALHOST, 0).into();
    let listener = TcpListener::bind([used.local_addr()?, free]).await?;
    assert_ne!(listener.local_addr()?, used.local_addr()?);
    Ok(())
}

#[runtime::test]
async fn accept_waits_for_a_connection() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut accepting = Box::pin(listener.accept());
    assert!(poll_once(&mut accepting).await.is_none());
    let client = TcpStream::connect(listener.local_addr()?).await?;
    let (_server, peer) = accepting.await?;
    assert_eq!(peer, client.local_addr()?);
    Ok(())
}

#[runtime::test]
async fn a_burst_of_connections_is_accepted_to_the_last() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut clients = Vec::new();
    for _ in 0..50 {
        clients.push(TcpStream::connect(listener.local_addr()?).await?);
    }
    for client in &clients {
        let (_server, peer) = listener.accept().await?;
        assert_eq!(peer, client.local_addr()?);
    }
    assert!(poll_once(listener.accept()).await.is_none());
    Ok(())
}

#[runtime::test]
async fn incoming_gives_one_connection_after_the_other() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut incoming = listener.incoming();
    assert!(poll_once(incoming.next()).await.is_none());
    for _ in 0..3 {
        let client = TcpStream::connect(listener.local_addr()?).await?;
        let server = incoming.next().await.expect("it never ends")?;
        assert_eq!(server.peer_addr()?, client.local_addr()?);
    }
    Ok(())
}

#[runtime::test]
async fn two_tasks_accept_from_one_listener() -> io::Result<()> {
    let listener = Rc::new(TcpListener::bind("127.0.0.1:0").await?);
    let tasks: Vec<_> = (0..2)
        .map(|_| {
            let listener = listener.clone();
            runtime::spawn(async move { listener.accept().await })
        })
        .collect();
    runtime::task::yield_now().await; // Both wait now.
    let first = TcpStream::connect(listener.local_addr()?).await?;
    let second = TcpStream::connect(listener.local_addr()?).await?;
    let mut peers = Vec::new();
    for task in tasks {
        peers.push(task.await??.1);
    }
    let mut ours = [first.local_addr()?, second.local_addr()?];
    peers.sort();
    ours.sort();
    assert_eq!(peers, ours);
    Ok(())
}

/// The client resets the connection while it is in the backlog. Linux hands it out all the same, others skip it.
#[runtime::test]
async fn a_connection_that_died_in_the_backlog_ends_nothing() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let dying = TcpStream::connect(listener.local_addr()?).await?;
    dying.set_linger(Some(Duration::ZERO))?;
    drop(dying);
    let client = TcpStream::connect(listener.local_addr()?).await?;
    loop {
        let (_server, peer) = listener.accept().await?;
        if peer == client.local_addr()? {
            return Ok(());
        }
    }
}

#[runtime::test]
async fn a_listener_comes_from_std_and_goes_back() -> io::Result<()> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    let listener = TcpListener::from_std(listener)?;
    let client = TcpStream::connect(listener.local_addr()?).await?;
    let (_server, peer) = listener.accept().await?;
    assert_eq!(peer, client.local_addr()?);

    let listener = listener.into_std()?;
    let nobody = listener.accept().unwrap_err();
    assert_eq!(nobody.kind(), ErrorKind::WouldBlock, "as documented");
    let again = TcpListener::from_std(listener)?;
    let _client = TcpStream::connect(again.local_addr()?).await?;
    again.accept().await.map(drop)
}

#[cfg(unix)]
#[runtime::test]
async fn a_port_can_be_shared_by_those_who_ask() -> io::Result<()> {
    let listen = |address| {
        let socket = TcpSocket::new_v4()?;
        socket.set_reuseport(true)?;
        assert!(socket.reuseport()?);
        socket.bind(address)?;
        socket.listen(8)
    };
    let first = listen((Ipv4Addr::LOCALHOST, 0).into())?;
    let second = listen(first.local_addr()?)?;
    assert_eq!(first.local_addr()?, second.local_addr()?);
    Ok(())
}

/// A server that has closed a connection leaves it in TIME_WAIT, and starts again.
#[cfg(unix)]
#[runtime::test]
async fn a_port_is_free_again_as_soon_as_its_listener_is_gone() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let client = TcpStream::connect(address).await?;
    let (server, _) = listener.accept().await?;
    drop(server);
    drop(client);
    drop(listener);
    TcpListener::bind(address).await.map(drop)
}

#[runtime::test]
async fn buffer_sizes_are_the_systems_affair_but_change() -> io::Result<()> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(32 * 1024)?;
    socket.set_send_buffer_size(32 * 1024)?;
    assert!((32 * 1024..=128 * 1024).contains(&socket.recv_buffer_size()?));
    assert!((32 * 1024..=128 * 1024).contains(&socket.send_buffer_size()?));
    socket.set_reuseaddr(true)?;
    assert!(socket.reuseaddr()?);
    Ok(())
}

#[test]
#[should_panic(expected = "`TcpListener::from_std` was called outside of a runtime")]
fn registering_outside_of_a_runtime_names_the_call() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let _ = TcpListener::from_std(listener);
}
