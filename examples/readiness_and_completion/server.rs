//! The server, which is a process of its own: it echoes in one way until its clients have gone; it counts no calls.

use std::io;

use runtime::net::TcpListener;
use runtime::time::{Duration, timeout};
use runtime::{DriverKind, Runtime};

/// The drivers that are compared, by the names that they give themselves.
pub(crate) const DRIVERS: [(&str, DriverKind); 3] = [
    ("io_uring", DriverKind::Uring),
    ("epoll", DriverKind::Epoll),
    ("polling", DriverKind::Polling),
];

/// And the ways.
pub(crate) const WAYS: [&str; 2] = ["readiness", "completion"];

/// No server lives longer, whatever has become of who started it.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) fn serve(driver: &str, way: &str, connections: u64) -> io::Result<()> {
    let known = DRIVERS.iter().find(|(name, _)| *name == driver);
    let (_, kind) = known.ok_or(io::ErrorKind::InvalidInput)?;
    let runtime = Runtime::builder().driver(*kind).build()?;
    runtime.block_on(timeout(PATIENCE, echo(way, connections)))??;
    println!("{}", runtime.metrics().waits); // The last line, as the address is the first.
    Ok(())
}

/// Takes so many connections, and ends when they have ended.
async fn echo(way: &str, connections: u64) -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    let mut tasks = Vec::new();
    for _ in 0..connections {
        let (stream, _) = listener.accept().await?;
        tasks.push(match way {
            "readiness" => runtime::spawn(crate::by_readiness(stream)),
            _ => runtime::spawn(crate::by_completion(stream)),
        });
    }
    for task in tasks {
        task.await??;
    }
    Ok(())
}
