//! Accepting on a listener of any kind: which errors concern one connection, and which the listener.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use reactor::{NextConnection, OwnedHandle, Pollable, Registration, Timer};

use crate::backoff::Backoff;
use crate::os;

/// What went wrong, so far as the listener is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AcceptError {
    /// The connection that was next has died meanwhile; the one after it may be fine.
    ConnectionGone,
    /// There is no room for a connection now; it stays in the backlog.
    OutOfResources,
    /// The listener itself is broken, or was never one.
    Other,
}

/// A future of the next connection `C` of a listener `L`. Dropping it withdraws its waker and its timer; no
/// connection is lost, for it takes one only when it is ready.
#[must_use = "futures do nothing unless awaited"]
pub(crate) struct Accept<'a, L: Pollable + 'static, C> {
    registration: &'a Registration<L>,
    backoff: &'a Backoff,
    /// While the listener pauses after a refusal.
    pause: Option<Timer>,
    next: NextConnection<'a, L, C>,
}

impl<'a, L: Pollable + 'static, C> Accept<'a, L, C> {
    pub(crate) fn new(
        registration: &'a Registration<L>,
        backoff: &'a Backoff,
        call: fn(&L) -> io::Result<C>,
        made_of: fn(OwnedHandle) -> io::Result<C>,
    ) -> Self {
        Accept {
            registration,
            backoff,
            pause: None,
            next: registration.next_connection(call, made_of),
        }
    }

    /// Ready when the listener does not pause. Another task's refusal makes this one wait, too.
    fn poll_pause(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            if let Some(pause) = &mut self.pause {
                ready!(pause.poll_fired(cx))?;
            }
            self.pause = self.backoff.timer(self.registration.handle());
            if self.pause.is_none() {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl<L: Pollable + 'static, C> Future for Accept<'_, L, C> {
    type Output = io::Result<C>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            ready!(self.poll_pause(cx))?;
            let error = match ready!(Pin::new(&mut self.next).poll(cx)) {
                Ok(connection) => {
                    self.backoff.end();
                    return Poll::Ready(Ok(connection));
                }
                Err(error) => error,
            };
            match os::accept_error(&error) {
                AcceptError::ConnectionGone => {}
                AcceptError::OutOfResources => {
                    let now = self.registration.handle().now();
                    return Poll::Ready(Err(self.backoff.begin(now, error)));
                }
                AcceptError::Other => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl<L: Pollable + 'static, C> fmt::Debug for Accept<'_, L, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Accept")
            .field("pause", &self.pause)
            .finish_non_exhaustive()
    }
}
