//! The smallest client of tokio: its current_thread runtime, built by hand, which spares the macros.

use std::env;
use std::io::{self, Write};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Builder;

fn main() -> io::Result<()> {
    let runtime = Builder::new_current_thread().enable_io().build()?;
    runtime.block_on(client())
}

async fn client() -> io::Result<()> {
    let address = env::args().nth(1).unwrap_or_default();
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(b"hello\n").await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    io::stdout().write_all(&answer)
}
