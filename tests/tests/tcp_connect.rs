//! Connecting: to one address or several, refused, unreachable, slow, and outside of a runtime.

use std::cell::Cell;
use std::error::Error;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::rc::Rc;

use runtime::net::{TcpListener, TcpSocket, TcpStream};
use runtime::{Event, Runtime};

/// A port where nobody listens, and which nobody else can be given: the socket is bound and no more.
struct Dead {
    address: SocketAddr,
    _socket: TcpSocket,
}

fn dead() -> io::Result<Dead> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
    Ok(Dead {
        address: socket.local_addr()?,
        _socket: socket,
    })
}

#[runtime::test]
async fn both_ends_know_each_other() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let client = TcpStream::connect(listener.local_addr()?).await?;
    let (server, peer) = listener.accept().await?;
    assert_eq!(client.local_addr()?, peer);
    assert_eq!(server.peer_addr()?, peer);
    assert_eq!(server.local_addr()?, client.peer_addr()?);
    Ok(())
}

#[runtime::test]
async fn ipv6_connects_where_there_is_any() -> io::Result<()> {
    let listener = match TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).await {
        Ok(listener) => listener,
        Err(error) => {
            eprintln!("skipped: this system has no IPv6 loopback ({error})");
            return Ok(());
        }
    };
    let client = TcpStream::connect(listener.local_addr()?).await?;
    assert!(client.peer_addr()?.is_ipv6());
    Ok(())
}

#[runtime::test]
async fn a_refused_connection_says_what_was_refused() -> io::Result<()> {
    let dead = dead()?;
    let address = dead.address;
    let error = TcpStream::connect(address).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    let words = error.to_string();
    assert!(
        words.starts_with(&format!("connecting to {address}: ")),
        "{words}"
    );
    let system: Option<&io::Error> = error.source().and_then(|source| source.downcast_ref());
    assert!(system.and_then(io::Error::raw_os_error).is_some());
    Ok(())
}

#[test]
fn several_addresses_that_all_refuse_leave_nothing_behind() -> io::Result<()> {
    let runtime = Runtime::new()?;
    let error = runtime.block_on(async {
        let dead = [dead()?, dead()?, dead()?];
        let addresses = dead.each_ref().map(|dead| dead.address);
        let error = TcpStream::connect(&addresses[..]).await.unwrap_err();
        let words = error.to_string();
        assert!(words.contains("all 3 addresses"), "{words}");
        let named = addresses
            .iter()
            .any(|address| words.contains(&address.to_string()));
        assert!(named, "{words}");
        io::Result::Ok(error)
    })?;
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    let metrics = runtime.metrics();
    assert_eq!((metrics.sources, metrics.timers), (0, 0));
    Ok(())
}

/// At once: the timer that spaces the attempts is not waited for.
#[test]
fn a_refusal_lets_the_next_address_have_its_turn() -> io::Result<()> {
    let runtime = Runtime::new()?;
    let fired = Rc::new(Cell::new(0));
    let count = fired.clone();
    runtime.observe(move |event| {
        if let Event::Reactor(reactor::Event::TimerFired { .. }) = event {
            count.set(count.get() + 1);
        }
    });
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let dead = [dead()?, dead()?];
        let addresses = [dead[0].address, listener.local_addr()?, dead[1].address];
        let client = TcpStream::connect(addresses).await?;
        assert_eq!(client.peer_addr()?, listener.local_addr()?);
        io::Result::Ok(())
    })?;
    assert_eq!(fired.get(), 0);
    Ok(())
}

#[runtime::test]
async fn the_first_of_two_good_addresses_is_taken() -> io::Result<()> {
    let first = TcpListener::bind("127.0.0.1:0").await?;
    let second = TcpListener::bind("127.0.0.1:0").await?;
    let addresses = [first.local_addr()?, second.local_addr()?];
    let client = TcpStream::connect(addresses).await?;
    assert_eq!(client.peer_addr()?, first.local_addr()?);
    Ok(())
}

/// A listener whose backlog is full makes the kernel ignore who comes: a host that does not answer.
#[cfg(target_os = "linux")]
async fn silent() -> io::Result<(TcpListener, Vec<TcpStream>)> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
    let listener = socket.listen(0)?;
    let address = listener.local_addr()?;
    let first = TcpStream::connect(address).await?;
    Ok((listener, vec![first]))
}

#[cfg(target_os = "linux")]
#[test]
fn an_address_that_does_not_answer_holds_nobody_up() -> io::Result<()> {
    let runtime = Runtime::new()?;
    runtime.block_on(async {
        let (silent, _fill) = silent().await?;
        let good = TcpListener::bind("127.0.0.1:0").await?;
        let before = runtime.metrics();
        let client = TcpStream::connect([silent.local_addr()?, good.local_addr()?]).await?;
        assert_eq!(client.peer_addr()?, good.local_addr()?);
        let after = runtime.metrics();
        assert_eq!(after.sources, before.sources + 1, "the loser is closed");
        assert_eq!(after.timers, before.timers);
        Ok(())
    })
}

#[cfg(target_os = "linux")]
#[test]
fn a_connection_under_way_is_pending_and_can_be_dropped() -> io::Result<()> {
    let runtime = Runtime::new()?;
    runtime.block_on(async {
        let (silent, _fill) = silent().await?;
        let before = runtime.metrics();
        let mut connecting = Box::pin(TcpStream::connect(silent.local_addr()?));
        for _ in 0..3 {
            assert!(runtime::future::poll_once(&mut connecting).await.is_none());
            runtime::task::yield_now().await;
        }
        assert_eq!(runtime.metrics().sources, before.sources + 1);
        drop(connecting);
        assert_eq!(runtime.metrics().sources, before.sources);
        Ok(())
    })
}

/// Linux refuses to connect to a broadcast address, the loopback's one too, before a packet is made.
#[cfg(target_os = "linux")]
#[runtime::test]
async fn an_unreachable_address_says_so_and_gives_way_to_another() -> io::Result<()> {
    let unreachable: SocketAddr = "127.255.255.255:9".parse().unwrap();
    let error = TcpStream::connect(unreachable).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NetworkUnreachable);
    assert!(error.to_string().contains("127.255.255.255:9"), "{error}");

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let client = TcpStream::connect([unreachable, listener.local_addr()?]).await?;
    assert_eq!(client.peer_addr()?, listener.local_addr()?);

    // That somebody refused says more than that there was no way to somebody else.
    let dead = dead()?;
    let refused = TcpStream::connect([dead.address, unreachable]).await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::ConnectionRefused);
    Ok(())
}

#[runtime::test]
async fn no_address_at_all_is_invalid() {
    let error = TcpStream::connect(&[][..]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("empty"), "{error}");
}

#[runtime::test]
async fn a_socket_can_be_bound_before_it_connects() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let socket = TcpSocket::new_v4()?;
    socket.set_nodelay(true)?;
    socket.set_keepalive(true)?;
    socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
    let ours = socket.local_addr()?;
    let client = socket.connect(listener.local_addr()?).await?;
    let (_server, peer) = listener.accept().await?;
    assert_eq!(peer, ours);
    assert!(client.nodelay()? && client.keepalive()?);
    Ok(())
}

#[runtime::test]
async fn a_bound_socket_is_refused_in_the_same_words() -> io::Result<()> {
    let dead = dead()?;
    let address = dead.address;
    let error = TcpSocket::new_v4()?.connect(address).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    assert!(error.to_string().contains(&address.to_string()), "{error}");
    Ok(())
}

#[runtime::test]
async fn binding_to_a_foreign_address_names_it() -> io::Result<()> {
    let foreign = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), 0);
    let error = TcpSocket::new_v4()?.bind(foreign).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddrNotAvailable);
    assert!(error.to_string().contains("192.0.2.1"), "{error}");
    Ok(())
}

#[test]
#[should_panic(expected = "`TcpStream::connect` was called outside of a runtime")]
fn connecting_outside_of_a_runtime_names_the_call() {
    let _ = futures_lite::future::block_on(TcpStream::connect("127.0.0.1:9"));
}

#[test]
fn a_future_made_outside_may_run_inside() -> io::Result<()> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    let connecting = TcpStream::connect(listener.local_addr()?);
    runtime::block_on(connecting).map(drop)
}
