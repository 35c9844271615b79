//! The tour: an echo server, a delay server and a thousand clients of theirs, all on one thread; a task that panics
//! and one that is aborted; wakes from a second thread. Every byte and every count is checked.
//!
//! Run it with `cargo run --release --example tour`. The exit status is 1 if anything is wrong.

use std::future::pending;
use std::io;
use std::rc::Rc;

use runtime::Runtime;
use runtime::net::TcpListener;
use runtime::time::{Duration, Instant, timeout};

#[path = "tour/clients.rs"]
mod clients;
#[path = "tour/limit.rs"]
mod limit;
#[path = "tour/report.rs"]
mod report;
#[path = "tour/servers.rs"]
mod servers;

use report::check;
use servers::{delayserver, echo};

/// All at once, each a task, and the server's end of each connection another.
const CLIENTS: usize = 1000;
const PATIENCE: Duration = Duration::from_secs(240);

fn main() -> io::Result<()> {
    let [] = examples::Usage("tour").arguments();
    // Each connection has both its ends in this process; a tenth of the clients have two.
    limit::raise_descriptor_limit(3 * CLIENTS as u64)?;
    println!("one task will panic, on purpose; the others go on");
    let runtime = Runtime::new()?;
    let took = runtime.block_on(tour())?;
    runtime.block_on(timeout(PATIENCE, report::nothing_is_left(&runtime)))?;
    report::print(&runtime, took);
    Ok(())
}

/// Everything at once, checked. Returns how long the clients took.
async fn tour() -> io::Result<Duration> {
    let echo = Rc::new(TcpListener::bind("127.0.0.1:0").await?);
    let delay = Rc::new(TcpListener::bind("127.0.0.1:0").await?);
    let (echo_at, delay_at) = (echo.local_addr()?, delay.local_addr()?);
    let echo = runtime::spawn(echo::serve(echo));
    let delay = runtime::spawn(delayserver::serve(delay));

    let start = Instant::now();
    let thread = runtime::spawn(clients::hear_a_thread());
    let aborted = runtime::spawn(pending::<()>());
    let panicked = runtime::spawn(async { panic!("on purpose") });
    let clients: Vec<_> = (0..CLIENTS)
        .map(|number| {
            runtime::spawn(timeout(
                PATIENCE,
                clients::client(number, echo_at, delay_at),
            ))
        })
        .collect();

    aborted.abort();
    check("aborted", aborted.await.unwrap_err().is_cancelled(), true)?;
    check("panicked", panicked.await.unwrap_err().is_panic(), true)?;
    check("wakes from a thread", thread.await?, clients::WAKES)?;
    for client in clients {
        client.await???;
    }
    let took = start.elapsed();
    for server in [echo, delay] {
        server.abort();
        check("a server", server.await.unwrap_err().is_cancelled(), true)?;
    }
    Ok(took)
}
