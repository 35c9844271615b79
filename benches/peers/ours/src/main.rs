//! This runtime.

use std::future::Future;
use std::io;
use std::net;
use std::time::Duration;

use runtime::io::{AsyncReadExt, AsyncWriteExt};
use runtime::net::{TcpListener, TcpStream};
use runtime::time;
use work::{Counting, Joined, Peer};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

struct Ours;

impl Peer for Ours {
    fn block_on<T: 'static>(future: impl Future<Output = T> + 'static) -> T {
        runtime::block_on(future)
    }

    fn spawn<T: 'static>(
        future: impl Future<Output = T> + 'static,
    ) -> impl Future<Output = T> + 'static {
        Joined(runtime::spawn(future))
    }

    fn sleep(duration: Duration) -> impl Future<Output = ()> + 'static {
        time::sleep(duration)
    }

    async fn timeout<F: Future>(duration: Duration, future: F) -> Option<F::Output> {
        time::timeout(duration, future).await.ok()
    }

    async fn serve(listener: net::TcpListener, buffer: usize) -> io::Result<()> {
        let listener = TcpListener::from_std(listener)?;
        loop {
            let (stream, _) = listener.accept().await?;
            drop(runtime::spawn(echo(stream, buffer)));
        }
    }
}

async fn echo(mut stream: TcpStream, buffer: usize) -> io::Result<()> {
    let mut buffer = vec![0; buffer];
    loop {
        let count = stream.read(&mut buffer).await?;
        if count == 0 {
            return Ok(());
        }
        stream.write_all(&buffer[..count]).await?;
    }
}

fn main() {
    work::main::<Ours>();
}
