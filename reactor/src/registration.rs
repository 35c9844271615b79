//! A socket's place in the reactor: try the call first, and wait only if it would block.

use std::cell::Cell;
use std::fmt;
use std::io;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use crate::budget;
use crate::current::Handle;
use crate::driver::SourceKind;
use crate::key::SourceKey;
use crate::operation::{Operation, Ready};
use crate::os::Pollable;
use crate::readiness::{Direction, Interest};
use crate::refusal::gone;
use crate::source::{Source, State};

/// Whether somebody else may hold a descriptor of the same file.
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
pub struct Registration<T: Pollable + 'static> {
    /// Dropped first: the system stops watching, then the socket is closed.
    watch: Watch,
    source: Rc<Source<T>>,
}

/// The reactor watches a source for as long as this lives.
#[derive(Debug)]
struct Watch {
    handle: Handle,
    key: SourceKey,
    sharing: Cell<Sharing>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        let sole = self.sharing.get() == Sharing::Sole;
        self.handle.core().remove(self.key, sole);
    }
}

impl<T: Pollable + 'static> Registration<T> {
    /// Registers `io`, which must be in non-blocking mode, with the reactor of `handle`.
    ///
    /// # Errors
    /// What the system says: no descriptor is left for the queue (which the first registration opens), or this kind
    /// of file cannot be watched. `io` is closed then.
    pub fn new(handle: Handle, io: T, kind: SourceKind, sharing: Sharing) -> io::Result<Self> {
        // A stream nearly always fills its send buffer some day, and then the second system call is saved. The
        // other kinds announce after every send that they are writable, which nobody wants to hear.
        let interest = match kind {
            SourceKind::TcpStream => Interest::BOTH,
            SourceKind::Other => Interest::NONE,
            _ => Interest::READ,
        };
        let state = State::new(kind, interest);
        let source = Rc::new(Source { state, io });
        let key = handle.core().add(&source, kind, interest)?;
        // By level, a duplicate that a forked child holds would be reported in every wait after we have closed ours.
        let sharing = match kind {
            SourceKind::Listener => Sharing::Shared,
            _ => sharing,
        };
        let watch = Watch {
            handle,
            key,
            sharing: Cell::new(sharing),
        };
        Ok(Registration { watch, source })
    }

    /// The socket.
    #[inline]
    pub fn get_ref(&self) -> &T {
        &self.source.io
    }

    /// The reactor it is registered with.
    #[must_use]
    pub fn handle(&self) -> &Handle {
        &self.watch.handle
    }

    /// Whoever has seen the descriptor may have duplicated it: from now on it is deregistered before it is closed.
    pub fn mark_shared(&self) {
        self.watch.sharing.set(Sharing::Shared);
    }

    /// Tries `call`; if it would block, keeps the waker until the socket is ready in this direction.
    ///
    /// When it was made it counts against the poll's [budget]. Several tasks may wait at once: each waker is kept.
    ///
    /// # Errors
    /// Those of `call`, except that an interrupted call is made again. Those of the driver, if the socket cannot be
    /// watched. [`io::ErrorKind::Other`] if the runtime was dropped and the call would block.
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
            self.source.state.waiters(direction).keep(cx.waker());
        }
        armed
    }

    /// As [`poll_io`](Self::poll_io), for a call that fills or empties a buffer of `wanted` bytes: where a
    /// shorter transfer says that the stream is drained or full, the next call is not even tried.
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
    #[inline]
    pub fn note_short(&self, direction: Direction) {
        let state = &self.source.state;
        if state.shortness_tells() && self.watch.handle.core().reports_exceptions() {
            state.clear(direction);
        }
    }

    /// Forgets that the socket was ready in this direction, so that the next wait asks the system. For a call that
    /// was begun and announces its end by readiness, as `connect` does.
    pub fn forget_ready(&self, direction: Direction) {
        self.source.state.clear(direction);
    }

    /// Makes the call once, without waiting. A socket that is known not to be ready, and whose readiness would be
    /// reported, is not asked.
    ///
    /// # Errors
    /// Those of `call`; [`io::ErrorKind::WouldBlock`] if the socket is not ready.
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
    pub fn operation<R, C>(&self, direction: Direction, call: C) -> Operation<'_, T, C>
    where
        C: FnMut(&T) -> io::Result<R> + Unpin,
    {
        Operation::new(self, direction, call)
    }

    /// Waits until a call in this direction would probably not block. Dropping the future withdraws its waker.
    pub fn ready(&self, direction: Direction) -> Ready<'_, T> {
        Ready::new(self, direction)
    }

    /// Takes the socket back. It is deregistered, and still in non-blocking mode.
    ///
    /// # Errors
    /// If the system would not deregister it: then it has to stay where it is, and is not closed.
    pub fn into_inner(self) -> io::Result<T> {
        let Registration { watch, source } = self;
        watch.sharing.set(Sharing::Shared);
        drop(watch);
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
        if self.watch.handle.core().is_closed() {
            return Poll::Ready(Err(gone()));
        }
        match self
            .watch
            .handle
            .core()
            .arm(&self.source, self.watch.key, direction)
        {
            Ok(()) => Poll::Pending,
            Err(error) => Poll::Ready(Err(error)),
        }
    }

    pub(crate) fn state(&self) -> &State {
        &self.source.state
    }
}

impl<T: Pollable + fmt::Debug + 'static> fmt::Debug for Registration<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registration")
            .field("io", &self.source.io)
            .field("key", &self.watch.key)
            .finish_non_exhaustive()
    }
}
