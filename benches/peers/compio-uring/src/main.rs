//! compio with io_uring.

use std::future::Future;
use std::io;
use std::net;
use std::time::Duration;

use compio::BufResult;
use compio::driver::ProactorBuilder;
use compio::io::{AsyncRead, AsyncWriteExt};
use compio::net::{TcpListener, TcpStream};
use compio::runtime::{self, Runtime};
use compio::time;
use work::{Counting, Joined, Peer};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

struct Compio;

impl Peer for Compio {
    fn block_on<T: 'static>(future: impl Future<Output = T> + 'static) -> T {
        // One thread has the ring, and says so: the kernel hands over what is done when it is asked, not in between.
        let mut driver = ProactorBuilder::new();
        driver.single_issuer(true).defer_taskrun(true);
        Runtime::builder()
            .with_proactor(driver)
            .build()
            .expect("a runtime can be built")
            .block_on(future)
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
            // A handle that is dropped cancels.
            runtime::spawn(echo(stream, buffer)).detach();
        }
    }
}

/// The buffer is lent to each operation and comes back, as long as what was read.
async fn echo(mut stream: TcpStream, buffer: usize) -> io::Result<()> {
    let mut buffer = Vec::with_capacity(buffer);
    loop {
        let BufResult(read, full) = stream.read(buffer).await;
        if read? == 0 {
            return Ok(());
        }
        let BufResult(written, mut empty) = stream.write_all(full).await;
        written?;
        empty.clear();
        buffer = empty;
    }
}

fn main() {
    work::main::<Compio>();
}
