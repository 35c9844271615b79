//! The hand-written floor: an executor and an echo loop that do this work and could do no other.

mod alarm;
mod echo;
mod executor;
mod sleep;
mod task;
mod waker;

use std::future::Future;
use std::io;
use std::net::TcpListener;
use std::time::Duration;

use work::{Counting, Peer};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

struct Floor;

impl Peer for Floor {
    fn block_on<T: 'static>(future: impl Future<Output = T> + 'static) -> T {
        executor::block_on(future)
    }

    fn spawn<T: 'static>(
        future: impl Future<Output = T> + 'static,
    ) -> impl Future<Output = T> + 'static {
        executor::spawn(future)
    }

    /// What a timeout costs at least is no question: a poll of the future in it.
    fn can(work: &str) -> bool {
        !work.starts_with("timeout")
    }

    fn sleep(duration: Duration) -> impl Future<Output = ()> + 'static {
        sleep::sleep(duration)
    }

    // No future in it but this one, which never waits.
    async fn serve(listener: TcpListener, buffer: usize) -> io::Result<()> {
        echo::serve(&listener, buffer)
    }
}

fn main() {
    work::main::<Floor>();
}
