//! Embedding: a plain `fn main` that calls `block_on` for the part that waits, which ports are open, behind a bar.
//!
//! Run it with `cargo run --release --example portscan [HOST [FIRST [LAST]]]`, on machines that are yours.

use std::cell::RefCell;
use std::io;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::process::ExitCode;
use std::rc::Rc;

use examples::Usage;
use indicatif::ProgressBar;
use runtime::net::{TcpStream, lookup_host};
use runtime::time::{Duration, timeout};

const USAGE: Usage = Usage(
    "portscan [HOST [FIRST [LAST]]], 127.0.0.1, 1 and 1024 unless said; 1 ≤ FIRST ≤ LAST ≤ 65535",
);
/// So many are tried at the same time, each for so long.
const AT_ONCE: usize = 200;
const PATIENCE: Duration = Duration::from_millis(500);
/// One thread: one iterator behind a `RefCell` deals out the ports.
type Ports = Rc<RefCell<RangeInclusive<u16>>>;

fn main() -> ExitCode {
    let [host, first, last] = USAGE.arguments();
    let host = host.unwrap_or_else(|| "127.0.0.1".to_owned());
    let (first, last) = (USAGE.value(first, 1), USAGE.value(last, 1024));
    if first == 0 || first > last {
        USAGE.refuse();
    }
    match runtime::block_on(scan(&host, first, last)) {
        Ok(open) => {
            println!("open on {host} from {first} to {last}: {open:?}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{host}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The open ports.
async fn scan(host: &str, first: u16, last: u16) -> io::Result<Vec<u16>> {
    let address = lookup_host((host, 0)).await?.next();
    let ip = address.ok_or(io::ErrorKind::NotFound)?.ip();
    let bar = ProgressBar::new(u64::from(last - first) + 1);
    let ports = Rc::new(RefCell::new(first..=last));
    let tasks: Vec<_> = (0..AT_ONCE)
        .map(|_| runtime::spawn(look(ip, ports.clone(), bar.clone())))
        .collect();
    let mut open = Vec::new();
    for task in tasks {
        open.extend(task.await??);
    }
    bar.finish_and_clear();
    open.sort_unstable();
    Ok(open)
}

/// Takes the next port until none is left, and returns those that are open.
async fn look(ip: IpAddr, ports: Ports, bar: ProgressBar) -> io::Result<Vec<u16>> {
    let mut open = Vec::new();
    let next = || ports.borrow_mut().next();
    while let Some(port) = next() {
        match timeout(PATIENCE, TcpStream::connect((ip, port))).await {
            Ok(Ok(_)) => open.push(port),
            Ok(Err(error)) if error.kind() != io::ErrorKind::ConnectionRefused => {
                return Err(error);
            }
            Ok(Err(_)) | Err(_) => {} // It is refused, or nobody answers.
        }
        bar.inc(1);
    }
    Ok(open)
}
