//! Sending and receiving Unix datagrams by operations that own their buffer.

use std::fmt;
use std::future::{Future, ready};
use std::io;
use std::os::unix::net::{self, SocketAddr};
use std::panic::Location;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use reactor::owned::{Datagram, Receive, ReceiveFrom, Send, Socket, Transfer};
use reactor::{IoBuf, IoBufMut, Room, Timer, budget};

use super::datagram::UnixDatagram;
use super::pauses::Pauses;
use crate::os;

impl Socket for UnixDatagram {
    type Io = net::UnixDatagram;
}

impl Datagram for UnixDatagram {
    type Address = SocketAddr;

    fn receive<'r>(io: &net::UnixDatagram, room: Room<'r>) -> io::Result<&'r mut [u8]> {
        os::receive(io, room)
    }

    /// The standard library alone makes addresses of its type, and it wants bytes to overwrite.
    fn receive_from<'r>(
        io: &net::UnixDatagram,
        room: Room<'r>,
    ) -> io::Result<(&'r mut [u8], SocketAddr)> {
        let room = room.initialise();
        let (length, from) = io.recv_from(room)?;
        Ok((&mut room[..length], from))
    }

    fn send(io: &net::UnixDatagram, bytes: &[u8]) -> io::Result<usize> {
        io.send(bytes)
    }

    fn send_to(io: &net::UnixDatagram, bytes: &[u8], target: &SocketAddr) -> io::Result<usize> {
        io.send_to_addr(bytes, target)
    }
}

impl UnixDatagram {
    /// Receives one datagram into the buffer. The result is its length in bytes, which may be 0, and the buffer.
    ///
    /// A `Vec` is filled from its start up to its capacity, and has the length of the datagram. What does not fit is
    /// lost.
    ///
    /// # Errors
    /// What the system says. The buffer comes back with it.
    ///
    /// # Cancel safety
    /// A future that was dropped before it was ready has taken no datagram, on drivers that tell readiness; its buffer
    /// is gone. [`cancel`](Transfer::cancel) gives the buffer back, on every driver with the datagram if one was taken.
    ///
    /// # Panics
    /// The future, when it is polled again after it gave its result.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UnixDatagram;
    ///
    /// let (here, there) = UnixDatagram::pair()?;
    /// there.send(b"hello").await?;
    /// let (length, buffer) = here.recv_owned(Vec::with_capacity(64)).await;
    /// assert_eq!((length?, buffer), (5, b"hello".to_vec()));
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn recv_owned<B: IoBufMut>(&self, buffer: B) -> Transfer<'_, UnixDatagram, B, Receive> {
        Transfer::new(&self.registration, buffer, Receive)
    }

    /// As [`recv_owned`](Self::recv_owned); the result also says where the datagram came from, which is unnamed if the
    /// sender is not bound.
    ///
    /// # Errors
    /// Those of [`recv_owned`](Self::recv_owned).
    ///
    /// # Cancel safety
    /// As [`recv_owned`](Self::recv_owned).
    ///
    /// # Panics
    /// The future, when it is polled again after it gave its result.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UnixDatagram;
    ///
    /// let (here, there) = UnixDatagram::pair()?;
    /// there.send(b"hello").await?;
    /// let (received, buffer) = here.recv_from_owned(Vec::with_capacity(64)).await;
    /// let (length, from) = received?;
    /// assert!(length == 5 && from.is_unnamed());
    /// assert_eq!(buffer, b"hello");
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn recv_from_owned<B: IoBufMut>(
        &self,
        buffer: B,
    ) -> Transfer<'_, UnixDatagram, B, ReceiveFrom> {
        Transfer::new(&self.registration, buffer, ReceiveFrom)
    }

    /// Sends the buffer as one datagram to the connected peer, waiting while the peer's queue is full. The result is
    /// its length in bytes, and the buffer.
    ///
    /// # Errors
    /// What the system says: not connected, longer than the system allows, the peer has gone. The buffer comes back
    /// with it.
    ///
    /// # Cancel safety
    /// A future that was dropped before it was ready has sent nothing, on drivers that tell readiness; its buffer is
    /// gone. [`cancel`](Transfer::cancel) gives the buffer back, on every driver, and says whether the datagram was
    /// sent.
    ///
    /// # Panics
    /// The future, when it is polled again after it gave its result.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UnixDatagram;
    ///
    /// let (here, there) = UnixDatagram::pair()?;
    /// let (length, _buffer) = here.send_owned(b"hello".to_vec()).await;
    /// assert_eq!(length?, 5);
    /// # drop(there);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn send_owned<B: IoBuf>(&self, buffer: B) -> Transfer<'_, UnixDatagram, B, Send> {
        Transfer::new(&self.registration, buffer, Send)
    }

    /// Sends the buffer as one datagram to the socket at `path`. The result is its length in bytes, and the buffer.
    ///
    /// While the receiver's queue is full it tries again after pauses, as [`send_to`](Self::send_to) does.
    ///
    /// # Errors
    /// Those of [`send_to`](Self::send_to). The buffer comes back with it.
    ///
    /// # Cancel safety
    /// As [`send_owned`](Self::send_owned).
    ///
    /// # Panics
    /// The future, when it is polled again after it gave its result.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UnixDatagram;
    ///
    /// # let path = std::env::temp_dir().join(format!("net-doc-send-to-owned-{}", std::process::id()));
    /// # let _ = std::fs::remove_file(&path);
    /// let server = UnixDatagram::bind(&path)?;
    /// let client = UnixDatagram::unbound()?;
    /// let (length, _) = client.send_to_owned("hello", &path).await;
    /// assert_eq!(length?, 5);
    /// std::fs::remove_file(&path)?;
    /// # drop(server);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn send_to_owned<B: IoBuf>(&self, buffer: B, path: impl AsRef<Path>) -> SendToOwned<'_, B> {
        SendToOwned {
            socket: self,
            buffer: Some(buffer),
            path: path.as_ref().to_owned(),
            pauses: Pauses::new(),
            pause: None,
            caller: Location::caller(),
        }
    }
}

/// The future of [`UnixDatagram::send_to_owned`].
///
/// The system's readiness says nothing of the receiver's queue, so this one waits by the clock and not by readiness.
///
/// # Panics
/// When it is polled again after it gave its result.
///
/// # Example
/// ```
/// # net::doctest::run(async {
/// # mod runtime { pub mod net { pub use ::net::*; } }
/// use runtime::net::UnixDatagram;
///
/// let client = UnixDatagram::unbound()?;
/// let sending = client.send_to_owned(b"hello".to_vec(), "/nowhere");
/// let (sent, buffer) = sending.cancel().await;
/// assert_eq!((sent?, buffer), (None, b"hello".to_vec()));
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
#[must_use = "futures do nothing unless awaited"]
pub struct SendToOwned<'a, B> {
    socket: &'a UnixDatagram,
    /// `None` once the operation has ended.
    buffer: Option<B>,
    path: PathBuf,
    pauses: Pauses,
    pause: Option<Timer>,
    caller: &'static Location<'static>,
}

impl<B: IoBuf> SendToOwned<'_, B> {
    /// Ends the operation, and gives the buffer back; and the result, if the datagram was sent.
    ///
    /// # Errors
    /// None on drivers that tell readiness, where nothing was sent if the operation has not ended.
    ///
    /// # Panics
    /// When the operation has ended: then its result was given already.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # let client = net::UnixDatagram::unbound()?;
    /// let (sent, buffer) = client.send_to_owned("hello", "/nowhere").cancel().await;
    /// assert_eq!((sent?, buffer), (None, "hello"));
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn cancel(mut self) -> impl Future<Output = (io::Result<Option<usize>>, B)> + Unpin {
        match self.buffer.take() {
            Some(buffer) => ready((Ok(None), buffer)),
            None => self.misused("cancelled"),
        }
    }

    /// One try; `None` if it would block.
    fn attempt(&self, buffer: &B) -> Option<io::Result<usize>> {
        let socket = self.socket.registration.get_ref();
        loop {
            match socket.send_to(buffer.as_bytes(), &self.path) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return None,
                sent => return Some(sent),
            }
        }
    }

    /// Tries, and pauses.
    fn poll_sent(&mut self, cx: &mut Context<'_>, buffer: &B) -> Poll<io::Result<usize>> {
        loop {
            if let Some(pause) = &mut self.pause {
                ready!(pause.poll_fired(cx))?;
                self.pause = None;
            }
            ready!(budget::poll_spend(cx));
            if let Some(sent) = self.attempt(buffer) {
                return Poll::Ready(sent);
            }
            let handle = self.socket.registration.handle();
            self.pause = Some(self.pauses.timer(handle));
        }
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

impl<B: IoBuf> Future for SendToOwned<'_, B> {
    type Output = (io::Result<usize>, B);

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(buffer) = self.buffer.take() else {
            self.misused("polled");
        };
        match self.poll_sent(cx, &buffer) {
            Poll::Ready(sent) => Poll::Ready((sent, buffer)),
            Poll::Pending => {
                self.buffer = Some(buffer);
                Poll::Pending
            }
        }
    }
}

impl<B> fmt::Debug for SendToOwned<'_, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendToOwned")
            .field("path", &self.path)
            .field("ended", &self.buffer.is_none())
            .finish_non_exhaustive()
    }
}
