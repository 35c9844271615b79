//! Embedding: a plain `fn main` that calls `block_on` for the part that waits. It looks which ports are open, a few
//! hundred at once, behind a progress bar. Nothing is left running.
//!
//! Run it with `cargo run --release --example portscan [HOST [FIRST [LAST]]]`, on machines that are yours.

use std::cell::RefCell;
use std::io;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::process::ExitCode;
use std::rc::Rc;

use indicatif::{ProgressBar, ProgressStyle};
use runtime::net::{TcpStream, lookup_host};
use runtime::time::{Duration, timeout};

/// So many connections are tried at the same time, each for so long.
const AT_ONCE: usize = 200;
const PATIENCE: Duration = Duration::from_millis(500);

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let host = arguments.next().unwrap_or_else(|| "127.0.0.1".to_owned());
    let first: Option<u16> = arguments.next().map_or(Some(1), |port| port.parse().ok());
    let last: Option<u16> = arguments
        .next()
        .map_or(Some(1024), |port| port.parse().ok());
    let (Some(first), Some(last)) = (first, last) else {
        eprintln!("usage: portscan [HOST [FIRST [LAST]]], ports from 0 to 65535");
        return ExitCode::FAILURE;
    };
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
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {msg}");
    let bar = ProgressBar::new(u64::from(last.saturating_sub(first)) + 1);
    bar.set_style(style.map_err(io::Error::other)?);

    // One thread, so one iterator behind a `RefCell` deals out the ports.
    let ports = Rc::new(RefCell::new(first..=last));
    let tasks: Vec<_> = (0..AT_ONCE)
        .map(|_| runtime::spawn(look(ip, ports.clone(), bar.clone())))
        .collect();
    let mut open = Vec::new();
    for task in tasks {
        open.extend(task.await?);
    }
    bar.finish_and_clear();
    open.sort_unstable();
    Ok(open)
}

/// Takes the next port until none is left, and returns those that are open.
async fn look(ip: IpAddr, ports: Rc<RefCell<RangeInclusive<u16>>>, bar: ProgressBar) -> Vec<u16> {
    let mut open = Vec::new();
    let next = || ports.borrow_mut().next();
    while let Some(port) = next() {
        let connecting = TcpStream::connect((ip, port));
        if matches!(timeout(PATIENCE, connecting).await, Ok(Ok(_))) {
            open.push(port);
        }
        bar.inc(1);
    }
    open
}
