//! What a source is on Unix: anything with a file descriptor.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use crate::lookout::Lookout;
use crate::source::Source;

/// Something that the system's event queue can watch: here, anything that is [`AsFd`].
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
pub trait Pollable: AsFd {}

impl<T: AsFd + ?Sized> Pollable for T {}

/// A socket as the system gives it: [`OwnedFd`].
pub type OwnedHandle = OwnedFd;

/// The queue of a driver as another loop can watch it: [`BorrowedFd`].
pub type QueueHandle<'a> = BorrowedFd<'a>;

/// Has another thread wait for this queue.
pub(crate) fn lookout(queue: QueueHandle<'_>) -> io::Result<Box<dyn Lookout>> {
    let polled = vec![(queue.try_clone_to_owned()?, PollFlags::IN)];
    Ok(Box::new(Polled {
        polled,
        lasts: true,
    }))
}

/// No wait is longer: some systems refuse what their count of milliseconds cannot hold, and a wait may end early.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// Waits for any of these. The descriptors are its own: those who gave them may close theirs.
pub(super) struct Polled {
    pub(super) polled: Vec<(OwnedFd, PollFlags)>,
    pub(super) lasts: bool,
}

impl Lookout for Polled {
    fn watch(&mut self, timeout: Option<Duration>) -> io::Result<()> {
        let polled = self.polled.iter();
        let mut polled: Vec<_> = polled.map(|(fd, flags)| PollFd::new(fd, *flags)).collect();
        let timeout = timeout.map(|timeout| timeout.min(LONGEST_WAIT));
        let timeout = timeout.map(|timeout| Timespec::try_from(timeout).expect("a day is short"));
        match poll(&mut polled, timeout.as_ref()) {
            Ok(_) | Err(Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn lasts(&self) -> bool {
        self.lasts
    }
}

/// What the system says of an operation that was cancelled.
pub(crate) const CANCELLED: i32 = rustix::io::Errno::CANCELED.raw_os_error();

/// The descriptor that the system call wants.
pub(crate) fn borrow<T: Pollable + ?Sized>(source: &T) -> BorrowedFd<'_> {
    source.as_fd()
}

/// The descriptor's number, to see whether it is still the same one.
pub(crate) fn raw<T: Pollable + ?Sized>(source: &T) -> usize {
    source.as_fd().as_raw_fd() as usize
}

/// A source is itself pollable: this is how the driver comes by a share of it.
impl<T: AsFd + ?Sized> AsFd for Source<T> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.io.as_fd()
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
