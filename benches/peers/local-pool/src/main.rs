//! futures' `LocalPool`, which has neither timers nor sockets.

use std::future::Future;

use futures::executor::{LocalPool, LocalSpawner};
use futures::task::LocalSpawnExt;
use scoped_tls::scoped_thread_local;
use work::{Counting, Peer};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// The pool has no `spawn` of its own that finds it; this is a pointer, without a count or an allocation.
scoped_thread_local!(static SPAWNER: LocalSpawner);

struct Pool;

impl Peer for Pool {
    fn block_on<T: 'static>(future: impl Future<Output = T> + 'static) -> T {
        let mut pool = LocalPool::new();
        SPAWNER.set(&pool.spawner(), || pool.run_until(future))
    }

    fn spawn<T: 'static>(
        future: impl Future<Output = T> + 'static,
    ) -> impl Future<Output = T> + 'static {
        SPAWNER
            .with(|spawner| spawner.spawn_local_with_handle(future))
            .expect("the pool lives")
    }

    fn can(work: &str) -> bool {
        !matches!(
            work,
            "sleeps"
                | "timeout-ready"
                | "timeout-pending"
                | "timeout-crowd"
                | "timeout-root"
                | "serve"
        )
    }
}

fn main() {
    work::main::<Pool>();
}
