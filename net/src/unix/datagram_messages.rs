//! Sending and receiving Unix datagrams, to a connected peer by readiness, to anybody else by trying again.
//!
//! The system's readiness to write speaks of the connected peer. Of another receiver whose queue is full it says
//! nothing: the socket is reported as writable, or not reported at all, while the send would block. So a
//! [`send_to`](UnixDatagram::send_to) neither believes that readiness nor changes what is believed of it; it pauses and
//! tries again.

use std::future::poll_fn;
use std::io;
use std::os::unix::net::{self, SocketAddr};
use std::path::Path;
use std::task::{Context, Poll};

use reactor::Direction::{Read, Write};
use reactor::budget;

use super::datagram::UnixDatagram;
use super::pauses::Pauses;

impl UnixDatagram {
    /// Sends one datagram to the connected peer, waiting while the peer's queue is full. Returns its length in bytes.
    ///
    /// Cancel safe: a call that was dropped before it was ready has sent nothing.
    ///
    /// # Errors
    /// What the system says: not connected, longer than the system allows, the peer has gone.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UnixDatagram;
    ///
    /// let (here, there) = UnixDatagram::pair()?;
    /// assert_eq!(here.send(b"hello").await?, 5);
    /// # drop(there);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub async fn send(&self, datagram: &[u8]) -> io::Result<usize> {
        self.registration
            .operation(Write, |socket| socket.send(datagram))
            .await
    }

    /// Sends one datagram to the socket at `path`. Returns its length in bytes.
    ///
    /// While the receiver's queue is full, Linux has no event to wait for, so the call tries again after pauses of
    /// 100 µs to 50 ms; [`connect`](Self::connect) to a receiver that is often full. Cancel safe, as
    /// [`send`](Self::send).
    ///
    /// # Errors
    /// What the system says: [`io::ErrorKind::NotFound`] if there is no such file,
    /// [`io::ErrorKind::ConnectionRefused`] if nobody has it open, or the datagram is longer than the system allows.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UnixDatagram;
    ///
    /// # let path = std::env::temp_dir().join(format!("net-doc-send-to-{}", std::process::id()));
    /// # let _ = std::fs::remove_file(&path);
    /// let server = UnixDatagram::bind(&path)?;
    /// let client = UnixDatagram::unbound()?;
    /// assert_eq!(client.send_to(b"hello", &path).await?, 5);
    /// std::fs::remove_file(&path)?;
    /// # drop(server);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub async fn send_to(&self, datagram: &[u8], path: impl AsRef<Path>) -> io::Result<usize> {
        let path = path.as_ref();
        self.send_between_pauses(|socket| socket.send_to(datagram, path))
            .await
    }

    /// As [`send_to`](Self::send_to), by an address, such as [`recv_from`](Self::recv_from) gives.
    ///
    /// # Errors
    /// Those of `send_to`.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UnixDatagram;
    ///
    /// # let path = std::env::temp_dir().join(format!("net-doc-send-to-addr-{}", std::process::id()));
    /// # let _ = std::fs::remove_file(&path);
    /// let socket = UnixDatagram::bind(&path)?;
    /// socket.send_to(b"to myself", &path).await?;
    /// let (_, from) = socket.recv_from(&mut [0; 64]).await?;
    /// assert_eq!(socket.send_to_addr(b"again", &from).await?, 5);
    /// std::fs::remove_file(&path)?;
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub async fn send_to_addr(&self, datagram: &[u8], address: &SocketAddr) -> io::Result<usize> {
        self.send_between_pauses(|socket| socket.send_to_addr(datagram, address))
            .await
    }

    async fn send_between_pauses(
        &self,
        mut send: impl FnMut(&net::UnixDatagram) -> io::Result<usize>,
    ) -> io::Result<usize> {
        let mut pauses = Pauses::new();
        loop {
            poll_fn(budget::poll_spend).await;
            match send(self.registration.get_ref()) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    pauses.pause(self.registration.handle()).await?;
                }
                result => return result,
            }
        }
    }

    /// Receives one datagram. Returns its length in bytes, which may be 0; what does not fit into `buffer` is lost.
    ///
    /// Cancel safe: a call that was dropped before it was ready has taken no datagram.
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
    /// let (here, there) = UnixDatagram::pair()?;
    /// there.send(b"hello").await?;
    /// let mut buffer = [0; 64];
    /// let length = here.recv(&mut buffer).await?;
    /// assert_eq!(&buffer[..length], b"hello");
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub async fn recv(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.registration
            .operation(Read, |socket| socket.recv(buffer))
            .await
    }

    /// As [`recv`](Self::recv); returns also where it came from, which is unnamed if the sender is not bound.
    ///
    /// # Errors
    /// Those of `recv`.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UnixDatagram;
    ///
    /// # let path = std::env::temp_dir().join(format!("net-doc-recv-from-{}", std::process::id()));
    /// # let _ = std::fs::remove_file(&path);
    /// let socket = UnixDatagram::bind(&path)?;
    /// socket.send_to(b"to myself", &path).await?;
    /// let (length, from) = socket.recv_from(&mut [0; 64]).await?;
    /// assert_eq!((length, from.as_pathname()), (9, Some(path.as_path())));
    /// std::fs::remove_file(&path)?;
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub async fn recv_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        self.registration
            .operation(Read, |socket| socket.recv_from(buffer))
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
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UnixDatagram;
    ///
    /// let (here, there) = UnixDatagram::pair()?;
    /// there.send(b"hello").await?;
    /// here.readable().await?;
    /// assert_eq!(here.try_recv(&mut [0; 64])?, 5);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub async fn readable(&self) -> io::Result<()> {
        self.registration.ready(Read).await
    }

    /// Waits until a send to the connected peer would probably not block. Cancel safe.
    ///
    /// # Errors
    /// [`io::ErrorKind::Other`] if the runtime was dropped.
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UnixDatagram;
    ///
    /// let (here, there) = UnixDatagram::pair()?;
    /// here.writable().await?;
    /// assert_eq!(here.try_send(b"hello")?, 5);
    /// # drop(there);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub async fn writable(&self) -> io::Result<()> {
        self.registration.ready(Write).await
    }

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
    /// use runtime::net::UnixDatagram;
    ///
    /// let (here, there) = UnixDatagram::pair()?;
    /// assert_eq!(poll_fn(|cx| here.poll_send(cx, b"hello")).await?, 5);
    /// # drop(there);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn poll_send(&self, cx: &mut Context<'_>, datagram: &[u8]) -> Poll<io::Result<usize>> {
        self.registration
            .poll_io(cx, Write, |socket| socket.send(datagram))
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
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UnixDatagram;
    ///
    /// let (here, there) = UnixDatagram::pair()?;
    /// there.send(b"hello").await?;
    /// let mut buffer = [0; 64];
    /// let length = poll_fn(|cx| here.poll_recv(cx, &mut buffer)).await?;
    /// assert_eq!(&buffer[..length], b"hello");
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
    /// use runtime::net::UnixDatagram;
    ///
    /// let (here, there) = UnixDatagram::pair()?;
    /// there.send(b"hello").await?;
    /// let mut buffer = [0; 64];
    /// let (length, from) = poll_fn(|cx| here.poll_recv_from(cx, &mut buffer)).await?;
    /// assert!(length == 5 && from.is_unnamed());
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
    /// use runtime::net::UnixDatagram;
    ///
    /// let (here, there) = UnixDatagram::pair()?;
    /// assert_eq!(here.try_send(b"hello")?, 5);
    /// # drop(there);
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
    /// use runtime::net::UnixDatagram;
    ///
    /// # let path = std::env::temp_dir().join(format!("net-doc-try-send-to-{}", std::process::id()));
    /// # let _ = std::fs::remove_file(&path);
    /// let server = UnixDatagram::bind(&path)?;
    /// let client = UnixDatagram::unbound()?;
    /// assert_eq!(client.try_send_to(b"hello", &path)?, 5);
    /// std::fs::remove_file(&path)?;
    /// # drop(server);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn try_send_to(&self, datagram: &[u8], path: impl AsRef<Path>) -> io::Result<usize> {
        self.registration.get_ref().send_to(datagram, path)
    }

    /// As [`recv`](Self::recv), but it does not wait.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] if nothing has come; those of [`recv`](Self::recv).
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// use std::io::ErrorKind;
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UnixDatagram;
    ///
    /// let (here, there) = UnixDatagram::pair()?;
    /// let nothing = here.try_recv(&mut [0; 64]).unwrap_err();
    /// assert_eq!(nothing.kind(), ErrorKind::WouldBlock);
    ///
    /// there.send(b"hello").await?;
    /// here.readable().await?;
    /// assert_eq!(here.try_recv(&mut [0; 64])?, 5);
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn try_recv(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.registration.try_io(Read, |socket| socket.recv(buffer))
    }

    /// As [`recv_from`](Self::recv_from), but it does not wait.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] if nothing has come; those of [`recv_from`](Self::recv_from).
    ///
    /// # Example
    /// ```
    /// # net::doctest::run(async {
    /// # mod runtime { pub mod net { pub use ::net::*; } }
    /// use runtime::net::UnixDatagram;
    ///
    /// let (here, there) = UnixDatagram::pair()?;
    /// there.send(b"hello").await?;
    /// let (length, from) = here.try_recv_from(&mut [0; 64])?;
    /// assert!(length == 5 && from.is_unnamed());
    /// # std::io::Result::Ok(()) }).unwrap();
    /// ```
    pub fn try_recv_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        self.registration
            .try_io(Read, |socket| socket.recv_from(buffer))
    }
}
