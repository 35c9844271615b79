//! This runtime on io_uring, with operations that own their buffer.

use std::future::Future;
use std::io;
use std::net::TcpListener;
use std::time::Duration;

use runtime::{DriverKind, Runtime, time};
use work::{Counting, Joined, Peer};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

struct Ours;

impl Peer for Ours {
    fn block_on<T: 'static>(future: impl Future<Output = T> + 'static) -> T {
        Runtime::builder()
            .driver(DriverKind::Uring)
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

    fn serve(
        listener: TcpListener,
        buffer: usize,
    ) -> impl Future<Output = io::Result<()>> + 'static {
        peer_ours::serve(listener, buffer, peer_ours::owned)
    }
}

fn main() {
    work::main::<Ours>();
}
