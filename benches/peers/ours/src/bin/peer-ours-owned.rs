//! This runtime, with operations that own their buffer.

use std::future::Future;
use std::io;
use std::net::TcpListener;

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

    /// Everything else has no buffer, and is measured as `ours`.
    fn can(work: &str) -> bool {
        work == "serve"
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
