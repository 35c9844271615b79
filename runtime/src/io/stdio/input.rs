//! What was read from the standard input and is nobody's yet, and who waits for more; it knows no handles.

use std::collections::VecDeque;
use std::io;
use std::mem;
use std::task::{Context, Poll, Waker, ready};

use net::while_doing;
use reactor::budget;

use super::desk::{Desk, IDLE, Work};
use super::os;
use crate::quietly::quietly;

/// No single read takes more memory than this.
const BYTES_AT_MOST: usize = 64 << 10;

/// The standard input of this process.
pub(super) static INPUT: Desk<Input> = Desk::new(Input::new(), IDLE);

pub(super) struct Input {
    /// Read, and taken by nobody.
    bytes: VecDeque<u8>,
    /// What comes behind the bytes: the end, which a terminal may go on after, or an error. One reader is told.
    end: Option<io::Result<()>>,
    reading: Reading,
    /// Who waits, each at most once.
    waiting: Vec<(Reader, Waker)>,
    last_reader: u64,
}

/// A handle, as the input sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reader(u64);

/// Nothing is read but what somebody has asked for.
///
/// ```text
///          a reader finds nothing          the thread begins
///   idle ─────────────────────────▶ asked ───────────────────▶ under way
///    ▲ ▲                             │                             │
///    │ └── all who waited are gone ──┘                             │
///    └──────────────── there are bytes, an end or an error ────────┘
/// ```
#[derive(Clone, Copy)]
enum Reading {
    Idle,
    /// For at most so many bytes.
    Asked(usize),
    UnderWay,
}

impl Input {
    const fn new() -> Input {
        Input {
            bytes: VecDeque::new(),
            end: None,
            reading: Reading::Idle,
            waiting: Vec::new(),
            last_reader: 0,
        }
    }

    pub(super) fn new_reader(&mut self) -> Reader {
        self.last_reader += 1;
        Reader(self.last_reader)
    }

    /// The waker that a reader has here, if it waits. Dropping it is user code: not under the lock.
    fn withdraw(&mut self, reader: Reader) -> Option<Waker> {
        let at = self.waiting.iter().position(|(who, _)| *who == reader)?;
        Some(self.waiting.swap_remove(at).1)
    }

    /// What is here: how many bytes were taken, which is 0 at the end.
    fn take(&mut self, take: impl FnOnce(&mut VecDeque<u8>) -> usize) -> Option<io::Result<usize>> {
        if self.bytes.is_empty() {
            let end = self.end.take()?;
            return Some(end.map(|()| 0));
        }
        Some(Ok(take(&mut self.bytes)))
    }
}

/// Has `take` take bytes once there are any, and gives their number: 0 at the end of the input.
///
/// When there are none, at most `wanted` are asked for. They come whether or not anybody still waits for them then.
pub(super) fn poll_take(
    cx: &mut Context<'_>,
    reader: Reader,
    wanted: usize,
    take: impl FnOnce(&mut VecDeque<u8>) -> usize,
) -> Poll<io::Result<usize>> {
    ready!(budget::poll_left(cx));
    let waker = cx.waker().clone(); // Here, because it is user code.
    let mut input = INPUT.lock();
    let before = input.withdraw(reader);
    if let Some(taken) = input.take(take) {
        drop(input);
        drop((before, waker));
        budget::spend();
        return Poll::Ready(taken);
    }
    if let Reading::Idle = input.reading {
        if let Err(error) = INPUT.call(&mut input) {
            drop(input);
            return Poll::Ready(Err(while_doing("starting a thread that reads", error)));
        }
        input.reading = Reading::Asked(wanted.min(BYTES_AT_MOST));
    }
    input.waiting.push((reader, waker));
    drop(input);
    drop(before);
    Poll::Pending
}

/// A reader goes, and leaves what it has taken and not used. That stood before all that is here, unless several readers
/// had taken something, and go in another order than that of the bytes.
pub(super) fn leave(reader: Reader, unused: &[u8]) {
    let mut input = INPUT.lock();
    let own = input.withdraw(reader);
    if let (Reading::Asked(_), true) = (input.reading, input.waiting.is_empty()) {
        input.reading = Reading::Idle; // Nobody wants it any more, and nobody has begun.
    }
    if unused.is_empty() {
        drop(input);
        drop(own);
        return;
    }
    for &byte in unused.iter().rev() {
        input.bytes.push_front(byte);
    }
    let waiting = mem::take(&mut input.waiting);
    drop(input);
    drop(own);
    wake(waiting);
}

/// All of them: the first one may not want it any more.
fn wake(waiting: Vec<(Reader, Waker)>) {
    for (_, waker) in waiting {
        quietly(|| waker.wake());
    }
}

impl Work for Input {
    type Job = usize;

    fn name(&self) -> &'static str {
        "runtime-stdin"
    }

    fn next(&mut self) -> Option<usize> {
        let Reading::Asked(wanted) = self.reading else {
            return None;
        };
        self.reading = Reading::UnderWay;
        Some(wanted)
    }

    fn carry_out(desk: &Desk<Input>, wanted: usize) {
        let mut buffer = vec![0; wanted];
        let read = os::read(&mut buffer);
        let mut input = desk.lock();
        input.reading = Reading::Idle;
        match read {
            Ok(0) => input.end = Some(Ok(())),
            Ok(length) => input.bytes.extend(&buffer[..length]),
            Err(error) => input.end = Some(Err(while_doing("reading the standard input", error))),
        }
        let waiting = mem::take(&mut input.waiting);
        drop(input);
        wake(waiting);
    }
}
