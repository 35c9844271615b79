//! A TCP proxy: bytes both ways, and the end of one way does not end the other (half-close is respected).
//!
//! Run it with `cargo run --release --example proxy LISTEN TARGET`, for example
//! `cargo run --release --example proxy 127.0.0.1:9000 127.0.0.1:7777`.

use std::io;

use examples::Usage;
use runtime::io::copy_bidirectional;
use runtime::net::{TcpListener, TcpStream};
use runtime::time::{Duration, timeout};

const USAGE: Usage = Usage("proxy LISTEN TARGET, each HOST:PORT");

#[runtime::main]
async fn main() -> io::Result<()> {
    let [Some(listen), Some(target)] = USAGE.arguments() else {
        USAGE.refuse();
    };
    let listener = TcpListener::bind(&*listen).await?;
    println!("{} → {target}; end with Ctrl-C", listener.local_addr()?);
    loop {
        let (inside, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                eprintln!("{error}");
                continue;
            }
        };
        let target = target.clone();
        runtime::spawn(async move {
            match forward(inside, &target).await {
                Ok((there, back)) => println!("{peer}: {there} bytes there, {back} back"),
                Err(error) => eprintln!("{peer}: {error}"),
            }
        });
    }
}

/// Connects to the target and copies until both sides have ended.
async fn forward(mut inside: TcpStream, target: &str) -> io::Result<(u64, u64)> {
    let mut outside = timeout(Duration::from_secs(10), TcpStream::connect(target)).await??;
    copy_bidirectional(&mut inside, &mut outside).await
}
