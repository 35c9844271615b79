//! The clients: each asks, waits for its own bytes and asks again; they know nothing of how the server works.

use std::io;
use std::net::SocketAddr;

use runtime::io::{AsyncReadExt, AsyncWriteExt};
use runtime::net::TcpStream;
use runtime::time::{Duration, timeout};

const MESSAGE_BYTES: usize = 64;
const PATIENCE: Duration = Duration::from_secs(50);

/// Asks `each` times on every one of so many connections, all at once.
pub(crate) fn ask(server: SocketAddr, connections: u64, each: u64) -> io::Result<()> {
    runtime::block_on(timeout(PATIENCE, async {
        let mut streams = Vec::new();
        for _ in 0..connections {
            streams.push(TcpStream::connect(server).await?);
        }
        let clients = streams.into_iter();
        let clients: Vec<_> = clients
            .map(|stream| runtime::spawn(client(stream, each)))
            .collect();
        for client in clients {
            client.await??;
        }
        Ok(())
    }))?
}

async fn client(mut stream: TcpStream, requests: u64) -> io::Result<()> {
    let mut echoed = [0; MESSAGE_BYTES];
    for request in 0..requests {
        let sent = [request as u8; MESSAGE_BYTES];
        stream.write_all(&sent).await?;
        stream.read_exact(&mut echoed).await?;
        if echoed != sent {
            return Err(io::Error::other("what came back is not what was sent"));
        }
    }
    Ok(())
}
