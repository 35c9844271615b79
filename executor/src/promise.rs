//! A result that comes from another thread: one end keeps the promise, the other awaits it.

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::cell::Id;
use crate::error::JoinError;

/// Makes both ends. `id` is whom an error names.
pub(crate) fn promise<T>(id: Id) -> (Promise<T>, Promised<T>) {
    let outcome = Arc::new(Mutex::new(Outcome::Waiting(None)));
    (Promise(outcome.clone()), Promised { id, outcome })
}

enum Outcome<T> {
    Waiting(Option<Waker>),
    /// As above, but nobody wants the result: it will be dropped.
    Unwanted,
    Done(Result<T, Box<dyn Any + Send>>),
    /// The promise was dropped before there was a result.
    Broken,
    /// The result was taken, or dropped because nobody wanted it.
    Over,
}

/// The end that has the result some day. Dropping it without one breaks the promise: the work was cancelled.
pub(crate) struct Promise<T>(Arc<Mutex<Outcome<T>>>);

impl<T> Promise<T> {
    /// False when the other end was dropped, so that the work need not begin.
    pub(crate) fn is_wanted(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }

    /// Gives the value, or the payload of a panic.
    pub(crate) fn keep(self, result: Result<T, Box<dyn Any + Send>>) {
        self.settle(Outcome::Done(result));
    }

    /// Settles an outcome that is open and wakes its future. The lock is free again when the waker is called and when a
    /// result that nobody wants is dropped.
    fn settle(&self, settled: Outcome<T>) {
        let mut outcome = lock(&self.0);
        let (waker, unwanted) = match &mut *outcome {
            Outcome::Waiting(waker) => {
                let waker = waker.take();
                *outcome = settled;
                (waker, None)
            }
            Outcome::Unwanted => {
                *outcome = Outcome::Over;
                (None, Some(settled))
            }
            Outcome::Done(_) | Outcome::Broken | Outcome::Over => (None, Some(settled)),
        };
        drop(outcome);
        drop(unwanted);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T> Drop for Promise<T> {
    fn drop(&mut self) {
        self.settle(Outcome::Broken);
    }
}

fn lock<T>(outcome: &Mutex<Outcome<T>>) -> MutexGuard<'_, Outcome<T>> {
    outcome.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The end that waits. Dropping it says that nobody wants the result.
pub(crate) struct Promised<T> {
    id: Id,
    outcome: Arc<Mutex<Outcome<T>>>,
}

impl<T> Promised<T> {
    pub(crate) fn id(&self) -> Id {
        self.id
    }

    /// True when awaiting it would not wait.
    pub(crate) fn is_settled(&self) -> bool {
        !matches!(
            *lock(&self.outcome),
            Outcome::Waiting(_) | Outcome::Unwanted
        )
    }

    /// As the future's poll, for whoever shares it.
    pub(crate) fn poll_outcome(&self, cx: &mut Context<'_>) -> Poll<Result<T, JoinError>> {
        let waker = cx.waker().clone(); // Here, because it is user code, as is its drop.
        let mut outcome = lock(&self.outcome);
        if let Outcome::Waiting(kept) = &mut *outcome {
            let before = kept.replace(waker);
            drop(outcome);
            drop(before);
            return Poll::Pending;
        }
        let settled = std::mem::replace(&mut *outcome, Outcome::Over);
        drop(outcome);
        match settled {
            Outcome::Done(Ok(value)) => Poll::Ready(Ok(value)),
            Outcome::Done(Err(payload)) => Poll::Ready(Err(JoinError::panicked(self.id, payload))),
            Outcome::Broken => Poll::Ready(Err(JoinError::cancelled(self.id))),
            Outcome::Waiting(_) | Outcome::Unwanted | Outcome::Over => {
                panic!(
                    "the handle of work on another thread was polled after it had given its result"
                )
            }
        }
    }

    /// Nobody wants the result: it is dropped, here if it has come, else when it comes.
    pub(crate) fn abandon(&self) {
        let mut outcome = lock(&self.outcome);
        let after = match *outcome {
            Outcome::Waiting(_) | Outcome::Unwanted => Outcome::Unwanted,
            Outcome::Done(_) | Outcome::Broken | Outcome::Over => Outcome::Over,
        };
        let unwanted = std::mem::replace(&mut *outcome, after);
        drop(outcome);
        drop(unwanted);
    }
}

impl<T> Future for Promised<T> {
    type Output = Result<T, JoinError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.poll_outcome(cx)
    }
}

impl<T> Drop for Promised<T> {
    fn drop(&mut self) {
        self.abandon();
    }
}

impl<T> fmt::Debug for Promised<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Promised")
            .field("id", &self.id)
            .field("settled", &self.is_settled())
            .finish()
    }
}
