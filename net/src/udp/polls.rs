//! The same calls for those who write futures by hand (`poll_…`), and for those who do not wait (`try_…`).

use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll};

use reactor::Direction::{Read, Write};

use super::UdpSocket;

impl UdpSocket {
    /// As [`send`](Self::send), for futures written by hand. Any number of tasks may poll; all of them are woken.
    ///
    /// # Errors
    /// Those of [`send`](Self::send).
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// use std::future::poll_fn;
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UdpSocket;
    ///
    /// let socket = UdpSocket::bind("127.0.0.1:0").await?;
    /// socket.connect(socket.local_addr()?).await?;
    /// let length = poll_fn(|cx| socket.poll_send(cx, b"hello")).await?;
    /// assert_eq!(length, 5);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn poll_send(&self, cx: &mut Context<'_>, datagram: &[u8]) -> Poll<io::Result<usize>> {
        self.registration
            .poll_io(cx, Write, |socket| socket.send(datagram))
    }

    /// As [`send_to`](Self::send_to), for futures written by hand. Any number of tasks may poll; all of them are
    /// woken.
    ///
    /// # Errors
    /// Those of [`send_to`](Self::send_to).
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// use std::future::poll_fn;
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UdpSocket;
    ///
    /// let socket = UdpSocket::bind("127.0.0.1:0").await?;
    /// let address = socket.local_addr()?;
    /// let length = poll_fn(|cx| socket.poll_send_to(cx, b"hello", address)).await?;
    /// assert_eq!(length, 5);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn poll_send_to(
        &self,
        cx: &mut Context<'_>,
        datagram: &[u8],
        target: SocketAddr,
    ) -> Poll<io::Result<usize>> {
        self.registration
            .poll_io(cx, Write, |socket| socket.send_to(datagram, target))
    }

    /// As [`recv`](Self::recv), for futures written by hand. Any number of tasks may poll; all of them are woken.
    ///
    /// # Errors
    /// Those of [`recv`](Self::recv).
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// use std::future::poll_fn;
    ///
    /// let socket = net::UdpSocket::bind("127.0.0.1:0").await?;
    /// socket.send_to(b"echo", socket.local_addr()?).await?;
    /// let mut buffer = [0; 1500];
    /// let length = poll_fn(|cx| socket.poll_recv(cx, &mut buffer)).await?;
    /// assert_eq!(&buffer[..length], b"echo");
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn poll_recv(&self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        self.registration
            .poll_io(cx, Read, |socket| socket.recv(buffer))
    }

    /// As [`recv_from`](Self::recv_from), for futures written by hand. Any number of tasks may poll; all of them are
    /// woken.
    ///
    /// # Errors
    /// Those of [`recv_from`](Self::recv_from).
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// use std::future::poll_fn;
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UdpSocket;
    ///
    /// let socket = UdpSocket::bind("127.0.0.1:0").await?;
    /// socket.send_to(b"echo", socket.local_addr()?).await?;
    /// let mut buffer = [0; 1500];
    /// let (length, from) = poll_fn(|cx| socket.poll_recv_from(cx, &mut buffer)).await?;
    /// assert_eq!((length, from), (4, socket.local_addr()?));
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn poll_recv_from(
        &self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<(usize, SocketAddr)>> {
        self.registration
            .poll_io(cx, Read, |socket| socket.recv_from(buffer))
    }

    /// As [`send`](Self::send), but it does not wait.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] if it would have to; those of [`send`](Self::send).
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UdpSocket;
    ///
    /// let socket = UdpSocket::bind("127.0.0.1:0").await?;
    /// socket.connect(socket.local_addr()?).await?;
    /// socket.writable().await?;
    /// assert_eq!(socket.try_send(b"hello")?, 5);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn try_send(&self, datagram: &[u8]) -> io::Result<usize> {
        self.registration
            .try_io(Write, |socket| socket.send(datagram))
    }

    /// As [`send_to`](Self::send_to), but it does not wait.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] if it would have to; those of [`send_to`](Self::send_to).
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
    pub fn try_send_to(&self, datagram: &[u8], target: SocketAddr) -> io::Result<usize> {
        self.registration
            .try_io(Write, |socket| socket.send_to(datagram, target))
    }

    /// As [`recv`](Self::recv), but it does not wait. A socket that is known to be empty is not even asked: after a
    /// `WouldBlock`, let the task wait for [`readable`](Self::readable).
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] if nothing has come; those of [`recv`](Self::recv).
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// let socket = net::UdpSocket::bind("127.0.0.1:0").await?;
    /// let nothing = socket.try_recv(&mut [0; 1500]);
    /// assert_eq!(nothing.unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn try_recv(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.registration.try_io(Read, |socket| socket.recv(buffer))
    }

    /// As [`recv_from`](Self::recv_from), but it does not wait; see [`try_recv`](Self::try_recv).
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] if nothing has come; those of [`recv_from`](Self::recv_from).
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UdpSocket;
    ///
    /// let socket = UdpSocket::bind("127.0.0.1:0").await?;
    /// let mut buffer = [0; 1500];
    /// let nothing = socket.try_recv_from(&mut buffer).unwrap_err();
    /// assert_eq!(nothing.kind(), std::io::ErrorKind::WouldBlock);
    ///
    /// socket.send_to(b"echo", socket.local_addr()?).await?;
    /// socket.readable().await?;
    /// assert_eq!(socket.try_recv_from(&mut buffer)?, (4, socket.local_addr()?));
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn try_recv_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        self.registration
            .try_io(Read, |socket| socket.recv_from(buffer))
    }
}
