//! Accepting Unix streams at a path; when a refusal lets the listener pause is not decided here.

use std::fmt;
use std::io;
use std::os::unix::net::{self, SocketAddr};
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use reactor::{Handle, OwnedHandle, Registration, Sharing, SourceKind};

use super::stream::UnixStream;
use crate::accept::Accept;
use crate::backoff::Backoff;
use crate::context::while_doing;
use crate::os;

/// A Unix socket that takes connections at a path.
///
/// Any number of tasks may accept; each connection goes to one of them. Dropping the listener closes it; the file at
/// the path stays, and nobody can bind there until it is removed.
///
/// # Out of descriptors
/// When the process or the system has none left, [`accept`](Self::accept) gives an error that says so, and the next
/// accept waits before it tries: 5 ms, then twice as long after each further refusal, up to a second. So a server may
/// note the error and go on. A connection that was broken off before it was accepted is passed over.
///
/// # Example
/// ```
/// # net::doctest::run(async {
/// # mod runtime { pub mod net { pub use ::net::*; } }
/// use runtime::net::{UnixListener, UnixStream};
///
/// # let path = std::env::temp_dir().join(format!("net-doc-listener-{}", std::process::id()));
/// # let _ = std::fs::remove_file(&path);
/// let listener = UnixListener::bind(&path)?;
/// let client = UnixStream::connect(&path).await?;
/// let (server, _) = listener.accept().await?;
/// # drop((client, server));
/// std::fs::remove_file(&path)?;
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
#[derive(Debug)]
pub struct UnixListener {
    registration: Registration<net::UnixListener>,
    backoff: Backoff,
}

os::descriptor!(UnixListener);

/// What one successful try gives.
type Accepted = (net::UnixStream, SocketAddr);

/// One try.
fn accept(listener: &net::UnixListener) -> io::Result<Accepted> {
    let (stream, address) = listener.accept()?;
    stream.set_nonblocking(true)?;
    Ok((stream, address))
}

/// What the driver has accepted.
fn accepted(handle: OwnedHandle) -> io::Result<Accepted> {
    let stream = net::UnixStream::from(handle);
    let address = stream.peer_addr()?;
    Ok((stream, address))
}

impl UnixListener {
    /// Makes a socket, binds it to `path`, which makes a file there, and listens.
    ///
    /// # Errors
    /// What the system says: [`io::ErrorKind::AddrInUse`] if there is a file at that path, even if nobody listens there
    /// any more; [`io::ErrorKind::NotFound`] or [`io::ErrorKind::PermissionDenied`] for its directory;
    /// [`io::ErrorKind::InvalidInput`] if the path is longer than an address can be (about 100 bytes).
    ///
    /// # Panics
    /// Outside of a runtime.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// use std::io::ErrorKind;
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UnixListener;
    ///
    /// # let path = std::env::temp_dir().join(format!("net-doc-bind-{}", std::process::id()));
    /// # let _ = std::fs::remove_file(&path);
    /// let listener = UnixListener::bind(&path)?;
    /// let taken = UnixListener::bind(&path).unwrap_err();
    /// assert_eq!(taken.kind(), ErrorKind::AddrInUse);
    /// std::fs::remove_file(&path)?;
    /// # drop(listener);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn bind(path: impl AsRef<Path>) -> io::Result<UnixListener> {
        let handle = Handle::current("UnixListener::bind");
        let path = path.as_ref();
        let listener = net::UnixListener::bind(path)
            .map_err(|error| while_doing(format_args!("listening at {}", path.display()), error))?;
        UnixListener::register(handle, listener, Sharing::Sole)
    }

    /// As [`bind`](Self::bind), by an address: on Linux it may be an abstract one, which is no file.
    ///
    /// # Errors
    /// Those of `bind`.
    ///
    /// # Panics
    /// Outside of a runtime.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// use std::os::unix::net::SocketAddr;
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UnixListener;
    ///
    /// # let path = std::env::temp_dir().join(format!("net-doc-bind-addr-{}", std::process::id()));
    /// # let _ = std::fs::remove_file(&path);
    /// let listener = UnixListener::bind_addr(&SocketAddr::from_pathname(&path)?)?;
    /// assert_eq!(listener.local_addr()?.as_pathname(), Some(path.as_path()));
    /// std::fs::remove_file(&path)?;
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn bind_addr(address: &SocketAddr) -> io::Result<UnixListener> {
        let handle = Handle::current("UnixListener::bind_addr");
        UnixListener::register(
            handle,
            net::UnixListener::bind_addr(address)?,
            Sharing::Sole,
        )
    }

    /// Takes over a listener of the standard library, and puts it into non-blocking mode.
    ///
    /// # Errors
    /// What the system says if it cannot be made non-blocking or cannot be watched. The listener is closed then.
    ///
    /// # Panics
    /// Outside of a runtime.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::{UnixListener, UnixStream};
    ///
    /// # let path = std::env::temp_dir().join(format!("net-doc-from-std-{}", std::process::id()));
    /// # let _ = std::fs::remove_file(&path);
    /// let listener = std::os::unix::net::UnixListener::bind(&path)?;
    /// let listener = UnixListener::from_std(listener)?;
    /// let client = UnixStream::connect(&path).await?;
    /// let (server, _) = listener.accept().await?;
    /// assert_eq!(client.try_write(b"hello")?, 5);
    /// std::fs::remove_file(&path)?;
    /// # drop(server);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn from_std(listener: net::UnixListener) -> io::Result<UnixListener> {
        let handle = Handle::current("UnixListener::from_std");
        UnixListener::register(handle, listener, Sharing::Shared)
    }

    fn register(
        handle: Handle,
        listener: net::UnixListener,
        sharing: Sharing,
    ) -> io::Result<UnixListener> {
        listener.set_nonblocking(true)?;
        let registration = Registration::new(handle, listener, SourceKind::Listener, sharing)?;
        Ok(UnixListener {
            registration,
            backoff: Backoff::default(),
        })
    }

    /// Gives the listener back as one of the standard library. It is still in non-blocking mode.
    ///
    /// # Errors
    /// If the system would not stop watching it.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::{UnixListener, UnixStream};
    ///
    /// # let path = std::env::temp_dir().join(format!("net-doc-into-std-{}", std::process::id()));
    /// # let _ = std::fs::remove_file(&path);
    /// let listener = UnixListener::bind(&path)?.into_std()?;
    /// listener.set_nonblocking(false)?;
    /// let client = UnixStream::connect(&path).await?;
    /// let (server, peer) = listener.accept()?;
    /// assert!(peer.is_unnamed());
    /// std::fs::remove_file(&path)?;
    /// # drop((client, server));
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn into_std(self) -> io::Result<net::UnixListener> {
        self.registration.into_inner()
    }

    /// Takes the next connection. Returns it and the peer's address, which is unnamed, mostly.
    ///
    /// Cancel safe: a call that was dropped has taken no connection.
    ///
    /// # Errors
    /// What the system says. When no descriptor is left, see [the type](Self): the next call waits before it tries.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::{UnixListener, UnixStream};
    ///
    /// # let path = std::env::temp_dir().join(format!("net-doc-accept-{}", std::process::id()));
    /// # let _ = std::fs::remove_file(&path);
    /// let listener = UnixListener::bind(&path)?;
    /// let client = UnixStream::connect(&path).await?;
    /// let (server, _) = listener.accept().await?;
    /// client.try_write(b"hello")?;
    /// assert_eq!(server.try_read(&mut [0; 8])?, 5);
    /// std::fs::remove_file(&path)?;
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub async fn accept(&self) -> io::Result<(UnixStream, SocketAddr)> {
        let (stream, address) = self.accepting().await?;
        Ok((self.register_accepted(stream)?, address))
    }

    /// The connections as they come: a stream that never ends. Each item is what [`accept`](Self::accept) gives, but
    /// for the address.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } pub use futures_lite::stream; }
    /// use runtime::net::{UnixListener, UnixStream};
    /// use runtime::stream::StreamExt;
    ///
    /// # let path = std::env::temp_dir().join(format!("net-doc-incoming-{}", std::process::id()));
    /// # let _ = std::fs::remove_file(&path);
    /// let listener = UnixListener::bind(&path)?;
    /// let client = UnixStream::connect(&path).await?;
    /// let server = listener.incoming().next().await.expect("it never ends")?;
    /// client.try_write(b"hello")?;
    /// assert_eq!(server.try_read(&mut [0; 8])?, 5);
    /// std::fs::remove_file(&path)?;
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn incoming(&self) -> Incoming<'_> {
        Incoming {
            listener: self,
            accept: self.accepting(),
        }
    }

    fn accepting(&self) -> Accept<'_, net::UnixListener, Accepted> {
        Accept::new(&self.registration, &self.backoff, accept, accepted)
    }

    fn register_accepted(&self, stream: net::UnixStream) -> io::Result<UnixStream> {
        let handle = self.registration.handle().clone();
        UnixStream::register(handle, stream, Sharing::Sole)
    }

    /// The address that this listener is bound to.
    ///
    /// # Errors
    /// What the system says.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UnixListener;
    ///
    /// # let path = std::env::temp_dir().join(format!("net-doc-listener-local-{}", std::process::id()));
    /// # let _ = std::fs::remove_file(&path);
    /// let listener = UnixListener::bind(&path)?;
    /// assert_eq!(listener.local_addr()?.as_pathname(), Some(path.as_path()));
    /// std::fs::remove_file(&path)?;
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.registration.get_ref().local_addr()
    }

    /// Takes the error that the system keeps for this listener's next call (`SO_ERROR`), if there is one.
    ///
    /// # Errors
    /// What the system says if it cannot be asked.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UnixListener;
    ///
    /// # let path = std::env::temp_dir().join(format!("net-doc-listener-error-{}", std::process::id()));
    /// # let _ = std::fs::remove_file(&path);
    /// let listener = UnixListener::bind(&path)?;
    /// assert!(listener.take_error()?.is_none());
    /// std::fs::remove_file(&path)?;
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        self.registration.get_ref().take_error()
    }
}

/// The connections of a listener: see [`UnixListener::incoming`]. Dropping it loses none.
///
/// # Example
/// ```
/// # net::doctest::run(async {
/// # mod runtime { pub mod net { pub use ::net::*; } pub use futures_lite::stream; }
/// use runtime::net::{UnixListener, UnixStream};
/// use runtime::stream::StreamExt;
///
/// # let path = std::env::temp_dir().join(format!("net-doc-incoming-type-{}", std::process::id()));
/// # let _ = std::fs::remove_file(&path);
/// let listener = UnixListener::bind(&path)?;
/// let client = UnixStream::connect(&path).await?;
/// let connections: Vec<_> = listener.incoming().take(1).collect().await;
/// assert!(connections[0].is_ok());
/// std::fs::remove_file(&path)?;
/// # drop(client);
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
#[must_use = "streams do nothing unless polled"]
pub struct Incoming<'a> {
    listener: &'a UnixListener,
    accept: Accept<'a, net::UnixListener, Accepted>,
}

impl Stream for Incoming<'_> {
    type Item = io::Result<UnixStream>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let accepted = ready!(Future::poll(Pin::new(&mut self.accept), cx));
        let stream = accepted.and_then(|(stream, _)| self.listener.register_accepted(stream));
        Poll::Ready(Some(stream))
    }
}

impl fmt::Debug for Incoming<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Incoming")
            .field("listener", &self.listener)
            .finish_non_exhaustive()
    }
}
