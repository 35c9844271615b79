//! Futures that wait for a registration, and withdraw their waker when they are dropped.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use crate::budget;
use crate::driver::SourceKind;
use crate::os::Pollable;
use crate::readiness::Direction;
use crate::registration::Registration;

/// One waker kept in one direction of a registration, until it is dropped.
pub(crate) struct Place<'a, T: Pollable + 'static> {
    registration: &'a Registration<T>,
    direction: Direction,
    /// 0 while no waker is kept.
    ticket: u32,
}

impl<'a, T: Pollable + 'static> Place<'a, T> {
    pub(crate) fn new(registration: &'a Registration<T>, direction: Direction) -> Self {
        Place {
            registration,
            direction,
            ticket: 0,
        }
    }

    #[inline]
    pub(crate) fn registration(&self) -> &'a Registration<T> {
        self.registration
    }

    pub(crate) fn direction(&self) -> Direction {
        self.direction
    }

    /// Waits for the next readiness. Ready only if there will be none.
    pub(crate) fn poll_wait<R>(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<R>> {
        let armed = self.registration.arm(self.direction);
        if armed.is_pending() {
            self.keep(cx);
        }
        armed
    }

    /// Keeps the waker until the next readiness, which somebody else has seen to.
    pub(crate) fn keep(&mut self, cx: &mut Context<'_>) {
        let state = self.registration.state();
        let fresh = || state.new_ticket();
        (state.waiters()).keep_for(self.direction, &mut self.ticket, fresh, cx.waker());
    }
}

impl<T: Pollable + 'static> Drop for Place<'_, T> {
    fn drop(&mut self) {
        if self.ticket != 0 {
            self.registration.state().waiters().withdraw(self.ticket);
        }
    }
}

/// The future of [`Registration::operation`]: a call, tried until it no longer would block.
///
/// ```
/// # use std::pin::pin;
/// # use std::task::{Context, Waker};
/// # use reactor::{Direction, DriverKind, Reactor, Registration, Sharing, SourceKind};
/// # let reactor = Reactor::new(DriverKind::Auto)?;
/// # let socket = std::net::UdpSocket::bind("127.0.0.1:0")?;
/// # socket.set_nonblocking(true)?;
/// # let kind = SourceKind::Datagram;
/// # let registration = Registration::new(reactor.handle(), socket, kind, Sharing::Sole)?;
/// # let mut cx = Context::from_waker(Waker::noop());
/// # let address = registration.get_ref().local_addr()?;
/// let send = registration.operation(Direction::Write, |io| io.send_to(b"hello", address));
/// let mut send = pin!(send);
/// while send.as_mut().poll(&mut cx)?.is_pending() {
///     reactor.turn(None)?;
/// }
/// # registration.get_ref().set_nonblocking(false)?;
/// assert_eq!(registration.get_ref().recv(&mut [0; 16])?, 5);
/// # std::io::Result::Ok(())
/// ```
#[must_use = "futures do nothing unless awaited"]
pub struct Operation<'a, T: Pollable + 'static, C> {
    place: Place<'a, T>,
    call: C,
}

impl<'a, T: Pollable + 'static, C> Operation<'a, T, C> {
    pub(crate) fn new(registration: &'a Registration<T>, direction: Direction, call: C) -> Self {
        Operation {
            place: Place::new(registration, direction),
            call,
        }
    }

    pub(crate) fn registration(&self) -> &'a Registration<T> {
        self.place.registration
    }

    pub(crate) fn place(&mut self) -> &mut Place<'a, T> {
        &mut self.place
    }
}

impl<T, C, R> Operation<'_, T, C>
where
    T: Pollable + 'static,
    C: FnMut(&T) -> io::Result<R>,
{
    /// One call, whatever is believed of the source. `None` if it would block.
    pub(crate) fn call_directly(&mut self) -> Option<io::Result<R>> {
        loop {
            match (self.call)(self.place.registration.get_ref()) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return None,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => return Some(result),
            }
        }
    }
}

impl<T, C, R> Future for Operation<'_, T, C>
where
    T: Pollable + 'static,
    C: FnMut(&T) -> io::Result<R> + Unpin,
{
    type Output = io::Result<R>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Operation { place, call } = &mut *self;
        ready!(budget::poll_left(cx));
        match place.registration.try_call(place.direction, call) {
            Some(result) => {
                budget::spend();
                Poll::Ready(result)
            }
            None => place.poll_wait(cx),
        }
    }
}

impl<T: Pollable + 'static, C> fmt::Debug for Operation<'_, T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operation")
            .field("direction", &self.place.direction)
            .finish_non_exhaustive()
    }
}

/// The future of [`Registration::ready`].
///
/// ```
/// # use std::pin::pin;
/// # use std::task::{Context, Waker};
/// # use reactor::{Direction, DriverKind, Reactor, Registration, Sharing, SourceKind};
/// # let reactor = Reactor::new(DriverKind::Auto)?;
/// # let socket = std::net::UdpSocket::bind("127.0.0.1:0")?;
/// # socket.set_nonblocking(true)?;
/// # let kind = SourceKind::Datagram;
/// # let registration = Registration::new(reactor.handle(), socket, kind, Sharing::Sole)?;
/// # let mut cx = Context::from_waker(Waker::noop());
/// # let address = registration.get_ref().local_addr()?;
/// let mut ready = pin!(registration.ready(Direction::Read));
/// registration.get_ref().send_to(b"hello", address)?;
/// while ready.as_mut().poll(&mut cx)?.is_pending() {
///     reactor.turn(None)?;
/// }
/// # registration.get_ref().set_nonblocking(false)?;
/// assert_eq!(registration.get_ref().recv(&mut [0; 16])?, 5);
/// # std::io::Result::Ok(())
/// ```
#[must_use = "futures do nothing unless awaited"]
pub struct Ready<'a, T: Pollable + 'static> {
    place: Place<'a, T>,
}

impl<'a, T: Pollable + 'static> Ready<'a, T> {
    pub(crate) fn new(registration: &'a Registration<T>, direction: Direction) -> Self {
        // What we believe of a source that others use too may be wrong: forget it, and let the system say.
        if registration.state().kind() == SourceKind::Other {
            registration.state().clear(direction);
        }
        Ready {
            place: Place::new(registration, direction),
        }
    }
}

impl<T: Pollable + 'static> Future for Ready<'_, T> {
    type Output = io::Result<()>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        ready!(budget::poll_left(cx));
        if self
            .place
            .registration
            .state()
            .is_ready(self.place.direction)
        {
            budget::spend();
            return Poll::Ready(Ok(()));
        }
        self.place.poll_wait(cx)
    }
}

impl<T: Pollable + 'static> fmt::Debug for Ready<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ready")
            .field("direction", &self.place.direction)
            .finish_non_exhaustive()
    }
}
