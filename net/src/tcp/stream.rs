//! A TCP connection: how it is made, named and taken apart; its bytes are in `transfer.rs`.

use std::fmt;
use std::io;
use std::net::{self, Shutdown, SocketAddr};
use std::panic::Location;

use reactor::{Handle, Registration, Sharing, SourceKind};

use crate::halves;
use crate::host::ToSocketAddrs;
use crate::os::descriptor;
use crate::resolve::lookup_host;
use crate::tcp::{OwnedReadHalf, OwnedWriteHalf, ReadHalf, WriteHalf, race};

/// A TCP connection.
///
/// It reads and writes with the traits of `futures-io`, on `TcpStream` and on `&TcpStream`: several tasks may share
/// it, one reading and another one writing, say. Dropping it closes the connection. A write to a peer that is gone is
/// an error and never a signal.
///
/// # Example
///
/// ```
/// # mod runtime { pub mod net { pub use ::net::*; } pub use futures_lite::io; }
/// use runtime::io::{AsyncReadExt, AsyncWriteExt};
/// use runtime::net::{TcpListener, TcpStream};
///
/// # net::doctest::run(async {
/// let listener = TcpListener::bind("127.0.0.1:0").await?;
/// let mut client = TcpStream::connect(listener.local_addr()?).await?;
/// let (mut server, _) = listener.accept().await?;
///
/// client.write_all(b"hello").await?;
/// client.close().await?;
/// let mut words = String::new();
/// server.read_to_string(&mut words).await?;
/// assert_eq!(words, "hello");
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
pub struct TcpStream {
    pub(crate) registration: Registration<net::TcpStream>,
}

descriptor!(TcpStream);

impl TcpStream {
    pub(crate) fn new(registration: Registration<net::TcpStream>) -> Self {
        TcpStream { registration }
    }

    /// Registers a stream that is in non-blocking mode.
    pub(crate) fn register(
        handle: Handle,
        stream: net::TcpStream,
        sharing: Sharing,
    ) -> io::Result<Self> {
        Registration::new(handle, stream, SourceKind::TcpStream, sharing).map(TcpStream::new)
    }

    /// Connects to a host. Names are resolved on another thread.
    ///
    /// If the host has several addresses, they are tried as RFC 8305 ("happy eyeballs") has it: IPv6 and IPv4 take
    /// turns, a new attempt starts 250 ms after the last one or as soon as one fails, and the first that succeeds is
    /// the connection.
    ///
    /// # Errors
    /// Those of [`lookup_host`]; what the system says of the attempt, with its address in the words, and for several
    /// addresses that of the attempt that got furthest. The [`kind`](io::Error::kind) is the system's; the system's
    /// own error, with its number, is the [`source`](std::error::Error::source).
    ///
    /// # Cancel safety
    /// Dropping the future closes every socket that was opened.
    ///
    /// # Panics
    /// If it is polled outside of a runtime.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// use std::io::ErrorKind;
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::{TcpListener, TcpStream};
    ///
    /// let listener = TcpListener::bind(("localhost", 0)).await?;
    /// let address = listener.local_addr()?;
    /// let stream = TcpStream::connect(address).await?;
    /// assert_eq!(stream.peer_addr()?, address);
    ///
    /// drop(listener);
    /// let refused = TcpStream::connect(address).await.unwrap_err();
    /// assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
    /// assert!(refused.to_string().starts_with(&format!("connecting to {address}: ")));
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn connect(host: impl ToSocketAddrs) -> impl Future<Output = io::Result<TcpStream>> {
        let caller = Location::caller();
        async move {
            let handle = Handle::current_for("TcpStream::connect", caller);
            let addresses = lookup_host(host).await?;
            race::connect(&handle, addresses.as_slice()).await
        }
    }

    /// Takes a connected stream of the standard library, and sets it to non-blocking mode.
    ///
    /// The mode belongs to the connection: duplicates of the stream ([`try_clone`](net::TcpStream::try_clone)) change
    /// with it.
    ///
    /// # Errors
    /// What the system says when the mode is set or the stream is registered. The stream is closed then.
    ///
    /// # Panics
    /// If it is called outside of a runtime.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    /// let stream = std::net::TcpStream::connect(listener.local_addr()?)?;
    /// let stream = net::TcpStream::from_std(stream)?;
    /// assert_eq!(stream.peer_addr()?, listener.local_addr()?);
    ///
    /// let stream = stream.into_std()?;
    /// stream.set_nonblocking(false)?;
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn from_std(stream: net::TcpStream) -> io::Result<TcpStream> {
        let handle = Handle::current("TcpStream::from_std");
        stream.set_nonblocking(true)?;
        TcpStream::register(handle, stream, Sharing::Shared)
    }

    /// Gives the standard library's stream, which is still in non-blocking mode: call
    /// [`set_nonblocking(false)`](net::TcpStream::set_nonblocking) if it is to block.
    ///
    /// # Errors
    /// If the system would not deregister the stream. It is not closed then.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::TcpStream;
    ///
    /// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
    /// let stream = TcpStream::connect(listener.local_addr()?).await?;
    /// let stream: std::net::TcpStream = stream.into_std()?;
    /// stream.set_nonblocking(false)?;
    /// assert_eq!(stream.peer_addr()?, listener.local_addr()?);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn into_std(self) -> io::Result<net::TcpStream> {
        self.registration.into_inner()
    }

    /// Our end of the connection.
    ///
    /// # Errors
    /// What the system says.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
    /// # let client = net::TcpStream::connect(listener.local_addr()?).await?;
    /// let (server, peer) = listener.accept().await?;
    /// assert_eq!(client.local_addr()?, peer);
    /// assert_eq!(server.local_addr()?, listener.local_addr()?);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.registration.get_ref().local_addr()
    }

    /// The peer's end of the connection.
    ///
    /// # Errors
    /// What the system says; [`NotConnected`](io::ErrorKind::NotConnected) if the connection was reset.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::TcpStream;
    ///
    /// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
    /// let stream = TcpStream::connect(listener.local_addr()?).await?;
    /// assert_eq!(stream.peer_addr()?, listener.local_addr()?);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.registration.get_ref().peer_addr()
    }

    /// The error that has come up on the socket since the last call, which takes it.
    ///
    /// # Errors
    /// If the system would not say.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::TcpStream;
    ///
    /// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
    /// let stream = TcpStream::connect(listener.local_addr()?).await?;
    /// assert!(stream.take_error()?.is_none(), "all is well");
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        self.registration.get_ref().take_error()
    }

    /// Ends one direction of the connection, or both, at once: what was written before still arrives.
    ///
    /// After [`Shutdown::Write`] the peer reads the end of the stream, and can go on writing. Closing with
    /// `futures-io`'s `close` is the same.
    ///
    /// # Errors
    /// What the system says; [`NotConnected`](io::ErrorKind::NotConnected) if the connection is gone already.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } pub use futures_lite::io; }
    /// use std::net::Shutdown;
    /// use runtime::io::{AsyncReadExt, AsyncWriteExt};
    ///
    /// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
    /// # let mut client = net::TcpStream::connect(listener.local_addr()?).await?;
    /// # let (mut server, _) = listener.accept().await?;
    /// client.write_all(b"the last words").await?;
    /// client.shutdown(Shutdown::Write)?;
    ///
    /// let mut words = String::new();
    /// server.read_to_string(&mut words).await?;
    /// assert_eq!(words, "the last words");
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.registration.get_ref().shutdown(how)
    }

    /// Splits the stream into two halves that borrow it, so that one future can read while another one writes.
    ///
    /// A shared reference reads and writes as well; the halves keep the two apart where a signature asks for it.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } pub use futures_lite::io; }
    /// use runtime::io::{AsyncReadExt, AsyncWriteExt};
    ///
    /// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
    /// # let mut client = net::TcpStream::connect(listener.local_addr()?).await?;
    /// # let (mut server, _) = listener.accept().await?;
    /// let (mut reader, mut writer) = client.split();
    /// writer.write_all(b"ping").await?;
    /// server.write_all(b"pong").await?;
    ///
    /// let mut answer = [0; 4];
    /// reader.read_exact(&mut answer).await?;
    /// assert_eq!(&answer, b"pong");
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn split(&mut self) -> (ReadHalf<'_>, WriteHalf<'_>) {
        halves::split(self)
    }

    /// Splits the stream into two halves that own it together, for two tasks. Dropping the writing half shuts writing
    /// down; the connection is closed when both are gone.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
    /// let stream = net::TcpStream::connect(listener.local_addr()?).await?;
    /// let (reader, writer) = stream.into_split();
    /// let stream = reader.reunite(writer).expect("they belong together");
    /// # drop(stream);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn into_split(self) -> (OwnedReadHalf, OwnedWriteHalf) {
        halves::into_split(self)
    }
}

impl fmt::Debug for TcpStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.registration.get_ref().fmt(f)
    }
}
