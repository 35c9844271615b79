//! What the system will not watch: the error says why, in words, and keeps its kind.
#![cfg(target_os = "linux")]

use std::fs::File;
use std::io;
use std::net::UdpSocket;
use std::rc::Rc;

use reactor::{DriverKind, Pollable, Reactor, Registration, Sharing, SourceKind};

fn register<T: Pollable + 'static>(reactor: &Reactor, io: T) -> io::Result<Registration<T>> {
    let kind = SourceKind::Other;
    Registration::new(reactor.handle(), io, kind, Sharing::Shared)
}

#[test]
fn a_regular_file() {
    let reactor = Reactor::new(DriverKind::Epoll).unwrap();
    let error = register(&reactor, File::open("/proc/self/exe").unwrap()).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
    assert!(error.to_string().contains("regular file"), "{error}");
    assert_eq!(reactor.metrics().sources, 0);
}

/// Some files have a `poll` of their own though they look like regular ones, and some devices have none: epoll knows.
#[test]
fn io_uring_watches_the_same_files() {
    for path in ["/proc/self/mounts", "/dev/null", "/proc/self/exe", "/"] {
        let [epoll, uring] = [DriverKind::Epoll, DriverKind::Uring].map(|kind| {
            let registered = register(&Reactor::new(kind)?, File::open(path)?);
            registered.map(drop)
        });
        let [epoll, uring] = [epoll, uring].map(|told| told.map_err(|error| error.kind()));
        if uring == Err(io::ErrorKind::Unsupported) {
            return; // It was not built in, or the kernel has none for us.
        }
        assert_eq!(epoll, uring, "{path}");
    }
}

#[test]
fn a_descriptor_that_is_registered_already() {
    let reactor = Reactor::new(DriverKind::Epoll).unwrap();
    let socket = Rc::new(UdpSocket::bind("127.0.0.1:0").unwrap());
    let first = register(&reactor, socket.clone()).unwrap();
    let error = register(&reactor, socket.clone()).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
    assert!(error.to_string().contains("registered already"), "{error}");
    drop(first);
    register(&reactor, socket).unwrap();
}
