//! glommio, which has io_uring only.

use std::future::Future;
use std::io;
use std::net;
use std::os::fd::{FromRawFd, IntoRawFd};
use std::time::Duration;

use futures::io::{AsyncReadExt, AsyncWriteExt};
use glommio::net::{TcpListener, TcpStream};
use glommio::{LocalExecutorBuilder, timer};
use work::{Counting, Peer};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

struct Glommio;

impl Peer for Glommio {
    fn block_on<T: 'static>(future: impl Future<Output = T> + 'static) -> T {
        LocalExecutorBuilder::default()
            .make()
            .expect("an executor can be made")
            .run(future)
    }

    fn spawn<T: 'static>(
        future: impl Future<Output = T> + 'static,
    ) -> impl Future<Output = T> + 'static {
        glommio::spawn_local(future)
    }

    fn sleep(duration: Duration) -> impl Future<Output = ()> + 'static {
        timer::sleep(duration)
    }

    async fn timeout<F: Future>(duration: Duration, future: F) -> Option<F::Output> {
        timer::timeout(duration, async { Ok(future.await) })
            .await
            .ok()
    }

    async fn serve(listener: net::TcpListener, buffer: usize) -> io::Result<()> {
        // SAFETY: the descriptor was given up by its owner in the same expression.
        let listener = unsafe { TcpListener::from_raw_fd(listener.into_raw_fd()) };
        loop {
            let stream = listener.accept().await?;
            // A task that is dropped is cancelled.
            glommio::spawn_local(echo(stream, buffer)).detach();
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
    work::main::<Glommio>();
}
