//! An echo server: every connection is a task, and every task gives back what it reads.
//!
//! Run it with `cargo run --release --example echo [ADDRESS]`, then talk to it with `nc 127.0.0.1 7777`.

use std::io;
use std::rc::Rc;

use runtime::io::{AsyncReadExt, AsyncWriteExt};
use runtime::net::{TcpListener, TcpStream};

#[runtime::main]
async fn main() -> io::Result<()> {
    let [address] = examples::Usage("echo [ADDRESS], 127.0.0.1:7777 unless said").arguments();
    let address = address.as_deref().unwrap_or("127.0.0.1:7777");
    let listener = TcpListener::bind(address).await?;
    println!("echoing on {}; end with Ctrl-C", listener.local_addr()?);
    serve(Rc::new(listener)).await
}

/// Takes connections for ever. `accept` backs off by itself when the descriptors run out, so the loop just goes on.
pub(crate) async fn serve(listener: Rc<TcpListener>) -> io::Result<()> {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => drop(runtime::spawn(async move {
                if let Err(error) = echo(stream).await {
                    eprintln!("{peer}: {error}");
                }
            })),
            Err(error) => eprintln!("{error}"),
        }
    }
}

/// Gives back what it reads until the peer has ended.
async fn echo(mut stream: TcpStream) -> io::Result<()> {
    let mut buffer = [0; 4096];
    loop {
        let read = stream.read(&mut buffer).await?;
        if read == 0 {
            return Ok(());
        }
        stream.write_all(&buffer[..read]).await?;
    }
}
