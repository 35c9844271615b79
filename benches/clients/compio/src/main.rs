//! The smallest client of compio.

use std::env;
use std::io::{self, Write};

use compio::io::{AsyncReadExt, AsyncWriteExt};
use compio::net::TcpStream;

#[compio::main]
async fn main() -> io::Result<()> {
    let address = env::args().nth(1).unwrap_or_default();
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all("hello\n").await.0?;
    let (count, answer) = stream.read_to_end(Vec::new()).await.into();
    count?;
    io::stdout().write_all(&answer)
}
