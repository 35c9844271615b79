//! What is under way on a ring: an entry for each submission until its last completion.

use std::any::Any;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::rc::Rc;
use std::task::Waker;

use io_uring::opcode::{Fsync, OpenAt, Read, Recv, RecvMsg, Send, SendMsg, Write};
use io_uring::squeue;
use io_uring::types::{Fd, FsyncFlags};

use super::message::Message;
use crate::driver::completion::{Call, Outcome};
use crate::key::SourceKey;
use crate::os::{Pollable, borrow};

pub(super) enum Entry {
    /// The poll of the unparker's eventfd.
    Bell,
    /// A poll of a source. The ticket takes it back before it was handed over.
    Poll { key: SourceKey, ticket: u64 },
    /// A listener's accept.
    Accept { key: SourceKey, ticket: u64 },
    /// What a future waits for.
    Operation(Operation),
}

pub(super) struct Operation {
    pub(super) key: SourceKey,
    pub(super) ticket: u64,
    pub(super) state: State,
    /// What the system may look at beside the bytes.
    message: Option<Box<Message>>,
    /// Its descriptor stays open until the system is done: a number that was closed and given to somebody else must
    /// not be meant by a submission that still stands in the queue.
    pub(super) source: Option<Rc<dyn Pollable>>,
    /// Its result is a new descriptor.
    opens: bool,
}

pub(super) enum State {
    UnderWay(Waker),
    /// Nobody asks any more, and this is its memory.
    Abandoned {
        _memory: Box<dyn Any>,
    },
    Over(i32),
}

/// A socket's call moves no more at once, and says so.
const MOST: usize = 0x7fff_f000;

impl Operation {
    /// The operation and its submission, which names the memory of the call and of the message.
    pub(super) fn new(
        source: Option<Rc<dyn Pollable>>,
        fd: Fd,
        key: SourceKey,
        call: Call,
        waker: Waker,
    ) -> (Operation, squeue::Entry) {
        let least = |count: usize| count.min(MOST) as u32;
        let no_signal = libc::MSG_NOSIGNAL;
        let opens = matches!(call, Call::Open { .. });
        let (entry, message) = match call {
            Call::Receive { to, most } => (Recv::new(fd, to, least(most)).build(), None),
            Call::Send { from, count } => {
                let send = Send::new(fd, from, least(count)).flags(no_signal);
                (send.build(), None)
            }
            Call::Scatter(places) => {
                let mut message = Message::of_places(places.into_iter());
                (RecvMsg::new(fd, message.header()).build(), Some(message))
            }
            Call::Gather(places) => {
                let places = places.into_iter();
                let places = places.map(|(start, length)| (start.cast_mut(), length));
                let mut message = Message::of_places(places);
                let send = SendMsg::new(fd, message.header()).flags(no_signal as u32);
                (send.build(), Some(message))
            }
            Call::ReceiveFrom { to, most } => {
                let mut message = Message::from_anybody(to, most);
                (RecvMsg::new(fd, message.header()).build(), Some(message))
            }
            Call::SendTo {
                from,
                count,
                target,
            } => {
                let mut message = Message::to(from, count, target);
                let send = SendMsg::new(fd, message.header()).flags(no_signal as u32);
                (send.build(), Some(message))
            }
            Call::ReadAt { to, most, offset } => {
                let read = Read::new(fd, to, least(most)).offset(offset);
                (read.build(), None)
            }
            Call::WriteAt {
                from,
                count,
                offset,
            } => {
                let write = Write::new(fd, from, least(count)).offset(offset);
                (write.build(), None)
            }
            Call::Sync { all } => {
                let least = if all {
                    FsyncFlags::empty()
                } else {
                    FsyncFlags::DATASYNC
                };
                (Fsync::new(fd).flags(least).build(), None)
            }
            Call::Open { path, creates } => {
                let flags = match creates {
                    true => libc::O_WRONLY | libc::O_CREAT | libc::O_TRUNC,
                    false => libc::O_RDONLY,
                };
                let open = OpenAt::new(fd, path.cast()).flags(flags | libc::O_CLOEXEC);
                (open.mode(0o666).build(), None)
            }
        };
        let operation = Operation {
            key,
            ticket: 0,
            state: State::UnderWay(waker),
            message,
            source,
            opens,
        };
        (operation, entry)
    }

    pub(super) fn is_over(&self) -> bool {
        matches!(self.state, State::Over(_))
    }

    /// What came of it, with this result of the system.
    pub(super) fn outcome(&mut self, result: i32) -> Outcome {
        let moved = match u32::try_from(result) {
            Ok(moved) => Ok(moved as usize),
            Err(_) => Err(io::Error::from_raw_os_error(-result)),
        };
        let message = self.message.as_ref().filter(|_| moved.is_ok());
        let from = message.and_then(|message| message.sender());
        Outcome {
            moved,
            from,
            opened: self.opened(result),
        }
    }

    /// The file that was opened, with this result: once.
    pub(super) fn opened(&mut self, result: i32) -> Option<OwnedFd> {
        let is_one = std::mem::take(&mut self.opens) && result >= 0;
        // SAFETY: the system has just made it for us, and told nobody else; and the line above lets nobody come here
        // again.
        is_one.then(|| unsafe { OwnedFd::from_raw_fd(result) })
    }
}

impl Drop for Operation {
    /// A file that nobody asks for any more is closed.
    fn drop(&mut self) {
        if let State::Over(result) = self.state {
            drop(self.opened(result));
        }
    }
}

/// The number that a submission is to name; without a file, paths begin at the working directory.
pub(super) fn number(source: Option<&dyn Pollable>) -> Fd {
    Fd(source.map_or(libc::AT_FDCWD, |source| borrow(source).as_raw_fd()))
}
