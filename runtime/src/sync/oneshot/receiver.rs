//! The side that receives the one value.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use super::Shared;
use super::error::{RecvError, TryRecvError};

/// The future of the value.
///
/// # Errors
/// [`RecvError`] when the sender was dropped without having sent, or this was [closed](Receiver::close) before.
///
/// # Cancel safety
/// `&mut receiver` can be awaited, given up and awaited again. Dropping the receiver itself tells the sender, and drops
/// the value if it is here.
///
/// # Panics
/// When it is polled again after it gave its result.
///
/// ```
/// use runtime::sync::oneshot::{Receiver, channel};
/// use runtime::time::{Duration, timeout};
///
/// runtime::block_on(async {
///     let (sender, mut receiver): (_, Receiver<i32>) = channel();
///     assert!(timeout(Duration::from_millis(1), &mut receiver).await.is_err());
///     sender.send(5).unwrap();
///     assert_eq!(receiver.await, Ok(5));
/// });
/// ```
#[must_use = "futures do nothing unless awaited"]
pub struct Receiver<T> {
    shared: Rc<Shared<T>>,
    /// The result was given, by whatever way.
    told: bool,
}

impl<T> Receiver<T> {
    pub(super) fn new(shared: Rc<Shared<T>>) -> Self {
        Receiver {
            shared,
            told: false,
        }
    }

    /// Refuses a value that has not been sent yet; one that has been is still received.
    ///
    /// ```
    /// use runtime::sync::oneshot;
    ///
    /// let (sender, mut receiver) = oneshot::channel();
    /// receiver.close();
    /// assert_eq!(sender.send(5), Err(5));
    /// assert!(receiver.try_recv().is_err());
    /// ```
    pub fn close(&mut self) {
        self.shared.close();
    }

    /// Takes the value if it is here.
    ///
    /// # Errors
    /// [`Empty`](TryRecvError::Empty) when it may still come, [`Closed`](TryRecvError::Closed) when it will not, or was
    /// received before.
    ///
    /// ```
    /// use runtime::sync::oneshot::{self, error::TryRecvError};
    ///
    /// let (sender, mut receiver) = oneshot::channel();
    /// assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
    /// sender.send(5).unwrap();
    /// assert_eq!(receiver.try_recv(), Ok(5));
    /// assert_eq!(receiver.try_recv(), Err(TryRecvError::Closed));
    /// ```
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        match self.shared.outcome() {
            Some(outcome) => {
                self.told = true;
                outcome.map_err(|_| TryRecvError::Closed)
            }
            None => Err(TryRecvError::Empty),
        }
    }

    /// Whether there is no value to take now.
    ///
    /// ```
    /// let (sender, receiver) = runtime::sync::oneshot::channel();
    /// assert!(receiver.is_empty());
    /// sender.send(5).unwrap();
    /// assert!(!receiver.is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        !self.shared.holds_a_value()
    }

    /// Whether the result was given: then it must not be polled any more.
    ///
    /// ```
    /// let (sender, mut receiver) = runtime::sync::oneshot::channel();
    /// sender.send(5).unwrap();
    /// assert!(!receiver.is_terminated());
    /// runtime::block_on(&mut receiver).unwrap();
    /// assert!(receiver.is_terminated());
    /// ```
    pub fn is_terminated(&self) -> bool {
        self.told
    }
}

impl<T> Future for Receiver<T> {
    type Output = Result<T, RecvError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        assert!(
            !self.told,
            "a oneshot receiver was polled after it had given its result: ask `is_terminated` before"
        );
        let outcome = self.shared.receiver.poll(cx, || self.shared.outcome());
        self.told = outcome.is_ready();
        outcome
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        self.shared.receiver.forget();
        self.shared.close();
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut receiver = f.debug_struct("Receiver");
        receiver.field("holds_a_value", &self.shared.holds_a_value());
        receiver.field("terminated", &self.told).finish()
    }
}
