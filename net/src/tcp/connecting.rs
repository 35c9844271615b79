//! One attempt to connect: begun at once, then awaited; it knows nothing of other attempts.

use std::future::Future;
use std::io;
use std::net::{self, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use reactor::{Direction, Handle, Registration, Sharing, SourceKind};

use crate::context::while_doing;
use crate::os;
use crate::tcp::TcpStream;

/// A future of the connection. Dropping it closes the socket.
///
/// ```text
///   connect() ── at once ────────────────────────────▶ connected
///       │                                                  ▲
///       └─ goes on ─▶ registered ─ writable ─▶ SO_ERROR? ──┤ none
///                                                          └ some ─▶ failed
/// ```
#[derive(Debug)]
#[must_use = "futures do nothing unless awaited"]
pub(crate) struct Connecting {
    address: SocketAddr,
    /// `None` when the stream was given.
    registration: Option<Registration<net::TcpStream>>,
}

impl Connecting {
    /// Begins to connect to `address`.
    pub(crate) fn begin(handle: &Handle, address: SocketAddr) -> io::Result<Self> {
        os::open_stream(&address)
            .and_then(|socket| Connecting::start(handle, socket, address, Sharing::Sole))
            .map_err(|error| failed(address, error))
    }

    /// As [`begin`](Self::begin), with a socket that is open already.
    pub(crate) fn begin_on(
        handle: &Handle,
        socket: net::TcpStream,
        address: SocketAddr,
        sharing: Sharing,
    ) -> io::Result<Self> {
        Connecting::start(handle, socket, address, sharing).map_err(|error| failed(address, error))
    }

    fn start(
        handle: &Handle,
        socket: net::TcpStream,
        address: SocketAddr,
        sharing: Sharing,
    ) -> io::Result<Self> {
        let goes_on = match rustix::net::connect(&socket, &address) {
            Ok(()) => false,
            Err(errno) if os::connect_goes_on(errno) => true,
            Err(errno) => return Err(errno.into()),
        };
        // Not before `connect`: to a socket that is neither one thing nor the other, epoll reports a hang-up.
        let kind = SourceKind::TcpStream;
        let registration = Registration::new(handle.clone(), socket, kind, sharing)?;
        if goes_on {
            registration.forget_ready(Direction::Write);
        }
        Ok(Connecting {
            address,
            registration: Some(registration),
        })
    }

    pub(crate) fn poll_connected(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<TcpStream>> {
        let Some(registration) = &self.registration else {
            panic!("a connection's future was polled after it had given its result")
        };
        // The call is made only when the socket has become writable: then the attempt is over, one way or the other.
        let over = registration.poll_io(cx, Direction::Write, |socket| Ok(socket.take_error()));
        let error = match ready!(over) {
            Ok(Ok(None)) => None,
            Ok(Ok(Some(error)) | Err(error)) | Err(error) => Some(error),
        };
        let registration = self.registration.take();
        Poll::Ready(match (error, registration) {
            (None, Some(registration)) => Ok(TcpStream::new(registration)),
            (error, _) => Err(failed(
                self.address,
                error.unwrap_or_else(|| io::ErrorKind::NotConnected.into()),
            )),
        })
    }
}

impl Future for Connecting {
    type Output = io::Result<TcpStream>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.poll_connected(cx)
    }
}

fn failed(address: SocketAddr, error: io::Error) -> io::Error {
    while_doing(format_args!("connecting to {address}"), error)
}
