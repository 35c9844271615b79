//! Sending and receiving datagrams by operations that own their buffer.

use std::io;
use std::net::{self, SocketAddr};

use reactor::owned::{Datagram, Receive, ReceiveFrom, Send, SendTo, Socket, Transfer};
use reactor::{IoBuf, IoBufMut, Room};

use super::UdpSocket;
use crate::os::{receive_datagram, receive_from};

impl Socket for UdpSocket {
    type Io = net::UdpSocket;
}

impl Datagram for UdpSocket {
    type Address = SocketAddr;

    fn receive<'r>(io: &net::UdpSocket, room: Room<'r>) -> io::Result<&'r mut [u8]> {
        receive_datagram(io, room)
    }

    fn receive_from<'r>(
        io: &net::UdpSocket,
        room: Room<'r>,
    ) -> io::Result<(&'r mut [u8], SocketAddr)> {
        receive_from(io, room)
    }

    fn send(io: &net::UdpSocket, bytes: &[u8]) -> io::Result<usize> {
        io.send(bytes)
    }

    fn send_to(io: &net::UdpSocket, bytes: &[u8], target: &SocketAddr) -> io::Result<usize> {
        io.send_to(bytes, target)
    }

    const HAS_INTERNET_ADDRESSES: bool = true;

    fn to_internet(address: &SocketAddr) -> Option<SocketAddr> {
        Some(*address)
    }

    fn from_internet(address: SocketAddr) -> Option<SocketAddr> {
        Some(address)
    }
}

impl UdpSocket {
    /// Receives one datagram into the buffer, from the peer that this socket is connected to (or from anybody, if it is
    /// not). The result is its length in bytes, which may be 0, and the buffer.
    ///
    /// A `Vec` is filled from its start up to its capacity, and has the length of the datagram. What does not fit is
    /// lost; Windows says so by an error.
    ///
    /// # Errors
    /// What the system says: nobody listens at the peer's port (see [the type](Self)). The buffer comes back with it.
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
    /// # let (here, there) = (net::UdpSocket::bind("127.0.0.1:0").await?, net::UdpSocket::bind("127.0.0.1:0").await?);
    /// # there.send_to(b"hello", here.local_addr()?).await?;
    /// let (length, buffer) = here.recv_owned(Vec::with_capacity(1500)).await;
    /// assert_eq!((length?, buffer), (5, b"hello".to_vec()));
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn recv_owned<B: IoBufMut>(&self, buffer: B) -> Transfer<'_, UdpSocket, B, Receive> {
        Transfer::new(&self.registration, buffer, Receive)
    }

    /// As [`recv_owned`](Self::recv_owned); the result also says where the datagram came from.
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
    /// let socket = net::UdpSocket::bind("127.0.0.1:0").await?;
    /// socket.send_to(b"echo", socket.local_addr()?).await?;
    /// let (received, buffer) = socket.recv_from_owned(Box::new([0; 1500])).await;
    /// let (length, from) = received?;
    /// assert_eq!((&buffer[..length], from), (&b"echo"[..], socket.local_addr()?));
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn recv_from_owned<B: IoBufMut>(
        &self,
        buffer: B,
    ) -> Transfer<'_, UdpSocket, B, ReceiveFrom> {
        Transfer::new(&self.registration, buffer, ReceiveFrom)
    }

    /// Sends the buffer as one datagram to the peer that this socket is connected to. The result is its length in
    /// bytes, and the buffer.
    ///
    /// # Errors
    /// What the system says: not connected, longer than a datagram can be (65,507 bytes on IPv4), nobody listens there
    /// (see [the type](Self)). The buffer comes back with it.
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
    /// # let (here, there) = (net::UdpSocket::bind("127.0.0.1:0").await?, net::UdpSocket::bind("127.0.0.1:0").await?);
    /// here.connect(there.local_addr()?).await?;
    /// let (length, _buffer) = here.send_owned(b"hello".to_vec()).await;
    /// assert_eq!(length?, 5);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn send_owned<B: IoBuf>(&self, buffer: B) -> Transfer<'_, UdpSocket, B, Send> {
        Transfer::new(&self.registration, buffer, Send)
    }

    /// Sends the buffer as one datagram to `target`; a name is to be looked up before
    /// ([`lookup_host`](crate::lookup_host)). The result is its length in bytes, and the buffer.
    ///
    /// # Errors
    /// Those of [`send_owned`](Self::send_owned), and those of [`send_to`](Self::send_to) that concern the address.
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
    /// let socket = net::UdpSocket::bind("127.0.0.1:0").await?;
    /// let (length, _) = socket.send_to_owned("to myself", socket.local_addr()?).await;
    /// assert_eq!(length?, 9);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    #[track_caller]
    pub fn send_to_owned<B: IoBuf>(
        &self,
        buffer: B,
        target: SocketAddr,
    ) -> Transfer<'_, UdpSocket, B, SendTo<SocketAddr>> {
        Transfer::new(&self.registration, buffer, SendTo(target))
    }
}
