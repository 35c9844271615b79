//! The smallest client of smol.

use std::env;
use std::io::{self, Write};

use smol::io::{AsyncReadExt, AsyncWriteExt};
use smol::net::TcpStream;

fn main() -> io::Result<()> {
    smol::block_on(async {
        let address = env::args().nth(1).unwrap_or_default();
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(b"hello\n").await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        io::stdout().write_all(&answer)
    })
}
