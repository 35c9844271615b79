//! The table: every driver, both ways, one connection and many, and what is to be seen in it; it measures nothing.

use std::io;

use runtime::net::TcpListener;
use runtime::{DriverKind, Runtime};

use crate::counter::Counter;
use crate::measure::{Calls, Server};
use crate::server::{DRIVERS, WAYS};

const MANY: u64 = 50;

const COPIES: &str = "\
    Copies: reckoned. The system copies the payload into the server's buffer and out of it; neither way copies it in\n\
    between. (A driver that had the system receive into a pool of its own would copy once more.)";

pub(crate) fn print(requests: u64) -> io::Result<()> {
    let counter = Counter::find();
    let mut absent = String::new();
    let mut completed = Vec::new();
    println!("connections  driver    way         copies       system calls a request");
    for connections in [1, MANY] {
        absent.clear();
        for (driver, kind) in DRIVERS {
            if let Err(error) = is_here(kind) {
                absent += &format!("Without {driver}: {error}.\n");
                continue;
            }
            for way in WAYS {
                eprintln!("{driver}, {way}, {connections} connections: {requests} requests …");
                let server = Server {
                    driver,
                    way,
                    connections,
                };
                let calls = server.calls(counter, requests)?;
                let sum = sum(&calls);
                print!("{connections:>11}  {driver:<8}  {way:<10}  1 in, 1 out  {sum:.2}");
                println!(" = {}", words(&calls));
                if driver == "io_uring" && way == "completion" {
                    completed.push(sum);
                }
            }
        }
    }
    println!("\n{absent}{}\n{COPIES}\n", counter.describe());
    println!("{}", lesson(&completed));
    Ok(())
}

/// Whether the system has this driver: that shows when the first socket comes.
fn is_here(kind: DriverKind) -> io::Result<()> {
    let runtime = Runtime::builder().driver(kind).build()?;
    runtime.block_on(TcpListener::bind("127.0.0.1:0")).map(drop)
}

fn sum(calls: &Calls) -> f64 {
    calls.iter().map(|(_, count)| count).sum::<f64>().max(0.0)
}

/// What is rarer than once in two hundred requests would be shown as 0.00.
fn words(calls: &Calls) -> String {
    let shown = calls.iter().filter(|(_, count)| *count >= 0.005);
    let words: Vec<String> = shown
        .map(|(name, count)| format!("{name} {count:.2}"))
        .collect();
    words.join(" + ")
}

fn lesson(completed: &[f64]) -> String {
    let seen = "\
        What is to be seen: where the system tells readiness, each read and each write is a call of its own (and often a\n\
        read more, which finds nothing), whichever way the program is written, and only the waits are shared;";
    match completed {
        [alone, together] => format!(
            "{seen}\nwhere it completes operations, as io_uring does, one call hands over all that were begun in a \
             turn: {alone:.2} calls a\nrequest when these come one by one, {together:.2} when {MANY} connections send \
             them."
        ),
        _ => format!(
            "{seen}\nwhere it completes operations, as io_uring does, one call would hand over all that were begun in \
             a turn."
        ),
    }
}
