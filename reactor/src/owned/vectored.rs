//! What is read from a stream of bytes into several buffers, or written to it from several, with one call.

use std::io::{self, IoSlice, IoSliceMut};

use super::completed::{FilledInTurn, Unchanged};
use super::sealed::Sealed;
use super::stream::{ByteStream, note_length, once};
use super::{Attempt, Way};
use crate::buffer::{IoBuf, IoBufMut};
use crate::driver::completion::{Call, Outcome};
use crate::readiness::Direction;
use crate::registration::Registration;

/// How many buffers a call is given at most: the system moves no more (1024 on Linux, macOS and FreeBSD). What a call
/// had to leave out must not be taken for what it could not move.
const MOST_BUFFERS: usize = 1024;

/// Reads once, into several buffers: each is filled before the next one.
#[derive(Clone, Copy, Debug)]
pub struct ReadVectored;

/// Writes once, from several buffers in turn.
#[derive(Clone, Copy, Debug)]
pub struct WriteVectored;

impl Sealed for ReadVectored {}
impl Sealed for WriteVectored {}

fn total(lengths: impl Iterator<Item = usize>) -> usize {
    lengths.fold(0, usize::saturating_add)
}

impl<S: ByteStream, B: IoBufMut> Way<S, Vec<B>> for ReadVectored {
    type Output = usize;
    type Cancelled = usize;
    type Effect = FilledInTurn;
    const DIRECTION: Direction = Direction::Read;

    fn attempt(
        &mut self,
        registration: &Registration<S::Io>,
        buffers: &mut Vec<B>,
        done: &mut usize,
    ) -> Attempt<usize> {
        let most = buffers.len().min(MOST_BUFFERS);
        let wanted = total(buffers[..most].iter().map(IoBuf::room));
        if wanted == 0 {
            return Attempt::Ended(Ok(0));
        }
        let mut cut = false;
        let received = registration.try_call(Direction::Read, &mut |io| {
            // There is no such call for memory that is not initialised. What has been in an earlier try still is.
            let rooms = buffers[..most].iter_mut();
            let mut slices: Vec<_> = rooms.map(|b| IoSliceMut::new(b.initialise())).collect();
            let received: io::Result<(usize, bool)> = S::receive_slices(io, &mut slices);
            received.map(|(bytes, was_cut)| {
                cut = was_cut;
                bytes.min(wanted)
            })
        });
        let short_of = if cut { 0 } else { wanted };
        note_length(registration, Direction::Read, &received, short_of);
        once(received, done)
    }

    fn call(&mut self, buffers: &mut Vec<B>, _: usize) -> Option<Call> {
        let first = buffers.iter_mut().take(MOST_BUFFERS);
        let place = |buffer: &mut B| (buffer.as_mut_ptr(), buffer.room());
        let places: Vec<_> = first.map(place).collect();
        let some = places.iter().any(|(_, room)| *room > 0);
        some.then_some(Call::Scatter(places))
    }

    fn completed(&mut self, _: &Vec<B>, outcome: Outcome, done: &mut usize) -> Attempt<usize> {
        once(Some(outcome.moved), done)
    }

    fn settle(&self, buffers: &mut Vec<B>, done: usize) {
        let mut left = done;
        for buffer in buffers {
            let filled = left.min(buffer.room());
            buffer.keep_first(filled);
            left -= filled;
        }
    }

    fn cancelled(&self, done: usize, _: Option<usize>) -> usize {
        done
    }
}

impl<S: ByteStream, B: IoBuf> Way<S, Vec<B>> for WriteVectored {
    type Output = usize;
    type Cancelled = usize;
    type Effect = Unchanged;
    const DIRECTION: Direction = Direction::Write;

    fn attempt(
        &mut self,
        registration: &Registration<S::Io>,
        buffers: &mut Vec<B>,
        done: &mut usize,
    ) -> Attempt<usize> {
        let most = buffers.len().min(MOST_BUFFERS);
        let wanted = total(buffers[..most].iter().map(IoBuf::len));
        if wanted == 0 {
            return Attempt::Ended(Ok(0));
        }
        let sent = registration.try_call(Direction::Write, &mut |io| {
            let bytes = buffers[..most].iter();
            let slices: Vec<_> = bytes.map(|b| IoSlice::new(b.as_bytes())).collect();
            S::send_slices(io, &slices)
        });
        note_length(registration, Direction::Write, &sent, wanted);
        once(sent, done)
    }

    fn call(&mut self, buffers: &mut Vec<B>, _: usize) -> Option<Call> {
        let first = buffers.iter().take(MOST_BUFFERS);
        let places: Vec<_> = first.map(|b| (b.as_ptr(), b.len())).collect();
        let some = places.iter().any(|(_, count)| *count > 0);
        some.then_some(Call::Gather(places))
    }

    fn completed(&mut self, _: &Vec<B>, outcome: Outcome, done: &mut usize) -> Attempt<usize> {
        once(Some(outcome.moved), done)
    }

    fn settle(&self, _: &mut Vec<B>, _: usize) {}

    fn cancelled(&self, done: usize, _: Option<usize>) -> usize {
        done
    }
}
