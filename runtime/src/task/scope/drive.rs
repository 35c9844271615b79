//! The future of a scope: it polls the body and the children in rounds, and ends them all when it is dropped.
//!
//! ```text
//!               a round: somebody is due
//!               ┌──────┐
//!               │      ▼     the body has ended, and every child
//!    new ────▶ Running ─────────────────────────────────────────▶ its value
//!                 │  │
//!                 │  └── the first panic or error: cancel all ───▶ the panic goes on, or the error is given
//!                 └───── dropped: cancel all
//! ```

use std::future::Future;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

use pin_project_lite::pin_project;
use reactor::budget;

use super::nursery::{Failure, Nursery};
use super::roll::Ticket;
use super::turns::{Key, Name};
use crate::quietly::quietly;

/// Polls of children in one poll of the scope, also where nobody refills the budget: on somebody else's loop.
const POLLS_PER_ROUND: usize = budget::OPERATIONS_PER_POLL as usize;

pin_project! {
    /// Drives a scope.
    ///
    /// Where the children borrow the `Scope` this owns them, and it is declared after the `Scope`: so they are gone
    /// first.
    pub(super) struct Drive<'scope, B: Future, T, E> {
        // `None` when it has ended.
        #[pin]
        body: Option<B>,
        name: Arc<Name>,
        ticket: Rc<Ticket>,
        waker: Waker,
        judge: fn(B::Output) -> Result<T, E>,
        value: Option<T>,
        nursery: Rc<Nursery<'scope, E>>,
    }

    impl<'scope, B: Future, T, E> PinnedDrop for Drive<'scope, B, T, E> {
        fn drop(this: Pin<&mut Self>) {
            match this.cancel() {
                Some(Failure::Panic(payload)) if !thread::panicking() => resume_unwind(payload),
                failure => quietly(|| drop(failure)),
            }
        }
    }
}

impl<'scope, B: Future, T, E> Drive<'scope, B, T, E> {
    pub(super) fn new(
        nursery: Rc<Nursery<'scope, E>>,
        body: B,
        judge: fn(B::Output) -> Result<T, E>,
    ) -> Self {
        let name = Name::new(Key::BODY, nursery.turns());
        name.wake_by_ref();
        Drive {
            body: Some(body),
            waker: Waker::from(name.clone()),
            ticket: nursery.roll().enter_body(&name),
            name,
            judge,
            value: None,
            nursery,
        }
    }

    fn poll_body(self: Pin<&mut Self>) {
        let mut this = self.project();
        let Some(body) = this.body.as_mut().as_pin_mut() else {
            return;
        };
        this.name.lower();
        let mut cx = Context::from_waker(this.waker);
        this.ticket.begin_poll();
        let polled = this.nursery.catch(|| body.poll(&mut cx));
        this.ticket.end_poll();
        if let Some(Poll::Pending) = polled {
            return;
        }
        this.name.retire();
        this.nursery.roll().leave_body();
        if let Some(Poll::Ready(output)) = polled {
            match (this.judge)(output) {
                Ok(value) => *this.value = Some(value),
                Err(error) => this.nursery.fail(Failure::Error(error)),
            }
        }
        this.nursery.catch(|| this.body.set(None));
    }

    /// Ends the body and every child, and gives the first failure.
    fn cancel(self: Pin<&mut Self>) -> Option<Failure<E>> {
        let mut this = self.project();
        this.nursery.close();
        this.name.retire();
        this.nursery.roll().leave_body();
        this.nursery.catch(|| this.body.set(None));
        this.nursery.cancel();
        let value = this.value.take();
        this.nursery.catch(|| drop(value));
        this.nursery.take_failure()
    }

    fn is_over(&self) -> bool {
        self.body.is_none() && self.nursery.is_empty()
    }
}

impl<B: Future, T, E> Future for Drive<'_, B, T, E> {
    type Output = Result<T, E>;

    /// One round: whoever was due when it began has one turn, so that a child that wakes itself gives way to its
    /// siblings and to the rest of the task, and `yield_now` means what it says.
    ///
    /// A turn is an operation of the task's budget. When that is spent the round ends early and the next one begins
    /// where this one stopped; but there is one turn in each, so that a flood elsewhere in the task stops nobody here.
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T, E>> {
        let nursery = self.nursery.clone();
        let turns = nursery.turns();
        let _round = nursery.roll().begin_round(cx.waker());
        let (due, kept) = turns.begin();
        for _ in 0..due.min(POLLS_PER_ROUND) {
            match turns.next() {
                Some(Key::BODY) => self.as_mut().poll_body(),
                Some(key) => nursery.poll_child(key),
                None => break,
            }
            if nursery.has_failed() {
                return match self.cancel().expect("it has failed") {
                    Failure::Panic(payload) => resume_unwind(payload),
                    Failure::Error(error) => Poll::Ready(Err(error)),
                };
            }
            budget::spend();
            if budget::poll_left(cx).is_pending() {
                break;
            }
        }
        if self.is_over() {
            turns.close();
            let value = self.project().value.take();
            return Poll::Ready(Ok(
                value.expect("a scope is polled no more when it has ended")
            ));
        }
        let kept = kept.filter(|kept| kept.will_wake(cx.waker()));
        turns.wait(kept.unwrap_or_else(|| cx.waker().clone()));
        Poll::Pending
    }
}
