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
    pub async fn send_to(&self, datagram: &[u8], path: impl AsRef<Path>) -> io::Result<usize> {
        let path = path.as_ref();
        self.send_between_pauses(|socket| socket.send_to(datagram, path))
            .await
    }

    /// As [`send_to`](Self::send_to), by an address, such as [`recv_from`](Self::recv_from) gives.
    ///
    /// # Errors
    /// Those of `send_to`.
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
    pub async fn recv(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.registration
            .operation(Read, |socket| socket.recv(buffer))
            .await
    }

    /// As [`recv`](Self::recv); returns also where it came from, which is unnamed if the sender is not bound.
    ///
    /// # Errors
    /// Those of `recv`.
    pub async fn recv_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        self.registration
            .operation(Read, |socket| socket.recv_from(buffer))
            .await
    }

    /// Waits until a receive would probably not block. Cancel safe.
    ///
    /// # Errors
    /// [`io::ErrorKind::Other`] if the runtime was dropped.
    pub async fn readable(&self) -> io::Result<()> {
        self.registration.ready(Read).await
    }

    /// Waits until a send to the connected peer would probably not block. Cancel safe.
    ///
    /// # Errors
    /// [`io::ErrorKind::Other`] if the runtime was dropped.
    pub async fn writable(&self) -> io::Result<()> {
        self.registration.ready(Write).await
    }

    /// As [`send`](Self::send), for futures written by hand. Any number of tasks may poll; all of them are woken.
    ///
    /// # Errors
    /// Those of [`send`](Self::send).
    pub fn poll_send(&self, cx: &mut Context<'_>, datagram: &[u8]) -> Poll<io::Result<usize>> {
        self.registration
            .poll_io(cx, Write, |socket| socket.send(datagram))
    }

    /// As [`recv`](Self::recv), for futures written by hand. Any number of tasks may poll; all of them are woken.
    ///
    /// # Errors
    /// Those of [`recv`](Self::recv).
    pub fn poll_recv(&self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        self.registration
            .poll_io(cx, Read, |socket| socket.recv(buffer))
    }

    /// As [`recv_from`](Self::recv_from), for futures written by hand. Any number of tasks may poll; all of them are
    /// woken.
    ///
    /// # Errors
    /// Those of [`recv_from`](Self::recv_from).
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
    pub fn try_send(&self, datagram: &[u8]) -> io::Result<usize> {
        self.registration
            .try_io(Write, |socket| socket.send(datagram))
    }

    /// As [`send_to`](Self::send_to), but it does not wait.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] if it would have to; those of [`send_to`](Self::send_to).
    pub fn try_send_to(&self, datagram: &[u8], path: impl AsRef<Path>) -> io::Result<usize> {
        self.registration.get_ref().send_to(datagram, path)
    }

    /// As [`recv`](Self::recv), but it does not wait.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] if nothing has come; those of [`recv`](Self::recv).
    pub fn try_recv(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.registration.try_io(Read, |socket| socket.recv(buffer))
    }

    /// As [`recv_from`](Self::recv_from), but it does not wait.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] if nothing has come; those of [`recv_from`](Self::recv_from).
    pub fn try_recv_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        self.registration
            .try_io(Read, |socket| socket.recv_from(buffer))
    }
}
