//! Listening for TCP connections and accepting them.

use std::fmt;
use std::io;
use std::net::{self, SocketAddr};
use std::panic::Location;

use reactor::{Handle, OwnedHandle, Registration, Sharing, SourceKind};

use crate::accept::Accept;
use crate::backoff::Backoff;
use crate::context::while_doing;
use crate::host::ToSocketAddrs;
use crate::os::{self, descriptor};
use crate::resolve::first_of;
use crate::tcp::{Incoming, TcpSocket, TcpStream};

/// Connections that have come and are not accepted yet, at most; the system may lower it further (on Linux to
/// `net.core.somaxconn`, 4096). The standard library takes 128, which a busy server fills in one turn of its loop.
const BACKLOG: u32 = 1024;

/// The next connection, as the system gives it.
pub(crate) type AcceptTcp<'a> = Accept<'a, net::TcpListener, (net::TcpStream, SocketAddr)>;

/// A TCP socket that listens for connections.
///
/// Several tasks may accept from it at once.
///
/// # When there are no descriptors left
///
/// An `accept` that meets the limit of descriptors (or of the system's memory) gives an error that says so, and the
/// connection stays in the backlog. The next `accept` on this listener then waits before it tries, 5 ms and twice as
/// long each time up to a second, until one succeeds: a plain loop goes on by itself when descriptors are free again,
/// and does not spin meanwhile. A connection that has died before it was accepted is passed over.
///
/// # Example
///
/// ```
/// # mod runtime { pub mod net { pub use ::net::*; } pub use executor::spawn; }
/// use runtime::net::{TcpListener, TcpStream};
///
/// async fn serve(stream: TcpStream) { /* … */ }
///
/// # net::doctest::run(async {
/// let listener = TcpListener::bind("127.0.0.1:0").await?;
/// # let client = TcpStream::connect(listener.local_addr()?).await?;
/// loop {
///     match listener.accept().await {
///         Ok((stream, _)) => drop(runtime::spawn(serve(stream))),
///         Err(error) => eprintln!("{error}"),
///     }
/// #   break;
/// }
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
pub struct TcpListener {
    registration: Registration<net::TcpListener>,
    backoff: Backoff,
}

descriptor!(TcpListener);

impl TcpListener {
    /// Listens on the first address of a host that is free. Port 0 asks the system for a free port, which
    /// [`local_addr`](Self::local_addr) tells. The backlog is 1024; [`TcpSocket::listen`] takes another one.
    ///
    /// On Unix `SO_REUSEADDR` is set, so that a server that starts again need not wait for its old connections.
    ///
    /// # Errors
    /// Those of [`lookup_host`](crate::lookup_host); what the system says of the last address, with the address in the
    /// words: [`AddrInUse`](io::ErrorKind::AddrInUse) if somebody listens there, for example.
    ///
    /// # Cancel safety
    /// Dropping the future abandons a name's resolution; after that nothing is awaited.
    ///
    /// # Panics
    /// If it is polled outside of a runtime.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// let listener = net::TcpListener::bind("127.0.0.1:0").await?;
    /// let used = net::TcpListener::bind(listener.local_addr()?).await.unwrap_err();
    /// assert_eq!(used.kind(), std::io::ErrorKind::AddrInUse);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn bind(host: impl ToSocketAddrs) -> impl Future<Output = io::Result<TcpListener>> {
        let caller = Location::caller();
        async move {
            let handle = Handle::current_for("TcpListener::bind", caller);
            let bind = |address| TcpListener::bind_one(&handle, address);
            first_of(host, "listening on", bind).await
        }
    }

    fn bind_one(handle: &Handle, address: SocketAddr) -> io::Result<TcpListener> {
        let socket = TcpSocket::open(&address)?;
        if os::REUSE_AT_BIND {
            socket.set_reuseaddr(true)?;
        }
        socket.bind_plainly(address)?;
        socket.listen_with(handle.clone(), BACKLOG)
    }

    /// Registers a listener that is in non-blocking mode.
    pub(crate) fn register(
        handle: Handle,
        listener: net::TcpListener,
        sharing: Sharing,
    ) -> io::Result<TcpListener> {
        Ok(TcpListener {
            registration: Registration::new(handle, listener, SourceKind::Listener, sharing)?,
            backoff: Backoff::default(),
        })
    }

    /// Waits for the next connection.
    ///
    /// # Errors
    /// When there are no descriptors left; see [the type](TcpListener#when-there-are-no-descriptors-left). Else what
    /// the system says of the listener.
    ///
    /// # Cancel safety
    /// Dropping the future loses no connection.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// let listener = net::TcpListener::bind("127.0.0.1:0").await?;
    /// let client = net::TcpStream::connect(listener.local_addr()?).await?;
    /// let (server, peer) = listener.accept().await?;
    /// assert_eq!(peer, client.local_addr()?);
    /// # drop(server);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub async fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        self.finish(self.next().await?)
    }

    /// The listener as a stream of connections, which never ends; errors are as in [`accept`](Self::accept).
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } pub mod stream { pub use futures_lite::StreamExt; } }
    /// use runtime::stream::StreamExt;
    ///
    /// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
    /// # let client = net::TcpStream::connect(listener.local_addr()?).await?;
    /// let mut incoming = listener.incoming();
    /// while let Some(stream) = incoming.next().await {
    ///     assert_eq!(stream?.peer_addr()?, client.local_addr()?);
    ///     break; // Else it would wait for the next one.
    /// }
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn incoming(&self) -> Incoming<'_> {
        Incoming::new(self)
    }

    pub(crate) fn next(&self) -> AcceptTcp<'_> {
        Accept::new(&self.registration, &self.backoff, os::accept, accepted)
    }

    /// Registers an accepted connection.
    pub(crate) fn finish(
        &self,
        (stream, peer): (net::TcpStream, SocketAddr),
    ) -> io::Result<(TcpStream, SocketAddr)> {
        let handle = self.registration.handle().clone();
        let stream = TcpStream::register(handle, stream, Sharing::Sole)
            .map_err(|error| while_doing(format_args!("accepting {peer}"), error))?;
        Ok((stream, peer))
    }

    /// Takes a listener of the standard library, and sets it to non-blocking mode.
    ///
    /// # Errors
    /// What the system says when the mode is set or the listener is registered. The listener is closed then.
    ///
    /// # Panics
    /// If it is called outside of a runtime.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    /// let listener = net::TcpListener::from_std(listener)?;
    /// let client = net::TcpStream::connect(listener.local_addr()?).await?;
    /// let (server, _) = listener.accept().await?;
    /// # drop((client, server));
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn from_std(listener: net::TcpListener) -> io::Result<TcpListener> {
        let handle = Handle::current("TcpListener::from_std");
        listener.set_nonblocking(true)?;
        TcpListener::register(handle, listener, Sharing::Shared)
    }

    /// Gives the standard library's listener, which is still in non-blocking mode: call
    /// [`set_nonblocking(false)`](net::TcpListener::set_nonblocking) if it is to block.
    ///
    /// # Errors
    /// If the system would not deregister the listener. It is not closed then.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::TcpListener;
    ///
    /// let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// let address = listener.local_addr()?;
    /// let listener: std::net::TcpListener = listener.into_std()?;
    /// listener.set_nonblocking(false)?;
    /// assert_eq!(listener.local_addr()?, address);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn into_std(self) -> io::Result<net::TcpListener> {
        self.registration.into_inner()
    }

    /// Where it listens.
    ///
    /// # Errors
    /// What the system says.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::TcpListener;
    ///
    /// let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// assert_ne!(listener.local_addr()?.port(), 0, "the system has chosen one");
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.registration.get_ref().local_addr()
    }

    /// How many routers a packet of an accepted connection may pass (IPv4).
    ///
    /// # Errors
    /// What the system says.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::TcpListener;
    ///
    /// let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// listener.set_ttl(3)?;
    /// assert_eq!(listener.ttl()?, 3);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn set_ttl(&self, hops: u32) -> io::Result<()> {
        self.registration.get_ref().set_ttl(hops)
    }

    /// How many routers a packet of an accepted connection may pass (IPv4).
    ///
    /// # Errors
    /// What the system says.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::TcpListener;
    ///
    /// let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// assert!(listener.ttl()? > 0);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn ttl(&self) -> io::Result<u32> {
        self.registration.get_ref().ttl()
    }
}

/// What the driver has accepted, with its peer's address. A connection that is none any more has died meanwhile.
fn accepted(handle: OwnedHandle) -> io::Result<(net::TcpStream, SocketAddr)> {
    let stream = net::TcpStream::from(handle);
    match stream.peer_addr() {
        Ok(peer) => Ok((stream, peer)),
        Err(error) if error.kind() == io::ErrorKind::NotConnected => {
            Err(rustix::io::Errno::CONNABORTED.into())
        }
        Err(error) => Err(error),
    }
}

impl fmt::Debug for TcpListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.registration.get_ref().fmt(f)
    }
}
