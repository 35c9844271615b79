//! UDP: what the socket is, how it is made and given back; how it sends and receives stands in the files below.

mod messages;
mod multicast;
mod options;
mod owned;
mod polls;

use std::io;
use std::net::{self, SocketAddr};
use std::panic::Location;

use reactor::{Handle, Registration, Sharing, SourceKind};

use crate::host::ToSocketAddrs;
use crate::os::descriptor;
use crate::resolve::first_of;

/// A UDP socket: sends and receives datagrams, each of them whole or not at all.
///
/// All methods take `&self`, so that several tasks can use one socket, by an `Rc` or by reference; each datagram goes
/// to one of those who receive. *Connected* by [`connect`](Self::connect), it receives from one peer only, and
/// [`send`](Self::send) and [`recv`](Self::recv) need no address; otherwise there are [`send_to`](Self::send_to) and
/// [`recv_from`](Self::recv_from). Dropping it closes it.
///
/// # A peer that does not listen
/// UDP confirms nothing, but the system may hear that nobody listens at the peer's port, and then says so in a later
/// call: a connected socket gives [`io::ErrorKind::ConnectionRefused`] from a send or a receive. On Windows it is
/// [`io::ErrorKind::ConnectionReset`], it comes from receives only, and an unconnected socket gives it too: a server
/// goes on receiving after it.
///
/// # Example
/// ```
/// # net::doctest::run(async {
/// # mod runtime { pub mod net { pub use ::net::*; } }
/// use runtime::net::UdpSocket;
///
/// let server = UdpSocket::bind("127.0.0.1:0").await?;
/// let client = UdpSocket::bind("127.0.0.1:0").await?;
/// client.connect(server.local_addr()?).await?;
/// client.send(b"marco").await?;
///
/// let mut buffer = [0; 64];
/// let (length, from) = server.recv_from(&mut buffer).await?;
/// assert_eq!((&buffer[..length], from), (&b"marco"[..], client.local_addr()?));
/// server.send_to(b"polo", from).await?;
/// assert_eq!(client.recv(&mut buffer).await?, 4);
/// # std::io::Result::Ok(()) }).unwrap();
/// ```
#[derive(Debug)]
pub struct UdpSocket {
    registration: Registration<net::UdpSocket>,
}

descriptor!(UdpSocket);

impl UdpSocket {
    /// Makes a socket and binds it to the first address of a host that is free. Port 0 lets the system choose; see
    /// [`local_addr`](Self::local_addr).
    ///
    /// # Errors
    /// Those of [`lookup_host`](crate::lookup_host); what the system says of the last address, with the address in the
    /// words: [`io::ErrorKind::AddrInUse`], [`io::ErrorKind::AddrNotAvailable`] or [`io::ErrorKind::PermissionDenied`],
    /// for example.
    ///
    /// # Cancel safety
    /// Dropping the future abandons a name's resolution; after that nothing is awaited.
    ///
    /// # Panics
    /// Outside of a runtime.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// let socket = net::UdpSocket::bind("127.0.0.1:0").await?;
    /// assert_ne!(socket.local_addr()?.port(), 0);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn bind(host: impl ToSocketAddrs) -> impl Future<Output = io::Result<UdpSocket>> {
        let caller = Location::caller();
        async move {
            let handle = Handle::current_for("UdpSocket::bind", caller);
            let socket = first_of(host, "binding", net::UdpSocket::bind).await?;
            UdpSocket::register(handle, socket, Sharing::Sole)
        }
    }

    /// Takes over a socket of the standard library, and puts it into non-blocking mode.
    ///
    /// For what this type has no option for: make the socket with another crate, set it up, and hand it over.
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
    /// let socket = std::net::UdpSocket::bind("127.0.0.1:0")?;
    /// let socket = net::UdpSocket::from_std(socket)?;
    /// # drop(socket);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn from_std(socket: net::UdpSocket) -> io::Result<UdpSocket> {
        let handle = Handle::current("UdpSocket::from_std");
        UdpSocket::register(handle, socket, Sharing::Shared)
    }

    fn register(handle: Handle, socket: net::UdpSocket, sharing: Sharing) -> io::Result<UdpSocket> {
        socket.set_nonblocking(true)?;
        let registration = Registration::new(handle, socket, SourceKind::Datagram, sharing)?;
        Ok(UdpSocket { registration })
    }

    /// Gives the socket back as one of the standard library. It is still in non-blocking mode.
    ///
    /// # Errors
    /// If the system would not stop watching it.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// let socket = net::UdpSocket::bind("127.0.0.1:0").await?.into_std()?;
    /// socket.set_nonblocking(false)?;
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn into_std(self) -> io::Result<net::UdpSocket> {
        self.registration.into_inner()
    }

    /// From now on this socket sends to `host` by [`send`](Self::send), and receives from there only: the first of its
    /// addresses that the system can send to.
    ///
    /// Nothing is sent, and nobody has to be there. Connecting again changes the peer.
    ///
    /// # Errors
    /// Those of [`lookup_host`](crate::lookup_host); what the system says of the last address: there is no way to it,
    /// or it is of another family than this socket's.
    ///
    /// # Cancel safety
    /// Dropping the future abandons a name's resolution; after that nothing is awaited.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// let (here, there) = (net::UdpSocket::bind("127.0.0.1:0").await?, net::UdpSocket::bind("127.0.0.1:0").await?);
    /// here.connect(there.local_addr()?).await?;
    /// assert_eq!(here.peer_addr()?, there.local_addr()?);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub async fn connect(&self, host: impl ToSocketAddrs) -> io::Result<()> {
        let socket = self.registration.get_ref();
        first_of(host, "connecting to", |address| socket.connect(address)).await
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
    /// use runtime::net::UdpSocket;
    ///
    /// let socket = UdpSocket::bind("127.0.0.1:0").await?;
    /// assert!(socket.local_addr()?.ip().is_loopback());
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
    /// use runtime::net::UdpSocket;
    ///
    /// let socket = UdpSocket::bind("127.0.0.1:0").await?;
    /// assert_eq!(socket.peer_addr().unwrap_err().kind(), ErrorKind::NotConnected);
    /// socket.connect(socket.local_addr()?).await?;
    /// assert_eq!(socket.peer_addr()?, socket.local_addr()?);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.registration.get_ref().peer_addr()
    }
}
