//! The smallest client of monoio. It has no reading to the end, so the loop is written out.

use std::env;
use std::io::{self, Write};

use monoio::io::{AsyncReadRent, AsyncWriteRentExt};
use monoio::net::TcpStream;

#[monoio::main]
async fn main() -> io::Result<()> {
    let address = env::args().nth(1).unwrap_or_default();
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all("hello\n").await.0?;
    let mut buffer = Vec::with_capacity(4_096);
    loop {
        let (count, read) = stream.read(buffer).await;
        if count? == 0 {
            return Ok(());
        }
        io::stdout().write_all(&read)?;
        buffer = read;
        buffer.clear();
    }
}
