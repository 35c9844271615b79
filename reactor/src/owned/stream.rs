//! What is read from a stream of bytes into one buffer, or written to it from one.

use std::io::{self, IoSlice, IoSliceMut};

use super::completed::{Filled, Unchanged};
use super::sealed::Sealed;
use super::{Attempt, Socket, Way};
use crate::buffer::{IoBuf, IoBufMut, Room};
use crate::driver::completion::{Call, Outcome};
use crate::readiness::Direction;
use crate::registration::Registration;

/// A stream of bytes: the calls that move them, none of which waits. [`Transfer`](super::Transfer) has an example.
pub trait ByteStream: Socket {
    /// Reads what is there into the room, which is not empty. What it gives begins where the room does; no bytes are
    /// the end of the stream.
    ///
    /// # Errors
    /// What the system says; [`WouldBlock`](io::ErrorKind::WouldBlock) if nothing is there.
    fn receive<'r>(io: &Self::Io, room: Room<'r>) -> io::Result<Received<'r>>;

    /// Writes what there is room for, and says how much it was.
    ///
    /// # Errors
    /// What the system says; [`WouldBlock`](io::ErrorKind::WouldBlock) if there is no room.
    fn send(io: &Self::Io, bytes: &[u8]) -> io::Result<usize>;

    /// As [`receive`](Self::receive), into several buffers in turn: how many bytes, and whether the read was
    /// [cut](Received::cut).
    ///
    /// # Errors
    /// Those of [`receive`](Self::receive).
    fn receive_slices(io: &Self::Io, buffers: &mut [IoSliceMut<'_>]) -> io::Result<(usize, bool)>;

    /// As [`send`](Self::send), from several buffers in turn.
    ///
    /// # Errors
    /// Those of [`send`](Self::send).
    fn send_slices(io: &Self::Io, buffers: &[IoSlice<'_>]) -> io::Result<usize>;
}

/// What a call has read.
///
/// ```
/// # use reactor::owned::Received;
/// let received = Received { bytes: &mut [1, 2, 3], cut: false };
/// assert_eq!(received.bytes.len(), 3);
/// ```
#[derive(Debug)]
pub struct Received<'r> {
    /// The part of the room that was filled.
    pub bytes: &'r mut [u8],
    /// True if it may have ended for another reason than that nothing was left: then its shortness tells nothing.
    pub cut: bool,
}

/// Reads once: as much as is there, at most as much as there is room for.
#[derive(Clone, Copy, Debug)]
pub struct Read;

/// Reads until there is no room left.
#[derive(Clone, Copy, Debug)]
pub struct ReadExact;

/// Writes once: as much as the system takes.
#[derive(Clone, Copy, Debug)]
pub struct Write;

/// Writes until all is written.
#[derive(Clone, Copy, Debug)]
pub struct WriteAll;

impl Sealed for Read {}
impl Sealed for ReadExact {}
impl Sealed for Write {}
impl Sealed for WriteAll {}

/// One read behind the first `from` bytes. `None` if it would block.
#[inline]
fn receive<S: ByteStream, B: IoBufMut>(
    registration: &Registration<S::Io>,
    buffer: &mut B,
    from: usize,
) -> Option<io::Result<usize>> {
    let mut short_of = 0;
    let received = registration.try_call(Direction::Read, &mut |io| {
        buffer.fill_by(from, |room| {
            let wanted = room.len();
            let received = S::receive(io, room)?;
            short_of = if received.cut { 0 } else { wanted };
            Ok(received.bytes)
        })
    });
    note_length(registration, Direction::Read, &received, short_of);
    received
}

/// One write of what stands behind the first `from` bytes. `None` if it would block.
#[inline]
fn send<S: ByteStream, B: IoBuf>(
    registration: &Registration<S::Io>,
    buffer: &B,
    from: usize,
) -> Option<io::Result<usize>> {
    let bytes = &buffer.as_bytes()[from..];
    let sent = registration.try_call(Direction::Write, &mut |io| S::send(io, bytes));
    note_length(registration, Direction::Write, &sent, bytes.len());
    sent
}

/// The call that fills the room behind the first `from` bytes, if there is any. What stood there is given up.
#[inline]
pub(super) fn receiving<B: IoBufMut>(buffer: &mut B, from: usize) -> Option<Call> {
    if buffer.room() == from {
        return None;
    }
    let room = buffer.room_from(from);
    let (to, most) = (room.start().cast_mut(), room.len());
    Some(Call::Receive { to, most })
}

/// The call that sends what stands behind the first `from` bytes, if there is anything.
#[inline]
pub(super) fn sending<B: IoBuf>(buffer: &B, from: usize) -> Option<Call> {
    let bytes = &buffer.as_bytes()[from..];
    let (from, count) = (bytes.as_ptr(), bytes.len());
    (count > 0).then_some(Call::Send { from, count })
}

/// A transfer that was shorter than `wanted` has drained or filled the stream.
#[inline]
pub(super) fn note_length<T: crate::os::Pollable + 'static>(
    registration: &Registration<T>,
    direction: Direction,
    moved: &Option<io::Result<usize>>,
    wanted: usize,
) {
    if matches!(moved, Some(Ok(moved)) if (1..wanted).contains(moved)) {
        registration.note_short(direction);
    }
}

/// What one call is, that was to be the only one.
#[inline]
pub(super) fn once(moved: Option<io::Result<usize>>, done: &mut usize) -> Attempt<usize> {
    match moved {
        None => Attempt::Waits,
        Some(Ok(moved)) => {
            *done = moved;
            Attempt::Ended(Ok(moved))
        }
        Some(Err(error)) => Attempt::Ended(Err(error)),
    }
}

/// What one call is, when `wanted` bytes are to be moved by as many as it takes. `none` is what it means that nothing
/// was.
#[inline]
fn until(
    moved: Option<io::Result<usize>>,
    done: &mut usize,
    wanted: usize,
    none: fn() -> io::Error,
) -> Attempt<usize> {
    match moved {
        None => Attempt::Waits,
        Some(Ok(0)) => Attempt::Ended(Err(none())),
        Some(Ok(moved)) => {
            *done += moved;
            if *done < wanted {
                Attempt::GoesOn
            } else {
                Attempt::Ended(Ok(*done))
            }
        }
        Some(Err(error)) => Attempt::Ended(Err(error)),
    }
}

#[cold]
fn ended_early() -> io::Error {
    io::Error::new(
        io::ErrorKind::UnexpectedEof,
        "the stream ended before the buffer was full",
    )
}

#[cold]
fn nothing_written() -> io::Error {
    io::Error::new(
        io::ErrorKind::WriteZero,
        "the stream took none of the bytes that were left",
    )
}

impl<S: ByteStream, B: IoBufMut> Way<S, B> for Read {
    type Output = usize;
    type Cancelled = usize;
    type Effect = Filled;
    const DIRECTION: Direction = Direction::Read;

    #[inline]
    fn attempt(
        &mut self,
        registration: &Registration<S::Io>,
        buffer: &mut B,
        done: &mut usize,
    ) -> Attempt<usize> {
        // Nothing was asked for, so nothing can be waited for: it is done at once, as with a blocking stream.
        if buffer.room() == 0 {
            return Attempt::Ended(Ok(0));
        }
        once(receive::<S, B>(registration, buffer, 0), done)
    }

    #[inline]
    fn call(&mut self, buffer: &mut B, _: usize) -> Option<Call> {
        receiving(buffer, 0)
    }

    #[inline]
    fn completed(&mut self, _: &B, outcome: Outcome, done: &mut usize) -> Attempt<usize> {
        once(Some(outcome.moved), done)
    }

    fn settle(&self, buffer: &mut B, done: usize) {
        buffer.keep_first(done);
    }

    fn cancelled(&self, done: usize, _: Option<usize>) -> usize {
        done
    }
}

impl<S: ByteStream, B: IoBufMut> Way<S, B> for ReadExact {
    type Output = usize;
    type Cancelled = usize;
    type Effect = Filled;
    const DIRECTION: Direction = Direction::Read;

    #[inline]
    fn attempt(
        &mut self,
        registration: &Registration<S::Io>,
        buffer: &mut B,
        done: &mut usize,
    ) -> Attempt<usize> {
        let wanted = buffer.room();
        if wanted == 0 {
            return Attempt::Ended(Ok(0));
        }
        let moved = receive::<S, B>(registration, buffer, *done);
        until(moved, done, wanted, ended_early)
    }

    #[inline]
    fn call(&mut self, buffer: &mut B, done: usize) -> Option<Call> {
        receiving(buffer, done)
    }

    #[inline]
    fn completed(&mut self, buffer: &B, outcome: Outcome, done: &mut usize) -> Attempt<usize> {
        until(Some(outcome.moved), done, buffer.room(), ended_early)
    }

    fn settle(&self, buffer: &mut B, done: usize) {
        buffer.keep_first(done);
    }

    fn cancelled(&self, done: usize, _: Option<usize>) -> usize {
        done
    }
}

impl<S: ByteStream, B: IoBuf> Way<S, B> for Write {
    type Output = usize;
    type Cancelled = usize;
    type Effect = Unchanged;
    const DIRECTION: Direction = Direction::Write;

    #[inline]
    fn attempt(
        &mut self,
        registration: &Registration<S::Io>,
        buffer: &mut B,
        done: &mut usize,
    ) -> Attempt<usize> {
        if buffer.is_empty() {
            return Attempt::Ended(Ok(0));
        }
        once(send::<S, B>(registration, buffer, 0), done)
    }

    #[inline]
    fn call(&mut self, buffer: &mut B, _: usize) -> Option<Call> {
        sending(buffer, 0)
    }

    #[inline]
    fn completed(&mut self, _: &B, outcome: Outcome, done: &mut usize) -> Attempt<usize> {
        once(Some(outcome.moved), done)
    }

    fn settle(&self, _: &mut B, _: usize) {}

    fn cancelled(&self, done: usize, _: Option<usize>) -> usize {
        done
    }
}

impl<S: ByteStream, B: IoBuf> Way<S, B> for WriteAll {
    type Output = usize;
    type Cancelled = usize;
    type Effect = Unchanged;
    const DIRECTION: Direction = Direction::Write;

    #[inline]
    fn attempt(
        &mut self,
        registration: &Registration<S::Io>,
        buffer: &mut B,
        done: &mut usize,
    ) -> Attempt<usize> {
        let wanted = buffer.len();
        if wanted == 0 {
            return Attempt::Ended(Ok(0));
        }
        let moved = send::<S, B>(registration, buffer, *done);
        until(moved, done, wanted, nothing_written)
    }

    #[inline]
    fn call(&mut self, buffer: &mut B, done: usize) -> Option<Call> {
        sending(buffer, done)
    }

    #[inline]
    fn completed(&mut self, buffer: &B, outcome: Outcome, done: &mut usize) -> Attempt<usize> {
        until(Some(outcome.moved), done, buffer.len(), nothing_written)
    }

    fn settle(&self, _: &mut B, _: usize) {}

    fn cancelled(&self, done: usize, _: Option<usize>) -> usize {
        done
    }
}
