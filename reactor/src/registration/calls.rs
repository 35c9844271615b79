//! The calls on a registration: tried once, or until they no longer would block, in a poll or as a future.

use std::io;
use std::task::{Context, Poll, ready};

use super::Registration;
use crate::budget;
use crate::connection::NextConnection;
use crate::operation::{Operation, Ready};
use crate::os::{OwnedHandle, Pollable};
use crate::readiness::Direction;

impl<T: Pollable + 'static> Registration<T> {
    /// Tries `call`; if it would block, keeps the waker until the socket is ready in this direction.
    ///
    /// When it was made it counts against the poll's [budget]. Several tasks may wait at once: each waker is kept.
    ///
    /// # Errors
    /// Those of `call`, except that an interrupted call is made again. Those of the driver, if the socket cannot be
    /// watched. [`io::ErrorKind::Other`] if the runtime was dropped and the call would block.
    ///
    /// ```
    /// # use std::task::{Context, Waker};
    /// # use reactor::{Direction, DriverKind, Reactor, Registration, Sharing, SourceKind};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// # let socket = std::net::UdpSocket::bind("127.0.0.1:0")?;
    /// # socket.set_nonblocking(true)?;
    /// # let kind = SourceKind::Datagram;
    /// # let registration = Registration::new(reactor.handle(), socket, kind, Sharing::Sole)?;
    /// # let mut cx = Context::from_waker(Waker::noop());
    /// let mut room = [0; 16];
    /// let polled = registration.poll_io(&mut cx, Direction::Read, |io| io.recv(&mut room));
    /// assert!(polled.is_pending()); // Nothing has come.
    /// # std::io::Result::Ok(())
    /// ```
    #[inline]
    pub fn poll_io<R>(
        &self,
        cx: &mut Context<'_>,
        direction: Direction,
        mut call: impl FnMut(&T) -> io::Result<R>,
    ) -> Poll<io::Result<R>> {
        ready!(budget::poll_left(cx));
        if let Some(result) = self.try_call(direction, &mut call) {
            budget::spend();
            return Poll::Ready(result);
        }
        let armed = self.arm(direction);
        if armed.is_pending() {
            self.source.state.waiters().keep(direction, cx.waker());
        }
        armed
    }

    /// As [`poll_io`](Self::poll_io), for a call that fills or empties a buffer of `wanted` bytes: where a
    /// shorter transfer says that the stream is drained or full, the next call is not even tried.
    ///
    /// ```
    /// # use std::io::{Read, Write};
    /// # use std::net::TcpStream;
    /// # use std::task::{Context, Poll, Waker};
    /// # use reactor::{Direction, DriverKind, Reactor, Registration, Sharing, SourceKind};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// # let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    /// # let mut peer = std::net::TcpStream::connect(listener.local_addr()?)?;
    /// # let (stream, _) = listener.accept()?;
    /// # stream.set_nonblocking(true)?;
    /// # let kind = SourceKind::TcpStream;
    /// # let registration = Registration::new(reactor.handle(), stream, kind, Sharing::Sole)?;
    /// # let mut cx = Context::from_waker(Waker::noop());
    /// peer.write_all(b"hello")?;
    /// let mut room = [0; 16];
    /// let len = loop {
    ///     let read = |mut io: &TcpStream| io.read(&mut room);
    ///     match registration.poll_transfer(&mut cx, Direction::Read, 16, read) {
    ///         Poll::Ready(len) => break len?,
    ///         Poll::Pending => reactor.turn(None)?,
    ///     }
    /// };
    /// assert_eq!(&room[..len], b"hello");
    /// # std::io::Result::Ok(())
    /// ```
    #[inline]
    pub fn poll_transfer(
        &self,
        cx: &mut Context<'_>,
        direction: Direction,
        wanted: usize,
        call: impl FnMut(&T) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        let polled = self.poll_io(cx, direction, call);
        if let Poll::Ready(Ok(moved)) = polled {
            if (1..wanted).contains(&moved) && self.source.state.length_tells(direction) {
                self.note_short(direction);
            }
        }
        polled
    }

    /// A call moved some bytes, but fewer than it could have: a stream is drained or full, unless an exception was
    /// reported.
    ///
    /// Who says so of a read of a Unix stream has seen by its flags that it was not cut behind bytes that carried
    /// descriptors; [`poll_transfer`](Self::poll_transfer) cannot see that, and does not say so.
    ///
    /// ```
    /// # use std::io::{Read, Write};
    /// # use std::task::{Context, Waker};
    /// # use reactor::{Direction, DriverKind, Reactor, Registration, Sharing, SourceKind};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// # let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    /// # let mut peer = std::net::TcpStream::connect(listener.local_addr()?)?;
    /// # let (stream, _) = listener.accept()?;
    /// # stream.set_nonblocking(true)?;
    /// # let kind = SourceKind::TcpStream;
    /// # let registration = Registration::new(reactor.handle(), stream, kind, Sharing::Sole)?;
    /// # let mut cx = Context::from_waker(Waker::noop());
    /// # peer.write_all(b"hello")?;
    /// # while registration.get_ref().peek(&mut [0; 16]).unwrap_or(0) < 5 {}
    /// let mut room = [0; 16];
    /// let len = registration.try_io(Direction::Read, |mut io| io.read(&mut room))?;
    /// assert!(len < room.len());
    /// registration.note_short(Direction::Read); // Nothing is left in it.
    /// let next = registration.poll_io(&mut cx, Direction::Read, |mut io| io.read(&mut room));
    /// assert!(next.is_pending());
    /// # std::io::Result::Ok(())
    /// ```
    #[inline]
    pub fn note_short(&self, direction: Direction) {
        let state = &self.source.state;
        if state.shortness_tells() {
            state.clear(direction);
        }
    }

    /// Forgets that the socket was ready in this direction, so that the next wait asks the system. For a call that
    /// was begun and announces its end by readiness, as `connect` does.
    ///
    /// ```
    /// # use std::task::{Context, Waker};
    /// # use reactor::{Direction, DriverKind, Reactor, Registration, Sharing, SourceKind};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// # let socket = std::net::UdpSocket::bind("127.0.0.1:0")?;
    /// # socket.set_nonblocking(true)?;
    /// # let kind = SourceKind::Datagram;
    /// # let registration = Registration::new(reactor.handle(), socket, kind, Sharing::Sole)?;
    /// # let mut cx = Context::from_waker(Waker::noop());
    /// registration.forget_ready(Direction::Write);
    /// let mut poll = || registration.poll_io(&mut cx, Direction::Write, |_| Ok(()));
    /// assert!(poll().is_pending()); // Not even tried.
    /// while poll().is_pending() {
    ///     reactor.turn(None)?;
    /// }
    /// # std::io::Result::Ok(())
    /// ```
    pub fn forget_ready(&self, direction: Direction) {
        self.source.state.clear(direction);
    }

    /// Makes the call once, without waiting. A socket that is known not to be ready, and whose readiness would be
    /// reported, is not asked.
    ///
    /// # Errors
    /// Those of `call`; [`io::ErrorKind::WouldBlock`] if the socket is not ready.
    ///
    /// ```
    /// # use std::io::ErrorKind;
    /// # use reactor::{Direction, DriverKind, Reactor, Registration, Sharing, SourceKind};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// # let socket = std::net::UdpSocket::bind("127.0.0.1:0")?;
    /// # socket.set_nonblocking(true)?;
    /// # let kind = SourceKind::Datagram;
    /// # let registration = Registration::new(reactor.handle(), socket, kind, Sharing::Sole)?;
    /// let mut room = [0; 16];
    /// let error = registration.try_io(Direction::Read, |io| io.recv(&mut room)).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::WouldBlock); // Nothing has come.
    /// # std::io::Result::Ok(())
    /// ```
    pub fn try_io<R>(
        &self,
        direction: Direction,
        mut call: impl FnMut(&T) -> io::Result<R>,
    ) -> io::Result<R> {
        let state = &self.source.state;
        if !state.armed().contains(direction) {
            // Nobody would tell us, and a program that only tries would be told for ever that it would block.
            state.believe_ready(direction);
        }
        self.try_call(direction, &mut call)
            .unwrap_or_else(|| Err(io::ErrorKind::WouldBlock.into()))
    }

    /// A future of `call`, tried again whenever the socket is ready. Dropping it withdraws its waker.
    ///
    /// ```
    /// # use std::pin::pin;
    /// # use std::task::{Context, Poll, Waker};
    /// # use reactor::{Direction, DriverKind, Reactor, Registration, Sharing, SourceKind};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// # let socket = std::net::UdpSocket::bind("127.0.0.1:0")?;
    /// # socket.set_nonblocking(true)?;
    /// # let kind = SourceKind::Datagram;
    /// # let registration = Registration::new(reactor.handle(), socket, kind, Sharing::Sole)?;
    /// # let mut cx = Context::from_waker(Waker::noop());
    /// # let address = registration.get_ref().local_addr()?;
    /// let mut receive = pin!(registration.operation(Direction::Read, |io| io.recv(&mut [0; 16])));
    /// registration.get_ref().send_to(b"hello", address)?;
    /// let len = loop {
    ///     match receive.as_mut().poll(&mut cx) {
    ///         Poll::Ready(len) => break len?,
    ///         Poll::Pending => reactor.turn(None)?,
    ///     }
    /// };
    /// assert_eq!(len, 5);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn operation<R, C>(&self, direction: Direction, call: C) -> Operation<'_, T, C>
    where
        C: FnMut(&T) -> io::Result<R> + Unpin,
    {
        Operation::new(self, direction, call)
    }

    /// The next connection of a listener: `accept` is tried until it no longer would block. A driver that completes
    /// operations accepts by itself, and `made_of` says what becomes of the socket that it gives, which is in
    /// non-blocking mode and closed on exec. Dropping the future loses no connection.
    ///
    /// On such a driver, connections that come together while somebody waits are accepted together. Those that nobody
    /// has taken yet wait with the registration for the next call, and are closed with it. A call of `accept` by
    /// another way does not see them.
    ///
    /// [`NextConnection`] has an example.
    pub fn next_connection<C>(
        &self,
        accept: fn(&T) -> io::Result<C>,
        made_of: fn(OwnedHandle) -> io::Result<C>,
    ) -> NextConnection<'_, T, C> {
        NextConnection::new(self, accept, made_of)
    }

    /// Waits until a call in this direction would probably not block. Dropping the future withdraws its waker.
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
    /// let mut ready = pin!(registration.ready(Direction::Write));
    /// while ready.as_mut().poll(&mut cx).is_pending() {
    ///     reactor.turn(None)?;
    /// }
    /// let sent = registration.try_io(Direction::Write, |io| io.send_to(b"hello", io.local_addr()?))?;
    /// assert_eq!(sent, 5);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn ready(&self, direction: Direction) -> Ready<'_, T> {
        Ready::new(self, direction)
    }
}
