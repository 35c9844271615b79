//! What a runtime has to offer to take part; it knows nothing of the work.

use std::future::Future;
use std::io;
use std::net::TcpListener;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// A runtime under measurement.
///
/// Each function uses what the peer's own documentation tells its users to use. Wrappers must cost nothing: no
/// allocation, no second task.
pub trait Peer: 'static {
    /// Makes a runtime, runs `future` in it, drops the runtime.
    fn block_on<T: 'static>(future: impl Future<Output = T> + 'static) -> T;

    /// Starts a task on this thread, which need not be `Send`.
    fn spawn<T: 'static>(
        future: impl Future<Output = T> + 'static,
    ) -> impl Future<Output = T> + 'static;

    /// True if the peer can do the work of this name. What it cannot do is shown as a dash.
    fn can(_work: &str) -> bool {
        true
    }

    /// Ready after `duration`.
    fn sleep(_duration: Duration) -> impl Future<Output = ()> + 'static {
        async { unimplemented!("this peer has no timers") }
    }

    /// The future's output, or nothing when `duration` has passed before.
    fn timeout<F: Future>(
        _duration: Duration,
        _future: F,
    ) -> impl Future<Output = Option<F::Output>> {
        async { unimplemented!("this peer has no timers") }
    }

    /// Accepts for ever. Each connection has a task and a buffer of `buffer` bytes on the heap; whatever was read is
    /// written back as soon as one read has ended. The connection ends when the client's side does.
    fn serve(
        _listener: TcpListener,
        _buffer: usize,
    ) -> impl Future<Output = io::Result<()>> + 'static {
        async { unimplemented!("this peer has no sockets") }
    }
}

/// A handle whose output is a result, as one whose output is the value; the panic of a task is a panic here.
#[derive(Debug)]
pub struct Joined<H>(pub H);

impl<T, E: std::fmt::Debug, H: Future<Output = Result<T, E>> + Unpin> Future for Joined<H> {
    type Output = T;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let joined = Pin::new(&mut self.0).poll(cx);
        joined.map(|result| result.expect("no task panics"))
    }
}
