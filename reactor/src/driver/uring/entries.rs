//! What is under way on a ring: an entry for each submission until its last completion.

use std::any::Any;
use std::io;
use std::rc::Rc;
use std::task::Waker;

use io_uring::opcode::{Recv, RecvMsg, Send, SendMsg};
use io_uring::squeue;
use io_uring::types::Fd;

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
    _source: Rc<dyn Pollable>,
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
        source: Rc<dyn Pollable>,
        fd: Fd,
        key: SourceKey,
        call: Call,
        waker: Waker,
    ) -> (Operation, squeue::Entry) {
        let least = |count: usize| count.min(MOST) as u32;
        let no_signal = libc::MSG_NOSIGNAL;
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
        };
        let operation = Operation {
            key,
            ticket: 0,
            state: State::UnderWay(waker),
            message,
            _source: source,
        };
        (operation, entry)
    }

    pub(super) fn is_over(&self) -> bool {
        matches!(self.state, State::Over(_))
    }

    /// What came of it, with this result of the system.
    pub(super) fn outcome(&self, result: i32) -> Outcome {
        let moved = match u32::try_from(result) {
            Ok(moved) => Ok(moved as usize),
            Err(_) => Err(io::Error::from_raw_os_error(-result)),
        };
        let message = self.message.as_ref().filter(|_| moved.is_ok());
        Outcome {
            moved,
            from: message.and_then(|message| message.sender()),
        }
    }
}

/// The number that a submission is to name.
pub(super) fn number<T: Pollable + ?Sized>(source: &T) -> Fd {
    use std::os::fd::AsRawFd;
    Fd(borrow(source).as_raw_fd())
}
