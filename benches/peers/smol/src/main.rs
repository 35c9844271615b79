//! smol's `LocalExecutor` with async-io.

use std::future::Future;
use std::io;
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use scoped_tls::scoped_thread_local;
use smol::future::FutureExt;
use smol::io::{AsyncReadExt, AsyncWriteExt};
use smol::{Async, LocalExecutor, Timer};
use work::{Counting, Peer};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// The executor has no `spawn` of its own that finds it; this is a pointer, without a count or an allocation.
scoped_thread_local!(static EXECUTOR: LocalExecutor<'static>);

struct Smol;

impl Peer for Smol {
    fn block_on<T: 'static>(future: impl Future<Output = T> + 'static) -> T {
        let executor = LocalExecutor::new();
        EXECUTOR.set(&executor, || smol::block_on(executor.run(future)))
    }

    fn spawn<T: 'static>(
        future: impl Future<Output = T> + 'static,
    ) -> impl Future<Output = T> + 'static {
        EXECUTOR.with(|executor| executor.spawn(future))
    }

    async fn sleep(duration: Duration) {
        Timer::after(duration).await;
    }

    /// What smol's examples write: the future is polled first, so that the timer starts only if it is needed.
    async fn timeout<F: Future>(duration: Duration, future: F) -> Option<F::Output> {
        let finished = async { Some(future.await) };
        let late = async {
            Timer::after(duration).await;
            None
        };
        finished.or(late).await
    }

    async fn serve(listener: TcpListener, buffer: usize) -> io::Result<()> {
        let listener = Async::new_nonblocking(listener)?;
        loop {
            let (stream, _) = listener.accept().await?;
            EXECUTOR.with(|executor| executor.spawn(echo(stream, buffer)).detach());
        }
    }
}

async fn echo(mut stream: Async<TcpStream>, buffer: usize) -> io::Result<()> {
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
    work::main::<Smol>();
}
