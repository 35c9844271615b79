//! A child of a scope: the future that was spawned, and the place where its value waits for the handle; it knows
//! nothing of turns.

use std::cell::Cell;
use std::future::Future;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::handle::Aborted;
use super::roll::Ticket;
use crate::quietly::quietly;

/// What a child and its handle share.
///
/// ```text
///              the future was dropped,                  handle: poll_join
///    Running ───────────────────────────────▶ Ended ──────────────────────▶ Taken
///              and gave a value before or not
/// ```
pub(super) struct Joint<T> {
    phase: Cell<Phase>,
    /// Of a child that has ended, and was not cut short.
    value: Cell<Option<T>>,
    abort_requested: Cell<bool>,
    ticket: Rc<Ticket>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Running,
    Ended,
    Taken,
}

impl<T> Joint<T> {
    pub(super) fn new(location: &'static Location<'static>) -> Rc<Self> {
        Rc::new(Joint {
            phase: Cell::new(Phase::Running),
            value: Cell::new(None),
            abort_requested: Cell::new(false),
            ticket: Ticket::new(Some(location)),
        })
    }

    pub(super) fn phase(&self) -> Phase {
        self.phase.get()
    }

    pub(super) fn ticket(&self) -> &Rc<Ticket> {
        &self.ticket
    }

    /// Where the child was spawned.
    pub(super) fn location(&self) -> &'static Location<'static> {
        let location = self.ticket.location();
        location.expect("a child was spawned somewhere")
    }

    /// Asks the child to end; true if nobody has asked before.
    pub(super) fn request_abort(&self) -> bool {
        self.phase.get() == Phase::Running && !self.abort_requested.replace(true)
    }

    pub(super) fn poll_join(&self, cx: &mut Context<'_>) -> Poll<Result<T, Aborted>> {
        match self.phase.get() {
            Phase::Running => {
                let joiner = self.ticket.joiner();
                let kept = joiner.take().filter(|kept| kept.will_wake(cx.waker()));
                joiner.set(Some(kept.unwrap_or_else(|| cx.waker().clone())));
                Poll::Pending
            }
            Phase::Ended => {
                self.phase.set(Phase::Taken);
                Poll::Ready(self.value.take().ok_or(Aborted))
            }
            Phase::Taken => panic!(
                "a `ScopedJoinHandle` was polled after it had given its result; the child was spawned at {}",
                self.location()
            ),
        }
    }

    /// The handle is gone: there is nobody to wake.
    pub(super) fn forget_joiner(&self) {
        drop(self.ticket.joiner().take());
    }

    fn end(&self, value: Option<T>) {
        if self.phase.get() != Phase::Running {
            return;
        }
        self.value.set(value);
        self.phase.set(Phase::Ended);
        if let Some(joiner) = self.ticket.joiner().take() {
            quietly(|| joiner.wake());
        }
    }
}

/// Tells the handle of the end, at the latest when the child is dropped.
struct Ending<T>(Rc<Joint<T>>);

impl<T> Drop for Ending<T> {
    fn drop(&mut self) {
        self.0.end(None);
    }
}

pin_project! {
    /// The future of a child, as the scope polls it: what it gives is nothing, or the error that ends the scope.
    pub(super) struct Child<F: Future, T, E> {
        // `None` when it has ended. It stands before `ending`, and so is dropped before the handle is told.
        #[pin]
        future: Option<F>,
        judge: fn(F::Output) -> Result<T, E>,
        ending: Ending<T>,
    }
}

impl<F: Future, T, E> Child<F, T, E> {
    pub(super) fn new(
        future: F,
        judge: fn(F::Output) -> Result<T, E>,
        joint: Rc<Joint<T>>,
    ) -> Self {
        Child {
            future: Some(future),
            judge,
            ending: Ending(joint),
        }
    }
}

impl<F: Future, T, E> Future for Child<F, T, E> {
    type Output = Result<(), E>;

    /// A panic is the caller's to catch.
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), E>> {
        let mut this = self.project();
        let joint = &this.ending.0;
        if !joint.abort_requested.get() {
            let future = this.future.as_mut().as_pin_mut();
            let future = future.expect("a child that has ended has no turn");
            match future.poll(cx) {
                Poll::Ready(output) => {
                    // First the future goes, then its value is shown.
                    let dropped = catch_unwind(AssertUnwindSafe(|| this.future.set(None)));
                    if let Err(payload) = dropped {
                        quietly(|| drop(output));
                        resume_unwind(payload);
                    }
                    return Poll::Ready((this.judge)(output).map(|value| joint.end(Some(value))));
                }
                // It may have aborted itself.
                Poll::Pending if joint.abort_requested.get() => {}
                Poll::Pending => return Poll::Pending,
            }
        }
        this.future.set(None);
        joint.end(None);
        Poll::Ready(Ok(()))
    }
}
