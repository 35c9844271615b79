//! A listener that somebody else still holds, as a forked child does, is not reported any more when ours is closed.

use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use reactor::{DriverKind, Reactor, Registration, Sharing, SourceKind};

#[test]
fn a_listener_that_a_child_holds_keeps_nobody_awake() {
    let reactor = Reactor::new(DriverKind::Auto).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    let childs = listener.try_clone().unwrap();

    let kind = SourceKind::Listener;
    let ours = Registration::new(reactor.handle(), listener, kind, Sharing::Sole).unwrap();
    drop(ours);
    let _client = TcpStream::connect(address).unwrap();
    for _ in 0..10 {
        reactor.turn(Some(Duration::ZERO)).unwrap();
    }
    assert_eq!(reactor.metrics().reports, 0);
    drop(childs);
}
