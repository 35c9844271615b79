//! A listener as a stream of connections.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use crate::tcp::listener::AcceptTcp;
use crate::tcp::{TcpListener, TcpStream};

/// The connections of a listener, from [`TcpListener::incoming`]. It never ends: after an error, too, the next
/// connection may come, and when there are no descriptors left it backs off as `accept` does.
///
/// ```
/// use std::pin::Pin;
/// use futures_core::Stream;
///
/// # net::doctest::run(async {
/// let listener = net::TcpListener::bind("127.0.0.1:0").await?;
/// let client = net::TcpStream::connect(listener.local_addr()?).await?;
///
/// // With the extension traits this is `incoming.next().await`.
/// let mut incoming = listener.incoming();
/// let server = std::future::poll_fn(|cx| Pin::new(&mut incoming).poll_next(cx)).await;
/// let server = server.expect("it never ends")?;
/// assert_eq!(server.peer_addr()?, client.local_addr()?);
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
#[derive(Debug)]
#[must_use = "streams do nothing unless polled"]
pub struct Incoming<'a> {
    listener: &'a TcpListener,
    next: AcceptTcp<'a>,
}

impl<'a> Incoming<'a> {
    pub(crate) fn new(listener: &'a TcpListener) -> Self {
        let next = listener.next();
        Incoming { listener, next }
    }
}

impl Stream for Incoming<'_> {
    type Item = io::Result<TcpStream>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        // The future of one connection is also the future of the next: it ends in the state in which it began.
        let accepted = ready!(Pin::new(&mut self.next).poll(cx));
        let stream = accepted.and_then(|accepted| self.listener.finish(accepted));
        Poll::Ready(Some(stream.map(|(stream, _)| stream)))
    }
}
