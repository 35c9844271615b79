//! Operations that own their buffer, whether the system tells readiness or completes them; they know nothing of which
//! calls move the bytes.
//!
//! On such a system the operation is a small state machine: its call is tried at once and again at each readiness,
//! until it has done what was asked for. A system that completes operations is given the buffer's address at the first
//! poll, and tells the result later: the types are the same then.
//!
//! | idea | file |
//! |---|---|
//! | a future that has a buffer until it ends, is dropped or cancelled | this one |
//! | the same on a driver that completes operations | `owned/completed.rs` |
//! | what is read from a stream, or written to it | `owned/stream.rs` |
//! | the same with several buffers | `owned/vectored.rs` |
//! | what is received and sent as a whole | `owned/datagram.rs` |
//! | one call on a file | `owned/file.rs` |

mod completed;
mod datagram;
mod file;
mod stream;
mod vectored;

use std::fmt;
use std::future::Future;
use std::io;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use self::completed::Effect;
pub use self::datagram::{Datagram, Receive, ReceiveFrom, Send, SendTo};
pub use self::file::{FileCall, was_cancelled};
pub use self::stream::{ByteStream, Read, ReadExact, Received, Write, WriteAll};
pub use self::vectored::{ReadVectored, WriteVectored};
use crate::budget;
use crate::driver::completion::{Call, Outcome, Token};
use crate::operation::Place;
use crate::os::Pollable;
use crate::readiness::Direction;
use crate::registration::Registration;

/// A socket type whose registered part is an `Io`. What it can do is said by [`ByteStream`] or [`Datagram`].
///
/// ```
/// use reactor::owned::Socket;
///
/// struct UdpSocket(reactor::Registration<std::net::UdpSocket>);
///
/// impl Socket for UdpSocket {
///     type Io = std::net::UdpSocket;
/// }
/// ```
pub trait Socket {
    /// What is registered with the reactor, and what the calls are made on.
    type Io: Pollable + 'static;
}

/// What a [`Transfer`] does: [`Read`], [`WriteAll`] and so on. No other crate can add one.
pub trait Way<S: Socket, B>: Unpin + sealed::Sealed {
    /// What comes of it in the end.
    type Output;
    /// What has come of it when it is cancelled.
    type Cancelled;

    /// What the system's moving of bytes does to the buffer.
    #[doc(hidden)]
    type Effect: Effect<B>;

    #[doc(hidden)]
    const DIRECTION: Direction;

    /// One try, after which `done` says how many bytes were moved in all.
    #[doc(hidden)]
    fn attempt(
        &mut self,
        registration: &Registration<S::Io>,
        buffer: &mut B,
        done: &mut usize,
    ) -> Attempt<Self::Output>;

    /// The next call, for a system that completes it: it names memory of the buffer, behind the first `done` bytes, and
    /// no other. `None` if an attempt is to be made instead, because there is nothing to wait for or no such call.
    #[doc(hidden)]
    fn call(&mut self, buffer: &mut B, done: usize) -> Option<Call>;

    /// What it is that the system has completed the call so. `done` becomes the number of bytes that were moved in all.
    #[doc(hidden)]
    fn completed(
        &mut self,
        buffer: &B,
        outcome: Outcome,
        done: &mut usize,
    ) -> Attempt<Self::Output>;

    /// Makes the buffer's length tell what was moved into it.
    #[doc(hidden)]
    fn settle(&self, buffer: &mut B, done: usize);

    /// `last` is what came of a call that was over before it could be cancelled.
    #[doc(hidden)]
    fn cancelled(&self, done: usize, last: Option<Self::Output>) -> Self::Cancelled;
}

pub(crate) mod sealed {
    /// Only this crate knows when an operation may give its buffer back.
    pub trait Sealed {}
}

/// What one try has led to.
#[doc(hidden)]
#[derive(Debug)]
pub enum Attempt<R> {
    /// The call would block, or is known to.
    Waits,
    /// Something was moved, and there is more to do.
    GoesOn,
    /// All is done, or will never be.
    Ended(io::Result<R>),
}

/// An operation that owns its buffer while it is under way, and gives it back with the result.
///
/// It is a future of `(io::Result<_>, B)`. It is `Unpin`: it can be polled through `&mut`, so that `select` or `race`
/// over `&mut transfer` leaves it whole, to be awaited further or [cancelled](Self::cancel).
///
/// ```text
///            poll: the call moves all that was asked for, or fails
///   under way ────────────────────────────────────────────────────▶ ended: result and buffer are the poller's
///     ▲   │ │
///     └───┘ └─ cancel ─▶ ended: what was moved so far, and the buffer
///   poll: the call would block, or moved a part
/// ```
///
/// While it is under way, and afterwards, the length of a buffer that can be filled (and has a length of its own, as a
/// `Vec` has) is the number of bytes that were read into it.
///
/// # Order
/// Two operations in one direction that are under way at once have no order between them: await the first before the
/// second is begun. Where the driver completes operations, one that was polled is handed to the system in the loop's
/// next turn, behind what is done to the socket directly until then (`shutdown`, `try_write`).
///
/// # Cancel safety
/// [`cancel`](Self::cancel) gives the buffer back and says how many bytes were moved; the socket goes on from there,
/// and no byte is lost.
///
/// *On drivers that tell readiness* no call is under way between two polls. So dropping the operation, or leaking it,
/// lets nobody write anywhere; the bytes that it had moved already are lost with its buffer if they were read, or were
/// sent if they were written, and not one byte more.
///
/// *On a driver that completes operations* (io_uring) a call may be under way. Dropping the operation ends it, and
/// gives its buffer to the driver, which keeps it until the system has done with it. A call that the loop has not
/// handed over yet never happens. One that the system has completed meanwhile has happened: what it read is lost, what
/// it wrote is sent. So where bytes matter, cancel and do not drop. An operation that is leaked keeps its buffer for
/// good.
///
/// # Panics
/// When it is polled again after it gave its result.
///
/// ```
/// use std::io::{self, IoSlice, IoSliceMut, Read as _, Write as _};
/// use std::net::{TcpListener, TcpStream};
/// use std::task::{Context, Poll, Waker};
/// # use std::pin::Pin;
/// use reactor::owned::{ByteStream, ReadExact, Received, Socket, Transfer};
/// # use reactor::{DriverKind, Reactor, Registration, Room, Sharing, SourceKind};
///
/// struct Tcp; // The crate `net` has the real ones.
///
/// impl Socket for Tcp {
///     type Io = TcpStream;
/// }
///
/// impl ByteStream for Tcp {
///     fn receive<'r>(mut io: &TcpStream, room: Room<'r>) -> io::Result<Received<'r>> {
///         let room = room.initialise();
///         let length = io.read(room)?;
///         Ok(Received { bytes: &mut room[..length], cut: false })
///     }
///
///     fn send(mut io: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
///         io.write(bytes)
///     }
///
///     fn receive_slices(mut io: &TcpStream, buffers: &mut [IoSliceMut<'_>]) -> io::Result<(usize, bool)> {
///         Ok((io.read_vectored(buffers)?, false))
///     }
///
///     fn send_slices(mut io: &TcpStream, buffers: &[IoSlice<'_>]) -> io::Result<usize> {
///         io.write_vectored(buffers)
///     }
/// }
///
/// # let reactor = Reactor::new(DriverKind::Auto)?;
/// # let listener = TcpListener::bind("127.0.0.1:0")?;
/// # let mut peer = TcpStream::connect(listener.local_addr()?)?;
/// # let (stream, _) = listener.accept()?;
/// # stream.set_nonblocking(true)?;
/// # let kind = SourceKind::TcpStream;
/// # let registration = Registration::new(reactor.handle(), stream, kind, Sharing::Sole)?;
/// # let mut cx = Context::from_waker(Waker::noop());
/// let mut word = Transfer::<Tcp, _, _>::new(&registration, Vec::with_capacity(5), ReadExact);
/// peer.write_all(b"hello")?;
/// let (length, word) = loop {
///     match Pin::new(&mut word).poll(&mut cx) {
///         Poll::Ready(done) => break done,
///         Poll::Pending => reactor.turn(None)?,
///     }
/// };
/// assert_eq!((length?, word), (5, b"hello".to_vec()));
/// # io::Result::Ok(())
/// ```
#[must_use = "futures do nothing unless awaited"]
pub struct Transfer<'a, S: Socket, B: 'static, W> {
    place: Place<'a, S::Io>,
    /// What the driver was given to complete. The buffer is the system's then.
    token: Option<Token>,
    /// `None` once the operation has ended.
    buffer: Option<B>,
    /// Bytes moved so far.
    done: usize,
    way: W,
    /// Whose operation it is, for the words of a misuse.
    caller: &'static Location<'static>,
}

impl<'a, S: Socket, B: 'static, W: Way<S, B>> Transfer<'a, S, B, W> {
    /// An operation on what is registered; nothing happens before the first poll.
    #[track_caller]
    pub fn new(registration: &'a Registration<S::Io>, buffer: B, way: W) -> Self {
        Transfer {
            place: Place::new(registration, W::DIRECTION),
            token: None,
            buffer: Some(buffer),
            done: 0,
            way,
            caller: Location::caller(),
        }
    }

    /// How many bytes were moved so far. After an error it says how far the operation had come.
    pub fn transferred(&self) -> usize {
        self.done
    }

    /// Ends the operation. The future gives the buffer back, and what had already happened: of a stream, how many bytes
    /// were moved, where `Ok(0)` is none; of a datagram, the result if one was received or sent, else `None`.
    ///
    /// Nothing is undone: what was read stands in the buffer, what was written is on its way, and the next operation
    /// goes on behind it.
    ///
    /// On drivers that tell readiness the future is ready at once. On one that completes operations it waits until the
    /// system has let go of the buffer, which for a socket is the next turn of the loop.
    ///
    /// # Errors
    /// On drivers that tell readiness there are none. A driver that completes operations may find that this one had
    /// failed before it was cancelled.
    ///
    /// # Panics
    /// When the operation has ended: then its result was given already.
    #[track_caller]
    pub fn cancel(self) -> Cancel<'a, S, B, W> {
        if self.buffer.is_none() {
            self.misused("cancelled");
        }
        Cancel {
            transfer: self,
            asked: false,
        }
    }

    /// Takes the buffer out, and so ends the operation.
    fn end(&mut self) -> Option<B> {
        let mut buffer = self.buffer.take()?;
        self.way.settle(&mut buffer, self.done);
        Some(buffer)
    }

    #[cold]
    #[track_caller]
    fn misused(&self, how: &str) -> ! {
        panic!(
            "the operation made at {} was {how} after it had given its result and its buffer: make a new one, with that \
             buffer",
            self.caller
        )
    }
}

impl<S: Socket, B: Unpin + 'static, W: Way<S, B>> Future for Transfer<'_, S, B, W> {
    type Output = (io::Result<W::Output>, B);

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let result = match this.place.registration().completions() {
            None => ready!(this.poll_attempts(cx)),
            Some(completions) => ready!(this.poll_completed(cx, completions)),
        };
        match this.end() {
            Some(buffer) => Poll::Ready((result, buffer)),
            None => this.misused("polled"),
        }
    }
}

impl<S: Socket, B: 'static, W: Way<S, B>> Transfer<'_, S, B, W> {
    #[inline]
    fn poll_attempts(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<W::Output>> {
        loop {
            let Some(buffer) = &mut self.buffer else {
                self.misused("polled");
            };
            ready!(budget::poll_left(cx));
            let registration = self.place.registration();
            match self.way.attempt(registration, buffer, &mut self.done) {
                Attempt::Waits => return self.place.poll_wait(cx),
                Attempt::GoesOn => budget::spend(),
                Attempt::Ended(result) => {
                    budget::spend();
                    return Poll::Ready(result);
                }
            }
        }
    }
}

impl<S: Socket, B: 'static, W> fmt::Debug for Transfer<'_, S, B, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transfer")
            .field("direction", &self.place.direction())
            .field("transferred", &self.done)
            .field("ended", &self.buffer.is_none())
            .field("made_at", &format_args!("{}", self.caller))
            .finish_non_exhaustive()
    }
}

/// The future of [`Transfer::cancel`]: what had happened, and the buffer.
///
/// Dropping it drops the buffer, or gives it to the driver until the system has let go of it; the operation ends all
/// the same.
///
/// # Panics
/// When it is polled again after it gave its result.
#[must_use = "it has the buffer: await it"]
pub struct Cancel<'a, S: Socket, B: 'static, W> {
    transfer: Transfer<'a, S, B, W>,
    /// The driver was asked to end what it was given.
    asked: bool,
}

impl<S: Socket, B: 'static, W: Way<S, B>> Cancel<'_, S, B, W> {
    /// How many bytes were moved so far. After an error it says how far the operation had come.
    pub fn transferred(&self) -> usize {
        self.transfer.done
    }
}

impl<S: Socket, B: Unpin + 'static, W: Way<S, B>> Future for Cancel<'_, S, B, W> {
    type Output = (io::Result<W::Cancelled>, B);

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Cancel { transfer, asked } = &mut *self;
        let last = ready!(transfer.poll_cancelled(cx, asked));
        match transfer.end() {
            Some(buffer) => {
                let cancelled = last.map(|last| transfer.way.cancelled(transfer.done, last));
                Poll::Ready((cancelled, buffer))
            }
            None => transfer.misused("cancelled, and that was polled"),
        }
    }
}

impl<S: Socket, B: 'static, W> fmt::Debug for Cancel<'_, S, B, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cancel")
            .field("transfer", &self.transfer)
            .finish()
    }
}
