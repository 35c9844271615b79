//! A socket's place in the reactor: try the call first, and wait only if it would block.

mod calls;

use std::cell::Cell;
use std::fmt;
use std::io;
use std::rc::Rc;
use std::task::Poll;

use crate::current::Handle;
use crate::driver::SourceKind;
use crate::driver::completion::Completions;
use crate::key::SourceKey;
use crate::os::Pollable;
use crate::readiness::{Direction, Interest};
use crate::refusal::gone;
use crate::source::{Source, State};

/// Whether somebody else may hold a descriptor of the same file.
///
/// ```
/// # use std::net::TcpListener;
/// # use reactor::{DriverKind, Reactor, Registration, Sharing, SourceKind};
/// # let reactor = Reactor::new(DriverKind::Auto)?;
/// let ours = TcpListener::bind("127.0.0.1:0")?;
/// let other = ours.try_clone()?; // So it is shared.
/// ours.set_nonblocking(true)?;
/// # let kind = SourceKind::Listener;
/// let registration = Registration::new(reactor.handle(), ours, kind, Sharing::Shared)?;
/// drop(registration);
/// assert!(other.local_addr().is_ok());
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// We made it and nobody has seen it: closing it ends it, and the system forgets it by itself.
    Sole,
    /// It came from outside, so there may be duplicates: it is deregistered before it is closed.
    Shared,
}

/// A socket or descriptor that is registered with a reactor. Dropping it deregisters and closes it.
///
/// It is the sole way from the reactor to an I/O call: [`poll_io`](Self::poll_io) tries the call, and keeps the waker
/// if it would block. Any number of tasks may wait, in either direction; all of them are woken.
///
/// ```
/// # use std::task::{Context, Poll, Waker};
/// # use reactor::{Direction, DriverKind, Reactor, Registration, Sharing, SourceKind};
/// # let reactor = Reactor::new(DriverKind::Auto)?;
/// # let socket = std::net::UdpSocket::bind("127.0.0.1:0")?;
/// # socket.set_nonblocking(true)?;
/// # let kind = SourceKind::Datagram;
/// # let registration = Registration::new(reactor.handle(), socket, kind, Sharing::Sole)?;
/// # let mut cx = Context::from_waker(Waker::noop());
/// # let address = registration.get_ref().local_addr()?;
/// registration.get_ref().send_to(b"hello", address)?;
/// let mut room = [0; 16];
/// let len = loop {
///     match registration.poll_io(&mut cx, Direction::Read, |io| io.recv(&mut room)) {
///         Poll::Ready(len) => break len?,
///         Poll::Pending => reactor.turn(None)?,
///     }
/// };
/// assert_eq!(&room[..len], b"hello");
/// # std::io::Result::Ok(())
/// ```
pub struct Registration<T: Pollable + 'static> {
    handle: Handle,
    source: Rc<Source<T>>,
}

impl<T: Pollable + 'static> Drop for Registration<T> {
    /// The system stops watching, then the socket is closed.
    fn drop(&mut self) {
        let source = &self.source;
        let sole = source.sharing.get() == Sharing::Sole;
        self.handle.core().remove(source.key.get(), sole);
    }
}

impl<T: Pollable + 'static> Registration<T> {
    /// Registers `io`, which must be in non-blocking mode, with the reactor of `handle`.
    ///
    /// # Errors
    /// What the system says: no descriptor is left for the queue (which the first registration opens), or this kind
    /// of file cannot be watched. `io` is closed then.
    ///
    /// ```
    /// # use std::net::UdpSocket;
    /// # use reactor::{DriverKind, Reactor, Registration, Sharing, SourceKind};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// let socket = UdpSocket::bind("127.0.0.1:0")?;
    /// socket.set_nonblocking(true)?;
    /// let kind = SourceKind::Datagram;
    /// let registration = Registration::new(reactor.handle(), socket, kind, Sharing::Sole)?;
    /// assert_eq!(reactor.metrics().sources, 1);
    /// drop(registration);
    /// assert_eq!(reactor.metrics().sources, 0);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn new(handle: Handle, io: T, kind: SourceKind, sharing: Sharing) -> io::Result<Self> {
        // A stream nearly always fills its send buffer some day, and then the second system call is saved. The
        // other kinds announce after every send that they are writable, which nobody wants to hear.
        let interest = match kind {
            SourceKind::TcpStream => Interest::BOTH,
            SourceKind::Other => Interest::NONE,
            _ => Interest::READ,
        };
        // By level, a duplicate that a forked child holds would be reported in every wait after we have closed ours.
        let sharing = match kind {
            SourceKind::Listener => Sharing::Shared,
            _ => sharing,
        };
        let source = Rc::new(Source {
            key: Cell::new(SourceKey::NONE),
            sharing: Cell::new(sharing),
            state: State::new(kind),
            io,
        });
        handle.core().add(&source, kind, interest)?;
        Ok(Registration { handle, source })
    }

    /// The socket.
    ///
    /// ```
    /// # use reactor::{DriverKind, Reactor, Registration, Sharing, SourceKind};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// # let socket = std::net::UdpSocket::bind("127.0.0.1:0")?;
    /// # socket.set_nonblocking(true)?;
    /// # let kind = SourceKind::Datagram;
    /// # let registration = Registration::new(reactor.handle(), socket, kind, Sharing::Sole)?;
    /// assert_ne!(registration.get_ref().local_addr()?.port(), 0);
    /// # std::io::Result::Ok(())
    /// ```
    #[inline]
    pub fn get_ref(&self) -> &T {
        &self.source.io
    }

    /// The reactor it is registered with.
    ///
    /// ```
    /// # use reactor::{DriverKind, Reactor, Registration, Sharing, SourceKind};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// # let socket = std::net::UdpSocket::bind("127.0.0.1:0")?;
    /// # socket.set_nonblocking(true)?;
    /// # let kind = SourceKind::Datagram;
    /// # let registration = Registration::new(reactor.handle(), socket, kind, Sharing::Sole)?;
    /// let now = registration.handle().now();
    /// assert!(now <= reactor.handle().now());
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Whoever has seen the descriptor may have duplicated it: from now on it is deregistered before it is closed.
    ///
    /// ```
    /// # use reactor::{DriverKind, Reactor, Registration, Sharing, SourceKind};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// # let socket = std::net::UdpSocket::bind("127.0.0.1:0")?;
    /// # socket.set_nonblocking(true)?;
    /// # let kind = SourceKind::Datagram;
    /// # let registration = Registration::new(reactor.handle(), socket, kind, Sharing::Sole)?;
    /// registration.mark_shared();
    /// let duplicate = registration.get_ref().try_clone()?;
    /// drop(registration); // Deregistered, though the socket stays open.
    /// assert_eq!(reactor.metrics().sources, 0);
    /// assert!(duplicate.local_addr().is_ok());
    /// # std::io::Result::Ok(())
    /// ```
    pub fn mark_shared(&self) {
        self.source.sharing.set(Sharing::Shared);
    }

    /// Takes the socket back. It is deregistered, and still in non-blocking mode.
    ///
    /// # Errors
    /// If the system would not deregister it: then it has to stay where it is, and is not closed.
    ///
    /// ```
    /// # use reactor::{DriverKind, Reactor, Registration, Sharing, SourceKind};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// # let socket = std::net::UdpSocket::bind("127.0.0.1:0")?;
    /// # socket.set_nonblocking(true)?;
    /// # let kind = SourceKind::Datagram;
    /// # let registration = Registration::new(reactor.handle(), socket, kind, Sharing::Sole)?;
    /// let socket = registration.into_inner()?;
    /// assert_eq!(reactor.metrics().sources, 0);
    /// assert!(socket.local_addr().is_ok());
    /// # std::io::Result::Ok(())
    /// ```
    pub fn into_inner(self) -> io::Result<T> {
        self.mark_shared();
        let source = self.source.clone();
        drop(self);
        match Rc::try_unwrap(source) {
            Ok(source) => Ok(source.io),
            Err(_) => Err(io::Error::other("the system still watches this socket")),
        }
    }

    /// `None` if the call would block, or if it is known that it would.
    #[inline]
    pub(crate) fn try_call<R>(
        &self,
        direction: Direction,
        call: &mut impl FnMut(&T) -> io::Result<R>,
    ) -> Option<io::Result<R>> {
        let state = &self.source.state;
        while state.is_ready(direction) {
            match call(&self.source.io) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => state.clear(direction),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => {
                    // What a listener has left is reported again in the next wait, for its trigger is not an edge.
                    if state.kind() == SourceKind::Listener {
                        state.clear(direction);
                    }
                    return Some(result);
                }
            }
        }
        None
    }

    /// Has the driver watch this direction. `Pending` says that it does: now the waker is to be kept.
    #[inline]
    pub(crate) fn arm<R>(&self, direction: Direction) -> Poll<io::Result<R>> {
        let (source, core) = (&*self.source, self.handle.core());
        if core.is_closed() {
            return Poll::Ready(Err(gone()));
        }
        match core.arm(source, source.key.get(), direction) {
            Ok(()) => Poll::Pending,
            Err(error) => Poll::Ready(Err(error)),
        }
    }

    /// The driver's operations, if it completes them itself.
    #[inline]
    pub(crate) fn completions(&self) -> Option<&dyn Completions> {
        self.handle.core().completions()
    }

    /// What an operation holds while it is under way.
    #[inline]
    pub(crate) fn share(&self) -> (Rc<dyn Pollable>, SourceKey) {
        (self.source.clone(), self.source.key.get())
    }

    pub(crate) fn state(&self) -> &State {
        &self.source.state
    }
}

impl<T: Pollable + fmt::Debug + 'static> fmt::Debug for Registration<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registration")
            .field("io", &self.source.io)
            .field("key", &self.source.key.get())
            .finish_non_exhaustive()
    }
}
