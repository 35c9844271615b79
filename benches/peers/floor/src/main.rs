//! The hand-written floor: an executor and an echo loop that do this work and could do no other.

mod echo;

use std::future::Future;
use std::io;
use std::net::TcpListener;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use work::{Counting, Peer};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

struct Floor;

impl Peer for Floor {
    fn block_on<T: 'static>(future: impl Future<Output = T> + 'static) -> T {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(output) => output,
            Poll::Pending => unimplemented!("there is no executor yet"),
        }
    }

    fn spawn<T: 'static>(
        future: impl Future<Output = T> + 'static,
    ) -> impl Future<Output = T> + 'static {
        future
    }

    fn can(work: &str) -> bool {
        work == "serve"
    }

    // No future in it but this one, which never waits.
    async fn serve(listener: TcpListener, buffer: usize) -> io::Result<()> {
        echo::serve(&listener, buffer)
    }
}

fn main() {
    work::main::<Floor>();
}
