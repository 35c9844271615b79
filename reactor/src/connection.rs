//! The next connection of a listener; it knows nothing of which kind it is.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use crate::budget;
use crate::driver::completion::Accepted;
use crate::operation::Operation;
use crate::os::{OwnedHandle, Pollable};
use crate::readiness::Direction;
use crate::refusal::gone;
use crate::registration::Registration;

/// A try to accept.
type Call<T, C> = fn(&T) -> io::Result<C>;

/// The future of [`Registration::next_connection`].
///
/// It can be polled again after it was ready, for the connection after that.
///
/// # Cancel safety
/// Dropping it loses no connection: one that has come is there for the next call.
///
/// ```
/// # use std::pin::Pin;
/// # use std::future::Future;
/// # use std::net::{TcpListener, TcpStream};
/// # use std::task::{Context, Poll, Waker};
/// # use reactor::{DriverKind, Reactor, Registration, Sharing, SourceKind};
/// # let reactor = Reactor::new(DriverKind::Auto)?;
/// let listener = TcpListener::bind("127.0.0.1:0")?;
/// listener.set_nonblocking(true)?;
/// let client = TcpStream::connect(listener.local_addr()?)?;
/// let kind = SourceKind::Listener;
/// let listener = Registration::new(reactor.handle(), listener, kind, Sharing::Sole)?;
///
/// let mut next = listener.next_connection(
///     |listener| listener.accept().map(|(stream, _)| stream),
///     |handle| Ok(TcpStream::from(handle)),
/// );
/// # let mut cx = Context::from_waker(Waker::noop());
/// let server = loop {
///     match Pin::new(&mut next).poll(&mut cx) {
///         Poll::Ready(server) => break server?,
///         Poll::Pending => reactor.turn(None)?,
///     }
/// };
/// assert_eq!(server.peer_addr()?, client.local_addr()?);
/// # std::io::Result::Ok(())
/// ```
#[must_use = "futures do nothing unless awaited"]
pub struct NextConnection<'a, T: Pollable + 'static, C> {
    operation: Operation<'a, T, Call<T, C>>,
    made_of: fn(OwnedHandle) -> io::Result<C>,
    /// It has asked a driver that accepts by itself, and has no answer.
    waits: bool,
}

impl<'a, T: Pollable + 'static, C> NextConnection<'a, T, C> {
    pub(crate) fn new(
        registration: &'a Registration<T>,
        accept: Call<T, C>,
        made_of: fn(OwnedHandle) -> io::Result<C>,
    ) -> Self {
        NextConnection {
            operation: registration.operation(Direction::Read, accept),
            made_of,
            waits: false,
        }
    }
}

impl<T: Pollable + 'static, C> Future for NextConnection<'_, T, C> {
    type Output = io::Result<C>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let registration = self.operation.registration();
        let Some(completions) = registration.completions() else {
            return Pin::new(&mut self.operation).poll(cx);
        };
        ready!(budget::poll_left(cx));
        if registration.handle().core().is_closed() {
            return Poll::Ready(Err(gone()));
        }
        let (source, key) = registration.share();
        match completions.next_accepted(key) {
            Accepted::Came(next) => {
                self.waits = false;
                budget::spend();
                return Poll::Ready(next.and_then(self.made_of));
            }
            Accepted::UnderWay => {}
            // What has queued up before is taken one by one. Only when there is nothing left the driver accepts, and
            // it does so for as long as somebody waits: so it takes no connections that nobody wants.
            Accepted::Idle => {
                if let Some(next) = self.operation.call_directly() {
                    self.waits = false;
                    budget::spend();
                    return Poll::Ready(next);
                }
                completions.accept(&*source, key);
            }
        }
        self.waits = true;
        self.operation.place().keep(cx);
        Poll::Pending
    }
}

impl<T: Pollable + 'static, C> Drop for NextConnection<'_, T, C> {
    fn drop(&mut self) {
        let registration = self.operation.registration();
        if let (true, Some(completions)) = (self.waits, registration.completions()) {
            completions.stop_asking(registration.share().1);
        }
    }
}

impl<T: Pollable + 'static, C> fmt::Debug for NextConnection<'_, T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NextConnection").finish_non_exhaustive()
    }
}
