//! Unix datagrams: what the socket is, how it is made and given back; how it sends and receives stands in a file of its
//! own.

use std::io;
use std::net::Shutdown;
use std::os::unix::net::{self, SocketAddr};
use std::path::Path;

use reactor::{Handle, Registration, Sharing, SourceKind};

use crate::context::while_doing;
use crate::os;

/// A Unix datagram socket: sends and receives messages between processes of one machine, each of them whole.
///
/// Unlike UDP it is reliable: nothing is lost and nothing overtakes, and a sender waits for a receiver whose queue is
/// full (on macOS and the BSDs it gets an error instead). All methods take `&self`, so that several tasks can use one
/// socket. Dropping it closes it; the file at its path stays, and nobody can bind there until it is removed.
///
/// # Example
/// ```
/// # net::doctest::run(async {
/// # mod runtime { pub mod net { pub use ::net::*; } }
/// use runtime::net::UnixDatagram;
///
/// let (here, there) = UnixDatagram::pair()?;
/// here.send(b"hello").await?;
/// let mut buffer = [0; 64];
/// let length = there.recv(&mut buffer).await?;
/// assert_eq!(&buffer[..length], b"hello");
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
#[derive(Debug)]
pub struct UnixDatagram {
    pub(super) registration: Registration<net::UnixDatagram>,
}

os::descriptor!(UnixDatagram);

impl UnixDatagram {
    /// Makes a socket and binds it to `path`, which makes a file there. Others send to it by that path.
    ///
    /// # Errors
    /// What the system says: [`io::ErrorKind::AddrInUse`] if there is a file at that path, even if nobody has it open
    /// any more; [`io::ErrorKind::NotFound`] or [`io::ErrorKind::PermissionDenied`] for its directory;
    /// [`io::ErrorKind::InvalidInput`] if the path is longer than an address can be (about 100 bytes).
    ///
    /// # Panics
    /// Outside of a runtime.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # let path = std::env::temp_dir().join(format!("net-doc-datagram-{}", std::process::id()));
    /// # let _ = std::fs::remove_file(&path);
    /// let server = net::UnixDatagram::bind(&path)?;
    /// let client = net::UnixDatagram::unbound()?;
    /// client.send_to(b"hello", &path).await?;
    /// assert_eq!(server.recv(&mut [0; 64]).await?, 5);
    /// std::fs::remove_file(&path)?;
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn bind(path: impl AsRef<Path>) -> io::Result<UnixDatagram> {
        let handle = Handle::current("UnixDatagram::bind");
        let path = path.as_ref();
        let socket = net::UnixDatagram::bind(path)
            .map_err(|error| while_doing(format_args!("binding {}", path.display()), error))?;
        UnixDatagram::register(handle, socket, Sharing::Sole)
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
    /// use runtime::net::UnixDatagram;
    ///
    /// # let path = std::env::temp_dir().join(format!("net-doc-datagram-addr-{}", std::process::id()));
    /// # let _ = std::fs::remove_file(&path);
    /// let socket = UnixDatagram::bind_addr(&SocketAddr::from_pathname(&path)?)?;
    /// assert_eq!(socket.local_addr()?.as_pathname(), Some(path.as_path()));
    /// std::fs::remove_file(&path)?;
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn bind_addr(address: &SocketAddr) -> io::Result<UnixDatagram> {
        let handle = Handle::current("UnixDatagram::bind_addr");
        UnixDatagram::register(
            handle,
            net::UnixDatagram::bind_addr(address)?,
            Sharing::Sole,
        )
    }

    /// Makes a socket without an address: it can send, and nobody can answer.
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
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UnixDatagram;
    ///
    /// let socket = UnixDatagram::unbound()?;
    /// assert!(socket.local_addr()?.is_unnamed());
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn unbound() -> io::Result<UnixDatagram> {
        let handle = Handle::current("UnixDatagram::unbound");
        UnixDatagram::register(handle, net::UnixDatagram::unbound()?, Sharing::Sole)
    }

    /// Makes two sockets that are connected to each other.
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
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UnixDatagram;
    ///
    /// let (here, there) = UnixDatagram::pair()?;
    /// here.send(b"hello").await?;
    /// assert_eq!(there.recv(&mut [0; 64]).await?, 5);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn pair() -> io::Result<(UnixDatagram, UnixDatagram)> {
        let handle = Handle::current("UnixDatagram::pair");
        let (one, other) = net::UnixDatagram::pair()?;
        let one = UnixDatagram::register(handle.clone(), one, Sharing::Sole)?;
        Ok((one, UnixDatagram::register(handle, other, Sharing::Sole)?))
    }

    /// Takes over a socket of the standard library, and puts it into non-blocking mode.
    ///
    /// # Errors
    /// What the system says if it cannot be made non-blocking or cannot be watched. The socket is closed then.
    ///
    /// # Panics
    /// Outside of a runtime.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UnixDatagram;
    ///
    /// let (here, there) = std::os::unix::net::UnixDatagram::pair()?;
    /// let here = UnixDatagram::from_std(here)?;
    /// there.send(b"hello")?;
    /// assert_eq!(here.recv(&mut [0; 64]).await?, 5);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn from_std(socket: net::UnixDatagram) -> io::Result<UnixDatagram> {
        let handle = Handle::current("UnixDatagram::from_std");
        UnixDatagram::register(handle, socket, Sharing::Shared)
    }

    fn register(
        handle: Handle,
        socket: net::UnixDatagram,
        sharing: Sharing,
    ) -> io::Result<UnixDatagram> {
        socket.set_nonblocking(true)?;
        let registration = Registration::new(handle, socket, SourceKind::Datagram, sharing)?;
        Ok(UnixDatagram { registration })
    }

    /// Gives the socket back as one of the standard library. It is still in non-blocking mode.
    ///
    /// # Errors
    /// If the system would not stop watching it.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UnixDatagram;
    ///
    /// let (here, there) = UnixDatagram::pair()?;
    /// here.send(b"hello").await?;
    ///
    /// let there = there.into_std()?;
    /// there.set_nonblocking(false)?;
    /// assert_eq!(there.recv(&mut [0; 64])?, 5);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn into_std(self) -> io::Result<net::UnixDatagram> {
        self.registration.into_inner()
    }

    /// From now on this socket sends to the one at `path` by [`send`](Self::send), and receives from there only.
    ///
    /// # Errors
    /// What the system says: [`io::ErrorKind::NotFound`] if there is no such file,
    /// [`io::ErrorKind::ConnectionRefused`] if nobody has it open.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UnixDatagram;
    ///
    /// # let path = std::env::temp_dir().join(format!("net-doc-datagram-connect-{}", std::process::id()));
    /// # let _ = std::fs::remove_file(&path);
    /// let server = UnixDatagram::bind(&path)?;
    /// let client = UnixDatagram::unbound()?;
    /// client.connect(&path)?;
    /// client.send(b"hello").await?;
    /// assert_eq!(server.recv(&mut [0; 64]).await?, 5);
    /// std::fs::remove_file(&path)?;
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn connect(&self, path: impl AsRef<Path>) -> io::Result<()> {
        self.registration.get_ref().connect(path)
    }

    /// As [`connect`](Self::connect), by an address.
    ///
    /// # Errors
    /// Those of `connect`.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UnixDatagram;
    ///
    /// # let path = std::env::temp_dir().join(format!("net-doc-datagram-connect-addr-{}", std::process::id()));
    /// # let _ = std::fs::remove_file(&path);
    /// let server = UnixDatagram::bind(&path)?;
    /// let client = UnixDatagram::unbound()?;
    /// client.connect_addr(&server.local_addr()?)?;
    /// client.send(b"hello").await?;
    /// assert_eq!(server.recv(&mut [0; 64]).await?, 5);
    /// std::fs::remove_file(&path)?;
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn connect_addr(&self, address: &SocketAddr) -> io::Result<()> {
        self.registration.get_ref().connect_addr(address)
    }

    /// Shuts down receiving, sending or both, of the socket itself: whoever shares it is concerned, too.
    ///
    /// # Errors
    /// What the system says: [`io::ErrorKind::NotConnected`] if there is no peer.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// use std::io::ErrorKind;
    /// use std::net::Shutdown;
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UnixDatagram;
    ///
    /// let (here, there) = UnixDatagram::pair()?;
    /// here.shutdown(Shutdown::Write)?;
    /// let refused = here.send(b"hello").await.unwrap_err();
    /// assert_eq!(refused.kind(), ErrorKind::BrokenPipe);
    /// # drop(there);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.registration.get_ref().shutdown(how)
    }

    /// The address that this socket is bound to.
    ///
    /// # Errors
    /// What the system says.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UnixDatagram;
    ///
    /// # let path = std::env::temp_dir().join(format!("net-doc-datagram-local-{}", std::process::id()));
    /// # let _ = std::fs::remove_file(&path);
    /// let socket = UnixDatagram::bind(&path)?;
    /// assert_eq!(socket.local_addr()?.as_pathname(), Some(path.as_path()));
    /// std::fs::remove_file(&path)?;
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.registration.get_ref().local_addr()
    }

    /// The address that this socket is connected to.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotConnected`] if there is none.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// use std::io::ErrorKind;
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UnixDatagram;
    ///
    /// let socket = UnixDatagram::unbound()?;
    /// let nobody = socket.peer_addr().unwrap_err();
    /// assert_eq!(nobody.kind(), ErrorKind::NotConnected);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.registration.get_ref().peer_addr()
    }

    /// Takes the error that the system keeps for this socket's next call (`SO_ERROR`), if there is one.
    ///
    /// # Errors
    /// What the system says if it cannot be asked.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UnixDatagram;
    ///
    /// let socket = UnixDatagram::unbound()?;
    /// assert!(socket.take_error()?.is_none());
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        self.registration.get_ref().take_error()
    }
}
