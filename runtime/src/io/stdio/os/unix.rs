//! Calls on descriptors 0, 1 and 2, on Unix. The mode of what they stand for is other people's, too.

use std::io;
use std::os::fd::BorrowedFd;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::stdio;

use crate::io::stdio::output::Stream;

/// Blocks until there is something. A descriptor that is closed has ended, as in std.
pub(in crate::io::stdio) fn read(room: &mut [u8]) -> io::Result<usize> {
    let stdin = stdio::stdin();
    let read = blocking(stdin, PollFlags::IN, || rustix::io::read(stdin, &mut *room));
    unless_closed(read, 0)
}

/// Blocks until something was written. A descriptor that is closed takes everything, as in std.
pub(in crate::io::stdio) fn write(stream: Stream, bytes: &[u8]) -> io::Result<usize> {
    let descriptor = match stream {
        Stream::Output => stdio::stdout(),
        Stream::Errors => stdio::stderr(),
    };
    let write = || rustix::io::write(descriptor, bytes);
    unless_closed(blocking(descriptor, PollFlags::OUT, write), bytes.len())
}

fn unless_closed(moved: Result<usize, Errno>, otherwise: usize) -> io::Result<usize> {
    match moved {
        Err(Errno::BADF) => Ok(otherwise),
        moved => Ok(moved?),
    }
}

/// Makes a call until it succeeds or fails. Somebody else who has the same pipe or terminal may have made it
/// non-blocking: then it is waited for, and tried again.
fn blocking(
    descriptor: BorrowedFd<'_>,
    until: PollFlags,
    mut call: impl FnMut() -> Result<usize, Errno>,
) -> Result<usize, Errno> {
    loop {
        match call() {
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => wait(descriptor, until)?,
            moved => return moved,
        }
    }
}

fn wait(descriptor: BorrowedFd<'_>, until: PollFlags) -> Result<(), Errno> {
    let mut asked = [PollFd::from_borrowed_fd(descriptor, until)];
    match poll(&mut asked, None) {
        // What cannot be waited for: calling again and again would be a busy loop.
        Ok(_) if asked[0].revents().contains(PollFlags::NVAL) => Err(Errno::AGAIN),
        Ok(_) | Err(Errno::INTR) => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_closed_has_ended_and_takes_everything() {
        assert_eq!(unless_closed(Err(Errno::BADF), 7).unwrap(), 7);
        assert_eq!(unless_closed(Ok(3), 7).unwrap(), 3);
        assert!(unless_closed(Err(Errno::IO), 7).is_err());
    }

    #[test]
    fn a_call_that_would_block_or_is_interrupted_is_made_again() {
        let (ours, _theirs) = std::os::unix::net::UnixStream::pair().unwrap();
        let ours = std::os::fd::AsFd::as_fd(&ours);
        let mut outcomes = [Err(Errno::AGAIN), Err(Errno::INTR), Ok(5)].into_iter();
        let call = || outcomes.next().unwrap();
        assert_eq!(blocking(ours, PollFlags::OUT, call), Ok(5));
    }
}
