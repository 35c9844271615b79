//! Any descriptor or socket as a source of the reactor: for what the `net` module does not have.

use std::io::{self, Read, Write};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_io::{AsyncRead, AsyncWrite};
use reactor::{Direction, Handle, Pollable, Registration, Sharing, SourceKind, set_nonblocking};
pub use reactor::{Operation, Ready};

/// A descriptor (on Windows, a socket) that is registered with the current runtime.
///
/// For pipes, terminals, timerfds, raw sockets and what other libraries open: wait until it is
/// [`readable`](Self::readable) or [`writable`](Self::writable), or let [`read_with`](Self::read_with) and
/// [`write_with`](Self::write_with) try a call until it no longer would block. Where `&T` is [`Read`] or [`Write`],
/// it is [`AsyncRead`] or [`AsyncWrite`].
///
/// Others may read and write the same file, so every wait asks the system anew; the sockets of
/// [`net`](crate::net) need not and are quicker. Regular files cannot be waited for: the system says so.
///
/// Dropping it deregisters and closes it.
///
/// ```
/// # #[cfg(unix)]
/// # fn main() -> std::io::Result<()> {
/// use std::io::Write;
/// use runtime::io::{Async, AsyncReadExt};
///
/// let (reader, mut writer) = std::os::unix::net::UnixStream::pair()?;
/// writer.write_all(b"made elsewhere")?;
/// drop(writer);
///
/// runtime::block_on(async {
///     let mut words = String::new();
///     Async::new(reader)?.read_to_string(&mut words).await?;
///     assert_eq!(words, "made elsewhere");
///     std::io::Result::Ok(())
/// })
/// # }
/// # #[cfg(not(unix))]
/// # fn main() {}
/// ```
#[derive(Debug)]
pub struct Async<T: Pollable + 'static> {
    registration: Registration<T>,
}

impl<T: Pollable + 'static> Async<T> {
    /// Puts `io` into non-blocking mode and registers it.
    ///
    /// The mode belongs to the open file and not to the descriptor: whoever shares the file, a terminal say, meets
    /// it as well. For such a file use [`new_nonblocking`](Self::new_nonblocking) and only wait for readiness.
    ///
    /// # Errors
    /// What the system says; on Linux [`io::ErrorKind::PermissionDenied`] for a regular file or a directory, which
    /// cannot be waited for. `io` is closed then.
    ///
    /// # Panics
    /// If it is called outside of a runtime.
    ///
    /// ```
    /// use std::net::UdpSocket;
    /// use runtime::io::Async;
    ///
    /// runtime::block_on(async {
    ///     let socket = Async::new(UdpSocket::bind("127.0.0.1:0")?)?;
    ///     # drop(socket);
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn new(io: T) -> io::Result<Self> {
        let handle = Handle::current("Async::new"); // First: a misuse leaves the file's mode alone.
        set_nonblocking(&io, true)?;
        Self::register(handle, io)
    }

    /// Registers `io` as it is. Calls that would block are then the user's affair.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    ///
    /// # Panics
    /// If it is called outside of a runtime.
    ///
    /// ```
    /// use std::net::UdpSocket;
    /// use runtime::io::Async;
    ///
    /// runtime::block_on(async {
    ///     let socket = UdpSocket::bind("127.0.0.1:0")?;
    ///     socket.set_nonblocking(true)?;
    ///     let socket = Async::new_nonblocking(socket)?;
    ///     # drop(socket);
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn new_nonblocking(io: T) -> io::Result<Self> {
        Self::register(Handle::current("Async::new_nonblocking"), io)
    }

    fn register(handle: Handle, io: T) -> io::Result<Self> {
        let registration = Registration::new(handle, io, SourceKind::Other, Sharing::Shared)?;
        Ok(Async { registration })
    }

    /// The descriptor's owner.
    ///
    /// ```
    /// use std::net::UdpSocket;
    /// use runtime::io::Async;
    ///
    /// runtime::block_on(async {
    ///     let socket = Async::new(UdpSocket::bind("127.0.0.1:0")?)?;
    ///     assert!(socket.get_ref().local_addr()?.ip().is_loopback());
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn get_ref(&self) -> &T {
        self.registration.get_ref()
    }

    /// Takes the descriptor back. It is deregistered and stays in non-blocking mode.
    ///
    /// # Errors
    /// If the system would not deregister it.
    ///
    /// ```
    /// use std::net::UdpSocket;
    /// use runtime::io::Async;
    ///
    /// runtime::block_on(async {
    ///     let socket = Async::new(UdpSocket::bind("127.0.0.1:0")?)?;
    ///     let socket: UdpSocket = socket.into_inner()?;
    ///     socket.set_nonblocking(false)?;
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn into_inner(self) -> io::Result<T> {
        self.registration.into_inner()
    }

    /// Waits until the system says that a read would not block. It may be wrong by the time of the read.
    ///
    /// # Cancel safety
    /// Dropping the future withdraws it; nothing was read.
    ///
    /// ```
    /// use std::net::UdpSocket;
    /// use runtime::io::Async;
    ///
    /// runtime::block_on(async {
    ///     let socket = Async::new(UdpSocket::bind("127.0.0.1:0")?)?;
    ///     let ours = socket.get_ref();
    ///     ours.send_to(b"to myself", ours.local_addr()?)?;
    ///     socket.readable().await?;
    ///     assert_eq!(ours.recv(&mut [0; 64])?, 9);
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn readable(&self) -> Ready<'_, T> {
        self.registration.ready(Direction::Read)
    }

    /// Waits until the system says that a write would not block.
    ///
    /// # Cancel safety
    /// Dropping the future withdraws it; nothing was written.
    ///
    /// ```
    /// use std::net::UdpSocket;
    /// use runtime::io::Async;
    ///
    /// runtime::block_on(async {
    ///     let socket = Async::new(UdpSocket::bind("127.0.0.1:0")?)?;
    ///     let ours = socket.get_ref();
    ///     socket.writable().await?;
    ///     assert_eq!(ours.send_to(b"to myself", ours.local_addr()?)?, 9);
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn writable(&self) -> Ready<'_, T> {
        self.registration.ready(Direction::Write)
    }

    /// Tries `call` until it no longer would block, waiting until it is readable in between.
    ///
    /// # Cancel safety
    /// Dropping the future withdraws it; `call` has not happened, or it said that it would block.
    ///
    /// ```
    /// use std::net::UdpSocket;
    /// use runtime::io::Async;
    ///
    /// runtime::block_on(async {
    ///     let socket = Async::new(UdpSocket::bind("127.0.0.1:0")?)?;
    ///     let ours = socket.get_ref();
    ///     ours.send_to(b"to myself", ours.local_addr()?)?;
    ///     let mut buffer = [0; 64];
    ///     assert_eq!(socket.read_with(|socket| socket.recv(&mut buffer)).await?, 9);
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn read_with<R, C>(&self, call: C) -> Operation<'_, T, C>
    where
        C: FnMut(&T) -> io::Result<R> + Unpin,
    {
        self.registration.operation(Direction::Read, call)
    }

    /// Tries `call` until it no longer would block, waiting until it is writable in between.
    ///
    /// # Cancel safety
    /// As [`read_with`](Self::read_with).
    ///
    /// ```
    /// use std::net::UdpSocket;
    /// use runtime::io::Async;
    ///
    /// runtime::block_on(async {
    ///     let socket = Async::new(UdpSocket::bind("127.0.0.1:0")?)?;
    ///     let address = socket.get_ref().local_addr()?;
    ///     assert_eq!(socket.write_with(|socket| socket.send_to(b"to myself", address)).await?, 9);
    ///     std::io::Result::Ok(())
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn write_with<R, C>(&self, call: C) -> Operation<'_, T, C>
    where
        C: FnMut(&T) -> io::Result<R> + Unpin,
    {
        self.registration.operation(Direction::Write, call)
    }
}

impl<T: Pollable + 'static> AsyncRead for Async<T>
where
    for<'a> &'a T: Read,
{
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut &*self).poll_read(cx, buffer)
    }
}

impl<T: Pollable + 'static> AsyncRead for &Async<T>
where
    for<'a> &'a T: Read,
{
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        self.registration
            .poll_io(cx, Direction::Read, |mut io| io.read(buffer))
    }
}

impl<T: Pollable + 'static> AsyncWrite for Async<T>
where
    for<'a> &'a T: Write,
{
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut &*self).poll_write(cx, buffer)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut &*self).poll_flush(cx)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut &*self).poll_close(cx)
    }
}

impl<T: Pollable + 'static> AsyncWrite for &Async<T>
where
    for<'a> &'a T: Write,
{
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.registration
            .poll_io(cx, Direction::Write, |mut io| io.write(buffer))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.registration
            .poll_io(cx, Direction::Write, |mut io| io.flush())
    }

    /// Flushes. What closing means beyond that only the owner knows; dropping the `Async` closes the descriptor.
    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(cx)
    }
}
