//! monoio with io_uring.

use std::future::Future;
use std::io;
use std::net;
use std::time::Duration;

use monoio::io::{AsyncReadRent, AsyncWriteRentExt};
use monoio::net::{TcpListener, TcpStream};
use monoio::{IoUringDriver, RuntimeBuilder, time};
use work::{Counting, Peer};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

struct Monoio;

impl Peer for Monoio {
    fn block_on<T: 'static>(future: impl Future<Output = T> + 'static) -> T {
        RuntimeBuilder::<IoUringDriver>::new()
            .enable_timer()
            .build()
            .expect("a runtime can be built")
            .block_on(future)
    }

    fn spawn<T: 'static>(
        future: impl Future<Output = T> + 'static,
    ) -> impl Future<Output = T> + 'static {
        monoio::spawn(future)
    }

    /// Its wakers are for their own thread, unless the feature `sync` makes all of them dearer: that is a peer of its own.
    fn can(work: &str) -> bool {
        work != "thread-wake"
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
            drop(monoio::spawn(echo(stream, buffer)));
        }
    }
}

/// As monoio's own example: the buffer is lent to each operation and comes back, as long as what was read.
async fn echo(mut stream: TcpStream, buffer: usize) -> io::Result<()> {
    let mut buffer = Vec::with_capacity(buffer);
    let mut done;
    loop {
        (done, buffer) = stream.read(buffer).await;
        if done? == 0 {
            return Ok(());
        }
        (done, buffer) = stream.write_all(buffer).await;
        done?;
        buffer.clear();
    }
}

fn main() {
    work::main::<Monoio>();
}
