//! The smallest client of this runtime.

use std::env;
use std::io::{self, Write};

use runtime::io::{AsyncReadExt, AsyncWriteExt};
use runtime::net::TcpStream;

#[runtime::main]
async fn main() -> io::Result<()> {
    let address = env::args().nth(1).unwrap_or_default();
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(b"hello\n").await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    io::stdout().write_all(&answer)
}
