//! What a source is on Windows: anything with a socket.

use std::io;
use std::os::windows::io::{AsRawSocket, AsSocket, BorrowedSocket};

use crate::lookout::Lookout;
use crate::source::Source;

/// Something that the system's event queue can watch: here, anything that is [`AsSocket`].
///
/// ```
/// # use std::io;
/// # use std::net::UdpSocket;
/// # use reactor::{Pollable, set_nonblocking};
/// fn prepare<T: Pollable>(source: T) -> io::Result<T> {
///     set_nonblocking(&source, true)?;
///     Ok(source)
/// }
/// let socket = prepare(UdpSocket::bind("127.0.0.1:0")?)?;
/// assert!(socket.recv(&mut [0; 16]).is_err()); // It does not wait.
/// # std::io::Result::Ok(())
/// ```
pub trait Pollable: AsSocket {}

impl<T: AsSocket + ?Sized> Pollable for T {}

/// A socket as the system gives it: [`OwnedSocket`](std::os::windows::io::OwnedSocket).
pub type OwnedHandle = std::os::windows::io::OwnedSocket;

/// The queue of a driver as another loop could watch it: there is none here, for nobody can watch a completion port.
pub type QueueHandle<'a> = std::convert::Infallible;

/// There is no such queue, so nobody gets here.
pub(crate) fn lookout(queue: QueueHandle<'_>) -> io::Result<Box<dyn Lookout>> {
    match queue {}
}

/// What the system says of an operation that was cancelled: ERROR_OPERATION_ABORTED.
pub(crate) const CANCELLED: i32 = 995;

/// The socket that the system call wants.
pub(crate) fn borrow<T: Pollable + ?Sized>(source: &T) -> BorrowedSocket<'_> {
    source.as_socket()
}

/// The socket's number, to see whether it is still the same one.
pub(crate) fn raw<T: Pollable + ?Sized>(source: &T) -> usize {
    source.as_socket().as_raw_socket() as usize
}

/// A source is itself pollable: this is how the driver comes by a share of it.
impl<T: AsSocket + ?Sized> AsSocket for Source<T> {
    fn as_socket(&self) -> BorrowedSocket<'_> {
        self.io.as_socket()
    }
}

/// Puts a source into non-blocking mode, or out of it.
///
/// # Errors
/// What the system says.
///
/// ```
/// # use std::io::ErrorKind;
/// # use std::net::UdpSocket;
/// let socket = UdpSocket::bind("127.0.0.1:0")?;
/// reactor::set_nonblocking(&socket, true)?;
/// let error = socket.recv(&mut [0; 16]).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::WouldBlock);
/// # std::io::Result::Ok(())
/// ```
pub fn set_nonblocking<T: Pollable + ?Sized>(source: &T, nonblocking: bool) -> io::Result<()> {
    rustix::io::ioctl_fionbio(borrow(source), nonblocking).map_err(io::Error::from)
}
