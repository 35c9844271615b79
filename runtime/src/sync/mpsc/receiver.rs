//! The side that receives.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::error::TryRecvError;
use super::shared::Shared;

/// Receives the values of a channel, in the order in which they were sent.
///
/// It is also a [`Stream`] of them. Dropping it closes the channel and drops what is in it.
///
/// ```
/// use runtime::stream::StreamExt;
/// use runtime::sync::mpsc::{self, Receiver};
///
/// runtime::block_on(async {
///     let (sender, receiver): (_, Receiver<i32>) = mpsc::channel(3);
///     for n in 1..=3 {
///         sender.send(n).await.unwrap();
///     }
///     drop(sender);
///     let squares = receiver.map(|n| n * n);
///     assert_eq!(squares.collect::<Vec<_>>().await, [1, 4, 9]);
/// });
/// ```
pub struct Receiver<T> {
    shared: Rc<Shared<T>>,
}

/// [Receives](Receiver) from an unbounded channel: both kinds have the same receiver.
///
/// ```
/// use runtime::sync::mpsc::{UnboundedReceiver, unbounded_channel};
///
/// let (sender, mut receiver): (_, UnboundedReceiver<i32>) = unbounded_channel();
/// sender.send(5).unwrap();
/// assert_eq!(receiver.try_recv(), Ok(5));
/// ```
pub type UnboundedReceiver<T> = Receiver<T>;

impl<T> Receiver<T> {
    pub(super) fn new(shared: Rc<Shared<T>>) -> Self {
        Receiver { shared }
    }

    /// Waits for the next value. `None` says that none will come: all were received, and every sender is gone, or the
    /// channel was [closed](Receiver::close) and every permit is used or gone.
    ///
    /// # Cancel safety
    /// Dropping this future loses no value.
    ///
    /// ```
    /// use runtime::sync::mpsc;
    ///
    /// runtime::block_on(async {
    ///     let (sender, mut receiver) = mpsc::channel(1);
    ///     sender.send("word").await.unwrap();
    ///     drop(sender);
    ///     assert_eq!(receiver.recv().await, Some("word"));
    ///     assert_eq!(receiver.recv().await, None);
    /// });
    /// ```
    pub async fn recv(&mut self) -> Option<T> {
        let waiting = ForgetOnDrop(&self.shared);
        poll_fn(|cx| waiting.0.poll_recv(cx)).await
    }

    /// Takes the next value if it is here.
    ///
    /// # Errors
    /// [`Empty`](TryRecvError::Empty) when one may still come, [`Disconnected`](TryRecvError::Disconnected) when none
    /// will.
    ///
    /// ```
    /// use runtime::sync::mpsc::{self, error::TryRecvError};
    ///
    /// let (sender, mut receiver) = mpsc::channel(1);
    /// sender.try_send(5).unwrap();
    /// assert_eq!(receiver.try_recv(), Ok(5));
    /// assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
    /// ```
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        match self.shared.take() {
            Some(value) => Ok(value),
            None if self.shared.has_ended() => Err(TryRecvError::Disconnected),
            None => Err(TryRecvError::Empty),
        }
    }

    /// As [`recv`](Receiver::recv), for futures written by hand. Only the waker of the last call is woken.
    ///
    /// It is also pending when the task has done its share of this poll, and then wakes it.
    ///
    /// ```
    /// use std::task::{Context, Poll, Waker};
    ///
    /// let (sender, mut receiver) = runtime::sync::mpsc::channel(1);
    /// let mut cx = Context::from_waker(Waker::noop());
    /// assert_eq!(receiver.poll_recv(&mut cx), Poll::Pending);
    /// sender.try_send(5).unwrap();
    /// assert_eq!(receiver.poll_recv(&mut cx), Poll::Ready(Some(5)));
    /// ```
    pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        self.shared.poll_recv(cx)
    }

    /// Lets no more values in; those that are in, and those of [permits](super::Permit) that were given, are still
    /// received. Senders that wait are told at once.
    ///
    /// ```
    /// use runtime::sync::mpsc;
    ///
    /// let (sender, mut receiver) = mpsc::channel(2);
    /// sender.try_send("one").unwrap();
    /// receiver.close();
    /// assert!(sender.try_send("two").is_err());
    /// assert_eq!(runtime::block_on(receiver.recv()), Some("one"));
    /// assert_eq!(runtime::block_on(receiver.recv()), None);
    /// ```
    pub fn close(&mut self) {
        self.shared.close();
    }

    /// Whether no more values can be sent: it was closed, or every sender is gone.
    ///
    /// ```
    /// let (sender, receiver) = runtime::sync::mpsc::channel::<u8>(1);
    /// assert!(!receiver.is_closed());
    /// drop(sender);
    /// assert!(receiver.is_closed());
    /// ```
    pub fn is_closed(&self) -> bool {
        self.shared.closed.get() || self.shared.senders.get() == 0
    }

    /// Whether there is no value to take now.
    ///
    /// ```
    /// let (sender, receiver) = runtime::sync::mpsc::channel(1);
    /// assert!(receiver.is_empty());
    /// sender.try_send(5).unwrap();
    /// assert!(!receiver.is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many values there are to take now.
    ///
    /// ```
    /// let (sender, receiver) = runtime::sync::mpsc::channel(2);
    /// sender.try_send(5).unwrap();
    /// assert_eq!(receiver.len(), 1);
    /// ```
    pub fn len(&self) -> usize {
        self.shared.values.borrow().len()
    }

    /// How many values could be sent now without waiting, as
    /// [`Sender::capacity`](super::Sender::capacity) says.
    ///
    /// ```
    /// let (sender, receiver) = runtime::sync::mpsc::channel(2);
    /// sender.try_send(5).unwrap();
    /// assert_eq!(receiver.capacity(), 1);
    /// ```
    pub fn capacity(&self) -> usize {
        self.shared.free.get()
    }

    /// The capacity that the channel was made with; of an unbounded one, `usize::MAX`.
    ///
    /// ```
    /// let (sender, receiver) = runtime::sync::mpsc::channel(2);
    /// sender.try_send(5).unwrap();
    /// assert_eq!(receiver.max_capacity(), 2);
    /// ```
    pub fn max_capacity(&self) -> usize {
        self.shared.capacity
    }
}

impl<T> Shared<T> {
    fn poll_recv(&self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        self.receiver.poll(cx, || match self.take() {
            None if !self.has_ended() => None,
            next => Some(next),
        })
    }
}

struct ForgetOnDrop<'a, T>(&'a Shared<T>);

impl<T> Drop for ForgetOnDrop<'_, T> {
    fn drop(&mut self) {
        self.0.receiver.forget();
    }
}

impl<T> Stream for Receiver<T> {
    type Item = T;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        self.shared.poll_recv(cx)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let here = self.len();
        (here, self.shared.has_ended().then_some(here))
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        self.shared.receiver_gone();
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut receiver = f.debug_struct("Receiver");
        receiver.field("len", &self.len());
        receiver.field("closed", &self.is_closed()).finish()
    }
}
