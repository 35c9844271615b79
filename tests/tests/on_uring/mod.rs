//! Runs a test on io_uring, where the kernel gives us one; one that hangs has failed.

#![allow(dead_code, reason = "each test file takes what it needs")]

use std::future::Future;
use std::io;
use std::net;
use std::time::Duration;

use runtime::net::{TcpStream, UdpSocket};
use runtime::task::yield_now;
use runtime::{DriverKind, Runtime, time};

/// Nothing waits so long in a test that passes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Runs a test on io_uring, where the kernel gives us one.
pub(crate) fn on_uring<F: Future<Output = io::Result<()>>>(test: impl FnOnce() -> F) {
    if let Some(runtime) = uring() {
        let ended = runtime.block_on(time::timeout(PATIENCE, test()));
        ended.expect("it hangs: a completion was lost").unwrap();
    }
}

pub(crate) fn uring() -> Option<Runtime> {
    let runtime = Runtime::builder()
        .driver(DriverKind::Uring)
        .build()
        .unwrap();
    match runtime.block_on(UdpSocket::bind("127.0.0.1:0")) {
        Ok(_) => Some(runtime),
        Err(error) if error.kind() == io::ErrorKind::Unsupported => {
            eprintln!("skipped: {error}");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

/// The loop looks at the world every 61 polls, and hands over what was begun.
pub(crate) async fn looks() {
    for _ in 0..200 {
        yield_now().await;
    }
}

/// A stream of the runtime and one that blocks.
pub(crate) async fn stream_and_peer() -> io::Result<(TcpStream, net::TcpStream)> {
    let listener = net::TcpListener::bind("127.0.0.1:0")?;
    let peer = net::TcpStream::connect(listener.local_addr()?)?;
    peer.set_read_timeout(Some(PATIENCE))?; // It blocks the loop, and with it the guard against hanging.
    Ok((TcpStream::from_std(listener.accept()?.0)?, peer))
}
