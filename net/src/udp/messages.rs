//! Sending and receiving datagrams, as futures that try first and wait if the call would block.

use std::io;
use std::net::SocketAddr;

use reactor::Direction::{Read, Write};

use super::UdpSocket;
use crate::host::ToSocketAddrs;
use crate::resolve::lookup_host;

impl UdpSocket {
    /// Sends one datagram to the peer that this socket is connected to. Returns its length in bytes.
    ///
    /// It is sent when the system has taken it, which says nothing of its arrival. Cancel safe: a call that was
    /// dropped before it was ready has sent nothing.
    ///
    /// # Errors
    /// What the system says: not connected, longer than a datagram can be (65,507 bytes on IPv4), nobody listens
    /// there (see [the type](Self)).
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// let (here, there) = (net::UdpSocket::bind("127.0.0.1:0").await?, net::UdpSocket::bind("127.0.0.1:0").await?);
    /// here.connect(there.local_addr()?).await?;
    /// assert_eq!(here.send(b"hello").await?, 5);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub async fn send(&self, datagram: &[u8]) -> io::Result<usize> {
        self.registration
            .operation(Write, |socket| socket.send(datagram))
            .await
    }

    /// Sends one datagram to the first address of `target`. Returns its length in bytes. Cancel safe, as
    /// [`send`](Self::send). A name is looked up in each call: for a stream of datagrams, do that once.
    ///
    /// # Errors
    /// Those of [`send`](Self::send) and of [`lookup_host`]; there is no way to that address; it is a broadcast address
    /// and [`set_broadcast`](Self::set_broadcast) was not called; or this socket is connected, on systems where it may
    /// not send to others then (macOS, FreeBSD).
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// let socket = net::UdpSocket::bind("127.0.0.1:0").await?;
    /// assert_eq!(socket.send_to(b"to myself", socket.local_addr()?).await?, 9);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub async fn send_to(&self, datagram: &[u8], target: impl ToSocketAddrs) -> io::Result<usize> {
        let mut addresses = lookup_host(target).await?;
        let Some(target) = addresses.next() else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        self.registration
            .operation(Write, |socket| socket.send_to(datagram, target))
            .await
    }

    /// Receives one datagram from the peer that this socket is connected to (or from anybody, if it is not). Returns
    /// its length in bytes, which may be 0.
    ///
    /// What does not fit into `buffer` is lost; Windows says so by an error. Cancel safe: a call that was dropped
    /// before it was ready has taken no datagram.
    ///
    /// # Errors
    /// What the system says: nobody listens at the peer's port (see [the type](Self)).
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # let (here, there) = (net::UdpSocket::bind("127.0.0.1:0").await?, net::UdpSocket::bind("127.0.0.1:0").await?);
    /// # there.send_to(b"hello", here.local_addr()?).await?;
    /// let mut buffer = [0; 1500];
    /// let length = here.recv(&mut buffer).await?;
    /// assert_eq!(&buffer[..length], b"hello");
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub async fn recv(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.registration
            .operation(Read, |socket| socket.recv(buffer))
            .await
    }

    /// Receives one datagram. Returns its length in bytes and where it came from. Otherwise as [`recv`](Self::recv).
    ///
    /// # Errors
    /// Those of [`recv`](Self::recv).
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// let socket = net::UdpSocket::bind("127.0.0.1:0").await?;
    /// socket.send_to(b"echo", socket.local_addr()?).await?;
    /// let (length, from) = socket.recv_from(&mut [0; 1500]).await?;
    /// assert_eq!((length, from), (4, socket.local_addr()?));
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub async fn recv_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        self.registration
            .operation(Read, |socket| socket.recv_from(buffer))
            .await
    }

    /// As [`recv`](Self::recv), but the datagram stays: the next receive has it again.
    ///
    /// # Errors
    /// Those of [`recv`](Self::recv).
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # let socket = net::UdpSocket::bind("127.0.0.1:0").await?;
    /// # socket.send_to(b"echo", socket.local_addr()?).await?;
    /// assert_eq!(socket.peek(&mut [0; 1500]).await?, 4);
    /// assert_eq!(socket.recv(&mut [0; 1500]).await?, 4);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub async fn peek(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.registration
            .operation(Read, |socket| socket.peek(buffer))
            .await
    }

    /// As [`recv_from`](Self::recv_from), but the datagram stays: the next receive has it again.
    ///
    /// # Errors
    /// Those of [`recv`](Self::recv).
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # let socket = net::UdpSocket::bind("127.0.0.1:0").await?;
    /// # socket.send_to(b"echo", socket.local_addr()?).await?;
    /// let (length, from) = socket.peek_from(&mut [0; 1500]).await?;
    /// assert_eq!((length, from), (4, socket.local_addr()?));
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub async fn peek_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        self.registration
            .operation(Read, |socket| socket.peek_from(buffer))
            .await
    }

    /// Waits until a receive would probably not block. Cancel safe.
    ///
    /// # Errors
    /// [`io::ErrorKind::Other`] if the runtime was dropped.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # let socket = net::UdpSocket::bind("127.0.0.1:0").await?;
    /// # socket.send_to(b"echo", socket.local_addr()?).await?;
    /// let mut buffer = [0; 1500];
    /// let length = loop {
    ///     socket.readable().await?;
    ///     match socket.try_recv(&mut buffer) {
    ///         Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
    ///         received => break received?,
    ///     }
    /// };
    /// assert_eq!(&buffer[..length], b"echo");
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub async fn readable(&self) -> io::Result<()> {
        self.registration.ready(Read).await
    }

    /// Waits until a send would probably not block. Cancel safe.
    ///
    /// # Errors
    /// [`io::ErrorKind::Other`] if the runtime was dropped.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UdpSocket;
    ///
    /// let socket = UdpSocket::bind("127.0.0.1:0").await?;
    /// let address = socket.local_addr()?;
    /// socket.writable().await?;
    /// assert_eq!(socket.try_send_to(b"hello", address)?, 5);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub async fn writable(&self) -> io::Result<()> {
        self.registration.ready(Write).await
    }
}
