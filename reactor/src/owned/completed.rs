//! Operations on a driver that completes them: the buffer stays here, and its memory is the system's meanwhile.
//!
//! The future keeps the buffer for as long as it lives, and does not touch it while the driver has a token for it. If
//! it is dropped before the end, the driver gets the buffer to keep. If it is leaked, so is the buffer. Either way the
//! memory outlives whatever the system does with it.

use std::any::Any;
use std::io;
use std::mem::ManuallyDrop;
use std::task::{Context, Poll, ready};

use super::file::was_cancelled;
use super::{Attempt, Socket, Transfer, Way};
use crate::budget;
use crate::buffer::IoBufMut;
use crate::driver::completion::{Completions, Outcome, Token};
use crate::refusal::gone;

/// What it does to a buffer that the system has moved bytes.
#[doc(hidden)]
pub trait Effect<B> {
    /// Tells the buffer that `moved` bytes were written behind the first `from`.
    ///
    /// # Safety
    /// They were: by a call that the operation's [`Way::call`] has made of this buffer, with this `from`.
    unsafe fn moved(buffer: &mut B, from: usize, moved: usize);
}

/// Bytes that were sent leave a buffer as it was.
#[doc(hidden)]
#[derive(Debug)]
pub struct Unchanged;

/// One buffer was filled further.
#[doc(hidden)]
#[derive(Debug)]
pub struct Filled;

/// Several buffers were filled, each before the next one.
#[doc(hidden)]
#[derive(Debug)]
pub struct FilledInTurn;

impl<B> Effect<B> for Unchanged {
    // SAFETY: told at the trait, and nothing is done.
    unsafe fn moved(_: &mut B, _: usize, _: usize) {}
}

impl<B: IoBufMut> Effect<B> for Filled {
    // SAFETY: told at the trait.
    unsafe fn moved(buffer: &mut B, from: usize, moved: usize) {
        // SAFETY: the call named the room behind `from`, up to which the buffer was filled before, and the caller says
        // that so many bytes were written there.
        unsafe { buffer.set_filled(from + moved) };
    }
}

impl<B: IoBufMut> Effect<Vec<B>> for FilledInTurn {
    // SAFETY: told at the trait.
    unsafe fn moved(buffers: &mut Vec<B>, _: usize, moved: usize) {
        let mut left = moved;
        for buffer in buffers {
            let filled = left.min(buffer.room());
            if filled > 0 {
                // SAFETY: the call named the rooms in their order, and the system fills each before the next.
                unsafe { buffer.set_filled(filled) };
            }
            left -= filled;
        }
    }
}

impl<S: Socket, B: 'static, W: Way<S, B>> Transfer<'_, S, B, W> {
    pub(super) fn poll_completed(
        &mut self,
        cx: &mut Context<'_>,
        completions: &dyn Completions,
    ) -> Poll<io::Result<W::Output>> {
        if self.token.is_some() {
            let outcome = ready!(self.poll_outcome(cx, completions));
            match self.take_in(outcome) {
                Attempt::GoesOn => {}
                // The system did not want to wait. (Linux before 5.19 had such sockets.) So it is done by readiness.
                Attempt::Waits => return self.poll_attempts(cx),
                Attempt::Ended(result) => return Poll::Ready(result),
            }
        }
        let Some(buffer) = &mut self.buffer else {
            self.misused("polled");
        };
        ready!(budget::poll_left(cx));
        let registration = self.place.registration();
        if registration.handle().core().is_closed() {
            return Poll::Ready(Err(gone()));
        }
        let Some(call) = self.way.call(buffer, self.done) else {
            return self.poll_attempts(cx);
        };
        budget::spend();
        let (source, key) = registration.share();
        // SAFETY: the call names memory of the buffer only. It stays in `self.buffer`, where nobody touches it while
        // `self.token` is there: `poll` and `cancel` ask for the outcome first, `end` comes after that, and `drop`
        // gives it to the driver. By the contract of buffers it may be moved meanwhile, or forgotten.
        let token = unsafe { completions.begin(Some(source), key, call, cx.waker().clone()) };
        self.token = Some(token);
        Poll::Pending
    }

    /// The outcome of what the driver was given. From then on the buffer is ours again.
    fn poll_outcome(
        &mut self,
        cx: &mut Context<'_>,
        completions: &dyn Completions,
    ) -> Poll<Outcome> {
        let Some(token) = &self.token else {
            unreachable!("it is asked for with a token only");
        };
        let outcome = ready!(completions.poll(token, cx));
        self.token = None;
        if let (Ok(moved), Some(buffer)) = (&outcome.moved, &mut self.buffer) {
            // SAFETY: the driver says that the system has moved so many bytes, by the call that was made of this
            // buffer and of `done`, neither of which has changed since.
            unsafe { W::Effect::moved(buffer, self.done, *moved) };
        }
        Poll::Ready(outcome)
    }

    /// What the outcome means.
    fn take_in(&mut self, outcome: Outcome) -> Attempt<W::Output> {
        let registration = self.place.registration();
        if let Err(error) = &outcome.moved {
            let closed = registration.handle().core().is_closed();
            match error.kind() {
                io::ErrorKind::Interrupted => return Attempt::GoesOn,
                io::ErrorKind::WouldBlock => return Attempt::Waits,
                _ if closed => return Attempt::Ended(Err(gone())),
                _ => {}
            }
        }
        match &self.buffer {
            Some(buffer) => self.way.completed(buffer, outcome, &mut self.done),
            None => self.misused("polled"),
        }
    }

    /// What came of a call that was over before it could be cancelled, or that had failed.
    pub(super) fn poll_cancelled(
        &mut self,
        cx: &mut Context<'_>,
        asked: &mut bool,
    ) -> Poll<io::Result<Option<W::Output>>> {
        let (Some(token), completions) = (&self.token, self.place.registration().completions())
        else {
            return Poll::Ready(Ok(None));
        };
        let completions = completions.expect("a driver that has begun to complete goes on");
        if !*asked {
            *asked = true;
            completions.cancel(token);
        }
        let outcome = ready!(self.poll_outcome(cx, completions));
        let kind = outcome.moved.as_ref().map_err(io::Error::kind);
        let cancelled = outcome.moved.as_ref().is_err_and(was_cancelled);
        if kind == Err(io::ErrorKind::WouldBlock) || cancelled {
            return Poll::Ready(Ok(None));
        }
        Poll::Ready(match self.take_in(outcome) {
            Attempt::GoesOn | Attempt::Waits => Ok(None),
            Attempt::Ended(result) => result.map(Some),
        })
    }
}

impl<S: Socket, B: 'static, W> Drop for Transfer<'_, S, B, W> {
    /// The driver keeps the buffer for as long as the system may touch it.
    fn drop(&mut self) {
        let Some(token) = self.token.take() else {
            return;
        };
        leave_to_driver(
            self.place.registration().completions(),
            token,
            self.buffer.take(),
        );
    }
}

/// Gives a buffer to the driver, for as long as the system may touch it. If anything goes wrong the buffer is leaked,
/// and not freed under the system.
pub(super) fn leave_to_driver<B: 'static>(
    completions: Option<&dyn Completions>,
    token: Token,
    buffer: Option<B>,
) {
    let mut buffer = ManuallyDrop::new(buffer);
    if let Some(completions) = completions {
        completions.abandon(token, &mut || Box::new(buffer.take()) as Box<dyn Any>);
        drop(ManuallyDrop::into_inner(buffer)); // It is still here if the driver had no need of it.
    }
}
