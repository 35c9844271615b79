//! A web server: axum's routes, served by hyper over HTTP/1 and HTTP/2 on one port.
//!
//! Run it with `cargo run --release --example http --features web [ADDRESS [IDLE_SECONDS]]`, then try
//! `curl '127.0.0.1:7777/greet?name=you'`, or `curl --http2-prior-knowledge 127.0.0.1:7777/count`.
//!
//! Started by systemd it takes the listener that is passed. With IDLE_SECONDS it ends when nobody was there for so
//! long; systemd starts it again at the next connection. Ctrl-C (for systemd: `KillSignal=SIGINT`) ends it in order,
//! and pressed again, at once.

use std::io;

use examples::Usage;
use hyper_util::server::graceful::GracefulShutdown;
use runtime::future::or;
use runtime::net::{TcpListener, listen_fds};
use runtime::signal::ctrl_c;
use runtime::time::Duration;

#[path = "http/routes.rs"]
mod routes;
#[path = "http/serve.rs"]
mod serve;

use serve::{Limits, serve};

const USAGE: Usage = Usage("http [ADDRESS [IDLE_SECONDS]], 127.0.0.1:7777 and no end unless said");

#[runtime::main]
async fn main() -> io::Result<()> {
    let mut passed = listen_fds()?; // First of all: it says why.
    let [address, idle] = USAGE.arguments();
    let address = address.as_deref().unwrap_or("127.0.0.1:7777");
    let limits = Limits {
        idle: Duration::from_secs(USAGE.value(idle, u64::MAX)),
        patience: Duration::from_secs(10),
    };

    let listener = match passed.take_tcp_listener(0)? {
        Some(listener) => listener,
        None => TcpListener::bind(address).await?,
    };
    println!("http://{}/; end with Ctrl-C", listener.local_addr()?);

    let pressed = ctrl_c();
    let connections = GracefulShutdown::new();
    let idle_for_long = async {
        serve(&listener, routes::router(), limits, &connections).await;
        Ok(())
    };
    or(pressed, idle_for_long).await?;

    drop(listener);
    let again = ctrl_c();
    let all_answered = async {
        connections.shutdown().await; // Also those who came meanwhile.
        Ok(())
    };
    or(again, all_answered).await
}
