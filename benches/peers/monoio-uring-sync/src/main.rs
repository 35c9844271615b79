//! monoio with io_uring and the feature `sync`, without which no other thread can wake a task.

use std::future::Future;

use monoio::{IoUringDriver, RuntimeBuilder};
use work::{Counting, Peer};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

struct Monoio;

impl Peer for Monoio {
    fn block_on<T: 'static>(future: impl Future<Output = T> + 'static) -> T {
        RuntimeBuilder::<IoUringDriver>::new()
            .build()
            .expect("a runtime can be built")
            .block_on(future)
    }

    fn spawn<T: 'static>(
        future: impl Future<Output = T> + 'static,
    ) -> impl Future<Output = T> + 'static {
        monoio::spawn(future)
    }

    /// The feature makes other work slower, so that is measured without it.
    fn can(work: &str) -> bool {
        work == "thread-wake"
    }
}

fn main() {
    work::main::<Monoio>();
}
