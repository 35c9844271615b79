//! A TCP socket that is neither connected nor listening yet: options come first.

use std::cell::Cell;
use std::io;
use std::net::{self, SocketAddr};
use std::panic::Location;

use reactor::{Handle, Sharing};

use crate::context::while_doing;
use crate::os;
use crate::tcp::connecting::Connecting;
use crate::tcp::{TcpListener, TcpStream};

/// A TCP socket before it connects or listens, for the options that have to be set by then.
///
/// ```
/// # net::doctest::run(async {
/// # mod runtime { pub mod net { pub use ::net::*; } }
/// use runtime::net::TcpSocket;
///
/// let socket = TcpSocket::new_v4()?;
/// socket.set_reuseaddr(true)?;
/// socket.bind("127.0.0.1:0".parse().unwrap())?;
/// let listener = socket.listen(16)?;
///
/// let socket = TcpSocket::new_v4()?;
/// socket.set_recv_buffer_size(64 * 1024)?;
/// socket.bind("127.0.0.1:0".parse().unwrap())?;
/// let client = socket.connect(listener.local_addr()?).await?;
/// # drop(client);
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
#[derive(Debug)]
pub struct TcpSocket {
    /// The standard library's stream stands for any TCP socket: until it is connected, only options are asked of it.
    pub(crate) socket: net::TcpStream,
    sharing: Cell<Sharing>,
}

impl TcpSocket {
    /// A socket for IPv4.
    ///
    /// # Errors
    /// What the system says: no descriptor is left, for example.
    ///
    /// ```
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::TcpSocket;
    ///
    /// let socket = TcpSocket::new_v4()?;
    /// socket.bind("127.0.0.1:0".parse().unwrap())?;
    /// assert!(socket.local_addr()?.is_ipv4());
    /// # std::io::Result::Ok(())
    /// ```
    pub fn new_v4() -> io::Result<TcpSocket> {
        TcpSocket::open(&SocketAddr::from(([0; 4], 0)))
    }

    /// A socket for IPv6.
    ///
    /// # Errors
    /// What the system says: it has no IPv6, for example.
    ///
    /// ```
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::TcpSocket;
    ///
    /// if let Ok(socket) = TcpSocket::new_v6() {
    ///     assert!(!socket.nodelay()?);
    /// }
    /// # std::io::Result::Ok(())
    /// ```
    pub fn new_v6() -> io::Result<TcpSocket> {
        TcpSocket::open(&SocketAddr::from(([0; 16], 0)))
    }

    /// A socket for the family of this address.
    pub(crate) fn open(address: &SocketAddr) -> io::Result<TcpSocket> {
        Ok(TcpSocket {
            socket: os::open_stream(address)?,
            sharing: Cell::new(Sharing::Sole),
        })
    }

    /// Takes a socket of the standard library, which has a type only for one that is connected, and sets it to
    /// non-blocking mode.
    ///
    /// # Errors
    /// What the system says when the mode is set.
    ///
    /// ```
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::TcpSocket;
    ///
    /// let socket = TcpSocket::new_v4()?.into_std(); // Or from a crate that makes sockets.
    /// let socket = TcpSocket::from_std(socket)?;
    /// socket.bind("127.0.0.1:0".parse().unwrap())?;
    /// assert_ne!(socket.local_addr()?.port(), 0);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn from_std(socket: net::TcpStream) -> io::Result<TcpSocket> {
        socket.set_nonblocking(true)?;
        let sharing = Cell::new(Sharing::Shared);
        Ok(TcpSocket { socket, sharing })
    }

    /// Gives the socket as the standard library's stream, which is what there is for it; it is in non-blocking mode.
    ///
    /// ```
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::TcpSocket;
    ///
    /// let socket: std::net::TcpStream = TcpSocket::new_v4()?.into_std();
    /// assert!(socket.peer_addr().is_err(), "it is not connected yet");
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn into_std(self) -> net::TcpStream {
        self.socket
    }

    /// The socket, for somebody who may duplicate its descriptor.
    pub(crate) fn seen(&self) -> &net::TcpStream {
        self.sharing.set(Sharing::Shared);
        &self.socket
    }

    /// Gives the socket an address of ours. Port 0 asks the system for a free port.
    ///
    /// # Errors
    /// What the system says, with the address in the words: [`AddrInUse`](io::ErrorKind::AddrInUse),
    /// [`AddrNotAvailable`](io::ErrorKind::AddrNotAvailable).
    ///
    /// ```
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::TcpSocket;
    ///
    /// let socket = TcpSocket::new_v4()?;
    /// socket.bind("127.0.0.1:0".parse().unwrap())?;
    /// assert_ne!(socket.local_addr()?.port(), 0, "the system has chosen one");
    /// # std::io::Result::Ok(())
    /// ```
    pub fn bind(&self, address: SocketAddr) -> io::Result<()> {
        self.bind_plainly(address)
            .map_err(|error| while_doing(format_args!("binding {address}"), error))
    }

    pub(crate) fn bind_plainly(&self, address: SocketAddr) -> io::Result<()> {
        Ok(rustix::net::bind(&self.socket, &address)?)
    }

    /// Connects to an address.
    ///
    /// # Errors
    /// What the system says, with the address in the words; see [`TcpStream::connect`].
    ///
    /// # Cancel safety
    /// Dropping the future closes the socket.
    ///
    /// # Panics
    /// If it is polled outside of a runtime.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::TcpSocket;
    ///
    /// # let listener = net::TcpListener::bind("127.0.0.1:0").await?;
    /// let stream = TcpSocket::new_v4()?.connect(listener.local_addr()?).await?;
    /// assert_eq!(stream.peer_addr()?, listener.local_addr()?);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn connect(self, address: SocketAddr) -> impl Future<Output = io::Result<TcpStream>> {
        let caller = Location::caller();
        async move {
            let handle = Handle::current_for("TcpSocket::connect", caller);
            Connecting::begin_on(&handle, self.socket, address, self.sharing.get())?.await
        }
    }

    /// Listens. At most `backlog` connections wait until they are accepted; the system may lower that.
    ///
    /// # Errors
    /// What the system says.
    ///
    /// # Panics
    /// If it is called outside of a runtime.
    ///
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::{TcpSocket, TcpStream};
    ///
    /// let socket = TcpSocket::new_v4()?;
    /// socket.bind("127.0.0.1:0".parse().unwrap())?;
    /// let listener = socket.listen(16)?;
    /// let client = TcpStream::connect(listener.local_addr()?).await?;
    /// assert_eq!(listener.accept().await?.1, client.local_addr()?);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn listen(self, backlog: u32) -> io::Result<TcpListener> {
        let handle = Handle::current("TcpSocket::listen");
        self.listen_with(handle, backlog)
    }

    pub(crate) fn listen_with(self, handle: Handle, backlog: u32) -> io::Result<TcpListener> {
        let backlog = i32::try_from(backlog).unwrap_or(i32::MAX);
        rustix::net::listen(&self.socket, backlog)?;
        let listener = os::into_listener(self.socket);
        TcpListener::register(handle, listener, self.sharing.get())
    }

    /// Where the socket is bound.
    ///
    /// # Errors
    /// What the system says. On Windows a socket that is not bound yet has no address.
    ///
    /// ```
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::TcpSocket;
    ///
    /// let socket = TcpSocket::new_v4()?;
    /// socket.bind("127.0.0.1:0".parse().unwrap())?;
    /// assert!(socket.local_addr()?.ip().is_loopback());
    /// # std::io::Result::Ok(())
    /// ```
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }
}
