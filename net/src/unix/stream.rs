//! A connection between two processes of one machine: how it is made and given back. Connecting it, and reading and
//! writing it, stand in files of their own.

use std::io;
use std::os::unix::net::{self, SocketAddr};
use std::panic::Location;
use std::path::Path;

use reactor::{Handle, Registration, Sharing, SourceKind};
use rustix::net::SocketAddrUnix;

use super::connect::connect;
use super::credentials::UCred;
use super::{OwnedReadHalf, OwnedWriteHalf, ReadHalf, WriteHalf};
use crate::context::while_doing;
use crate::{halves, os};

/// A Unix stream socket: a connection to a [`UnixListener`](super::UnixListener), or one end of a [`pair`](Self::pair).
///
/// It is read and written through the traits [`AsyncRead`](futures_io::AsyncRead) and
/// [`AsyncWrite`](futures_io::AsyncWrite), which stand on `UnixStream` and on `&UnixStream`: so one task can read while
/// another one writes. Any number of tasks may wait; all of them are woken. Dropping it closes it; closing it as an
/// `AsyncWrite` shuts down the writing half, and the peer reads the end of the stream.
///
/// Descriptors that the peer passes along (`SCM_RIGHTS`) are closed. Reading and writing are cancel safe: a future that
/// was dropped before it was ready has taken and sent nothing.
///
/// # Example
/// ```
/// # net::doctest::run(async {
/// use std::future::poll_fn;
/// use std::pin::Pin;
/// use futures_io::{AsyncRead, AsyncWrite};
/// # mod runtime { pub mod net { pub use ::net::*; } }
/// use runtime::net::UnixStream;
///
/// let (mut here, mut there) = UnixStream::pair()?;
/// poll_fn(|cx| Pin::new(&mut here).poll_write(cx, b"hello")).await?;
/// let mut buffer = [0; 64];
/// let length = poll_fn(|cx| Pin::new(&mut there).poll_read(cx, &mut buffer)).await?;
/// assert_eq!(&buffer[..length], b"hello");
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
#[derive(Debug)]
pub struct UnixStream {
    pub(super) registration: Registration<net::UnixStream>,
}

os::descriptor!(UnixStream);

impl UnixStream {
    /// Connects to the listener at `path`.
    ///
    /// While the listener's backlog is full, Linux has no event to wait for, so the call tries again after pauses of
    /// 100 µs to 50 ms, for as long as that lasts; other systems refuse the connection. Cancel safe: a call that was
    /// dropped leaves no connection.
    ///
    /// # Errors
    /// What the system says: [`io::ErrorKind::NotFound`] if there is no such file,
    /// [`io::ErrorKind::ConnectionRefused`] if nobody listens there (the file outlives its listener),
    /// [`io::ErrorKind::PermissionDenied`], or that the path is longer than an address can be (about 100 bytes).
    ///
    /// # Panics
    /// Outside of a runtime.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// use std::io::ErrorKind;
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::{UnixListener, UnixStream};
    ///
    /// # let path = std::env::temp_dir().join(format!("net-doc-connect-{}", std::process::id()));
    /// # let _ = std::fs::remove_file(&path);
    /// let listener = UnixListener::bind(&path)?;
    /// let stream = UnixStream::connect(&path).await?;
    ///
    /// std::fs::remove_file(&path)?;
    /// let absent = UnixStream::connect(&path).await.unwrap_err();
    /// assert_eq!(absent.kind(), ErrorKind::NotFound);
    /// # drop((listener, stream));
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn connect(path: impl AsRef<Path>) -> impl Future<Output = io::Result<UnixStream>> {
        let caller = Location::caller();
        async move {
            let handle = Handle::current_for("UnixStream::connect", caller);
            let path = path.as_ref();
            let connected = match SocketAddrUnix::new(path) {
                Ok(address) => connect(handle, &address).await,
                Err(error) => Err(error.into()),
            };
            connected.map_err(|error| {
                while_doing(format_args!("connecting to {}", path.display()), error)
            })
        }
    }

    /// As [`connect`](Self::connect), by an address: on Linux it may be an abstract one, which is no file.
    ///
    /// # Errors
    /// Those of `connect`; [`io::ErrorKind::InvalidInput`] if the address is unnamed.
    ///
    /// # Panics
    /// Outside of a runtime.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// use std::os::unix::net::SocketAddr;
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::{UnixListener, UnixStream};
    ///
    /// # let path = std::env::temp_dir().join(format!("net-doc-connect-addr-{}", std::process::id()));
    /// # let _ = std::fs::remove_file(&path);
    /// let listener = UnixListener::bind(&path)?;
    /// let stream = UnixStream::connect_addr(&SocketAddr::from_pathname(&path)?).await?;
    /// assert_eq!(stream.peer_addr()?.as_pathname(), Some(path.as_path()));
    /// std::fs::remove_file(&path)?;
    /// # drop(listener);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn connect_addr(address: &SocketAddr) -> impl Future<Output = io::Result<UnixStream>> {
        let caller = Location::caller();
        async move {
            let handle = Handle::current_for("UnixStream::connect_addr", caller);
            match os::connectable(address) {
                Some(address) => connect(handle, &address?).await,
                None => Err(io::Error::new(
                    io::ErrorKind::InvalidInput,
                    "an unnamed Unix socket has no address to connect to",
                )),
            }
        }
    }

    /// Makes two streams that are connected to each other.
    ///
    /// # Errors
    /// What the system says: no descriptor is left.
    ///
    /// # Panics
    /// Outside of a runtime.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } pub use futures_lite::io; }
    /// use runtime::io::{AsyncReadExt, AsyncWriteExt};
    /// use runtime::net::UnixStream;
    ///
    /// let (mut here, mut there) = UnixStream::pair()?;
    /// here.write_all(b"hello").await?;
    /// let mut word = [0; 5];
    /// there.read_exact(&mut word).await?;
    /// assert_eq!(&word, b"hello");
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn pair() -> io::Result<(UnixStream, UnixStream)> {
        let handle = Handle::current("UnixStream::pair");
        let (one, other) = net::UnixStream::pair()?;
        one.set_nonblocking(true)?;
        other.set_nonblocking(true)?;
        let one = UnixStream::register(handle.clone(), one, Sharing::Sole)?;
        Ok((one, UnixStream::register(handle, other, Sharing::Sole)?))
    }

    /// Takes over a stream of the standard library, and puts it into non-blocking mode.
    ///
    /// # Errors
    /// What the system says if it cannot be made non-blocking or cannot be watched. The stream is closed then.
    ///
    /// # Panics
    /// Outside of a runtime.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// let (here, there) = std::os::unix::net::UnixStream::pair()?;
    /// let here = net::UnixStream::from_std(here)?;
    /// # drop((here, there));
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn from_std(stream: net::UnixStream) -> io::Result<UnixStream> {
        let handle = Handle::current("UnixStream::from_std");
        stream.set_nonblocking(true)?;
        UnixStream::register(handle, stream, Sharing::Shared)
    }

    /// `stream` is in non-blocking mode.
    pub(super) fn register(
        handle: Handle,
        stream: net::UnixStream,
        sharing: Sharing,
    ) -> io::Result<UnixStream> {
        let registration = Registration::new(handle, stream, SourceKind::UnixStream, sharing)?;
        Ok(UnixStream { registration })
    }

    /// Gives the stream back as one of the standard library. It is still in non-blocking mode.
    ///
    /// # Errors
    /// If the system would not stop watching it.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// use std::io::Read;
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UnixStream;
    ///
    /// let (here, there) = UnixStream::pair()?;
    /// there.try_write(b"hello")?;
    ///
    /// let mut here = here.into_std()?;
    /// here.set_nonblocking(false)?;
    /// assert_eq!(here.read(&mut [0; 8])?, 5);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn into_std(self) -> io::Result<net::UnixStream> {
        self.registration.into_inner()
    }

    /// Splits the stream into two halves that borrow it. Nothing is shut down when they are dropped.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } pub use futures_lite::io; }
    /// use runtime::io::{AsyncReadExt, AsyncWriteExt};
    /// use runtime::net::UnixStream;
    ///
    /// let (mut here, there) = UnixStream::pair()?;
    /// there.try_write(b"hello")?;
    /// let (mut read, mut write) = here.split();
    /// assert_eq!(read.read(&mut [0; 8]).await?, 5);
    /// write.write_all(b"bye").await?;
    /// assert_eq!(there.try_read(&mut [0; 8])?, 3);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn split(&mut self) -> (ReadHalf<'_>, WriteHalf<'_>) {
        halves::split(self)
    }

    /// Takes the stream apart into two halves, for two tasks. Dropping the writing one shuts down the writing.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// let (here, there) = net::UnixStream::pair()?;
    /// let (read, write) = here.into_split();
    /// drop(write);
    /// there.readable().await?;
    /// assert_eq!(there.try_read(&mut [0; 8])?, 0);
    /// # drop(read);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[must_use]
    pub fn into_split(self) -> (OwnedReadHalf, OwnedWriteHalf) {
        halves::into_split(self)
    }

    /// The address of this end: unnamed, unless it was accepted by a listener.
    ///
    /// # Errors
    /// What the system says.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UnixStream;
    ///
    /// let (here, there) = UnixStream::pair()?;
    /// assert!(here.local_addr()?.is_unnamed());
    /// # drop(there);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.registration.get_ref().local_addr()
    }

    /// The address of the peer: that of the listener, if this end has connected to it; else unnamed, mostly.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotConnected`] on some systems if the peer has gone.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::{UnixListener, UnixStream};
    ///
    /// # let path = std::env::temp_dir().join(format!("net-doc-peer-addr-{}", std::process::id()));
    /// # let _ = std::fs::remove_file(&path);
    /// let listener = UnixListener::bind(&path)?;
    /// let client = UnixStream::connect(&path).await?;
    /// assert_eq!(client.peer_addr()?.as_pathname(), Some(path.as_path()));
    /// std::fs::remove_file(&path)?;
    /// # drop(listener);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.registration.get_ref().peer_addr()
    }

    /// User, group and process of the peer, as they were when it connected.
    ///
    /// # Errors
    /// [`io::ErrorKind::Unsupported`] where there is no safe way to ask: anywhere but on Linux.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UnixStream;
    ///
    /// # if !cfg!(target_os = "linux") { return Ok(()) }
    /// let (here, there) = UnixStream::pair()?;
    /// let peer = here.peer_cred()?;
    /// assert_eq!(peer.pid(), Some(std::process::id() as i32));
    /// # drop(there);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn peer_cred(&self) -> io::Result<UCred> {
        os::peer_cred(self.registration.get_ref())
    }

    /// Takes the error that the system keeps for this stream's next call (`SO_ERROR`), if there is one.
    ///
    /// # Errors
    /// What the system says if it cannot be asked.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UnixStream;
    ///
    /// let (here, there) = UnixStream::pair()?;
    /// assert!(here.take_error()?.is_none());
    /// # drop(there);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        self.registration.get_ref().take_error()
    }
}
