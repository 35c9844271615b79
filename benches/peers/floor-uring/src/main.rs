//! The hand-written floor on io_uring: an echo loop, and nothing else.

mod echo;
mod ring;

use std::future::Future;
use std::io;
use std::net::TcpListener;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use work::{Counting, Peer};

use crate::echo::Server;
use crate::ring::Ring;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

struct Uring;

impl Peer for Uring {
    /// One poll: the server's future never waits.
    fn block_on<T: 'static>(future: impl Future<Output = T> + 'static) -> T {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(output) => output,
            Poll::Pending => unimplemented!("this peer has no executor"),
        }
    }

    async fn spawn<T: 'static>(_future: impl Future<Output = T> + 'static) -> T {
        unimplemented!("this peer has no executor")
    }

    fn can(work: &str) -> bool {
        work == "serve" && Ring::new().is_ok()
    }

    async fn serve(listener: TcpListener, buffer: usize) -> io::Result<()> {
        Server::new(Ring::new()?, buffer).run(&listener)
    }
}

fn main() {
    work::main::<Uring>();
}
