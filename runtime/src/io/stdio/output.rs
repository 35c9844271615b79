//! Pieces that wait to be written to a standard stream, in their order, and what came of each; it knows no handles.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use net::while_doing;

use super::desk::{Desk, IDLE, Work};
use super::os;
use crate::quietly::quietly;

/// A longer write is made in pieces of this length. A piece is never mixed with others of this process.
const BYTES_AT_MOST: usize = 64 << 10;

pub(super) static OUTPUT: Desk<Output> = Desk::new(Output::new(Stream::Output), IDLE);
pub(super) static ERRORS: Desk<Output> = Desk::new(Output::new(Stream::Errors), IDLE);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stream {
    Output,
    Errors,
}

impl Stream {
    fn writing(self) -> &'static str {
        match self {
            Stream::Output => "writing to the standard output",
            Stream::Errors => "writing to the standard error",
        }
    }
}

pub(super) struct Output {
    stream: Stream,
    /// What has not been begun: at most one piece of each handle.
    queue: VecDeque<Arc<Piece>>,
}

/// What one call of a handle wants written.
pub(super) struct Piece {
    bytes: Box<[u8]>,
    outcome: Mutex<Outcome>,
}

#[derive(Default)]
struct Outcome {
    waker: Option<Waker>,
    /// How many bytes were written; taken once.
    written: Option<io::Result<usize>>,
}

impl Output {
    const fn new(stream: Stream) -> Output {
        Output {
            stream,
            queue: VecDeque::new(),
        }
    }

    fn remove(&mut self, piece: &Arc<Piece>) -> bool {
        let before = self.queue.len();
        self.queue.retain(|other| !Arc::ptr_eq(other, piece));
        self.queue.len() < before
    }
}

impl Desk<Output> {
    /// Queues the first bytes of `bytes`: all of them, unless they are too many.
    pub(super) fn submit(&'static self, bytes: &[u8]) -> io::Result<Arc<Piece>> {
        let piece = Arc::new(Piece {
            bytes: bytes[..bytes.len().min(BYTES_AT_MOST)].into(),
            outcome: Mutex::default(),
        });
        let mut output = self.lock();
        output.queue.push_back(piece.clone());
        if let Err(error) = self.call(&mut output) {
            output.remove(&piece);
            drop(output);
            return Err(while_doing("starting a thread that writes", error));
        }
        Ok(piece)
    }

    /// Takes a piece back, which is never written then; false if it was begun.
    pub(super) fn revoke(&self, piece: &Arc<Piece>) -> bool {
        self.lock().remove(piece)
    }
}

impl Piece {
    /// Whether a write of `bytes` is this one, or goes on with it.
    pub(super) fn begins(&self, bytes: &[u8]) -> bool {
        bytes.starts_with(&self.bytes)
    }

    /// How many bytes were written. Once it has said so, the piece is done with.
    pub(super) fn poll(&self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let waker = cx.waker().clone(); // Here, because it is user code, as is its drop.
        let mut outcome = self.lock();
        let written = outcome.written.take();
        let waker = match written {
            Some(_) => Some(waker),
            None => outcome.waker.replace(waker),
        };
        drop(outcome);
        drop(waker);
        written.map_or(Poll::Pending, Poll::Ready)
    }

    fn end(&self, written: io::Result<usize>) {
        let mut outcome = self.lock();
        outcome.written = Some(written);
        let waker = outcome.waker.take();
        drop(outcome);
        if let Some(waker) = waker {
            quietly(|| waker.wake());
        }
    }

    fn lock(&self) -> MutexGuard<'_, Outcome> {
        self.outcome.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Work for Output {
    type Job = (Stream, Arc<Piece>);

    fn name(&self) -> &'static str {
        match self.stream {
            Stream::Output => "runtime-stdout",
            Stream::Errors => "runtime-stderr",
        }
    }

    fn next(&mut self) -> Option<Self::Job> {
        Some((self.stream, self.queue.pop_front()?))
    }

    fn carry_out(_: &Desk<Output>, (stream, piece): Self::Job) {
        let written = write_all(|rest| os::write(stream, rest), &piece.bytes);
        piece.end(written.map_err(|error| while_doing(stream.writing(), error)));
    }
}

/// Writes as much as it can. An error behind the first bytes is left to the next write, which meets it again.
fn write_all(mut write: impl FnMut(&[u8]) -> io::Result<usize>, bytes: &[u8]) -> io::Result<usize> {
    let mut done = 0;
    while done < bytes.len() {
        match write(&bytes[done..]) {
            Ok(0) => break,
            Ok(written) => done += written,
            Err(error) if done == 0 => return Err(error),
            Err(_) => break,
        }
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind::BrokenPipe;

    use super::*;

    /// A stream that takes so many bytes at a time, in each call as it is told.
    fn written(calls: &[io::ErrorKind], takes: &[usize], bytes: &[u8]) -> io::Result<usize> {
        let mut takes = takes.iter();
        let mut calls = calls.iter();
        write_all(
            |rest| match takes.next() {
                Some(&takes) => Ok(takes.min(rest.len())),
                None => Err((*calls.next().expect("no further call")).into()),
            },
            bytes,
        )
    }

    #[test]
    fn a_piece_is_written_to_its_end() {
        assert_eq!(written(&[], &[2, 1, 9], b"hello").unwrap(), 5);
    }

    #[test]
    fn what_was_written_before_an_error_counts() {
        assert_eq!(written(&[BrokenPipe], &[2], b"hello").unwrap(), 2);
        let error = written(&[BrokenPipe], &[], b"hello").unwrap_err();
        assert_eq!(error.kind(), BrokenPipe);
        assert_eq!(written(&[], &[2, 0], b"hello").unwrap(), 2);
    }
}
