//! WebSockets, by a library that knows no runtime: a server that gives back what it is told, and a client.
//!
//! Run it with `cargo run --release --example ws --features web [ADDRESS]`, then talk to it with
//! `cargo run --release --example ws --features web ws://127.0.0.1:9001 hello "are you there?"`.

use std::error::Error;
use std::process::ExitCode;

use runtime::net::TcpListener;

#[path = "ws/client.rs"]
mod client;
#[path = "ws/server.rs"]
mod server;

const HELP: &str = "\
Usage: ws [ADDRESS]            give back what clients say (127.0.0.1:9001)
       ws ws://ADDRESS TEXT…   say each text to such a server, print its answers";

#[runtime::main]
async fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let first = arguments.next();
    let first = first.as_deref().unwrap_or("127.0.0.1:9001");
    let result = match first {
        "-h" | "--help" => {
            println!("{HELP}");
            Ok(())
        }
        url if url.contains("://") => client::say(url, arguments).await,
        address => serve(address).await,
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
