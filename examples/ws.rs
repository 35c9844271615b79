//! WebSockets, by a library that knows no runtime: a server that gives back what it is told, and a client.
//!
//! Run it with `cargo run --release --example ws --features web [ADDRESS]`, then talk to it with
//! `cargo run --release --example ws --features web ws://127.0.0.1:9001 hello "are you there?"`.

use std::error::Error;
use std::process::ExitCode;

use examples::Usage;
use runtime::net::TcpListener;

#[path = "ws/client.rs"]
mod client;
#[path = "ws/server.rs"]
mod server;

const USAGE: Usage = Usage(
    "ws [ADDRESS]            give back what clients say (127.0.0.1:9001)\n       \
     ws ws://ADDRESS TEXT…   say each text to such a server, print its answers",
);

#[runtime::main]
async fn main() -> ExitCode {
    let mut arguments = USAGE.all().into_iter();
    let first = arguments.next();
    let first = first.as_deref().unwrap_or("127.0.0.1:9001");
    let result = match first {
        url if url.contains("://") => client::say(url, arguments).await,
        address if arguments.len() == 0 && !address.starts_with('-') => serve(address).await,
        _ => USAGE.refuse(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{first}: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(address: &str) -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    println!("listening on ws://{address}; end with Ctrl-C");
    server::serve(listener, server::Limits::default()).await;
    Ok(())
}
