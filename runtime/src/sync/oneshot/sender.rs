//! The side that sends the one value.

use std::fmt;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll};

use super::Shared;

/// Sends one value, or none when it is dropped: then the receiver is told so.
///
/// ```
/// use runtime::sync::oneshot::{Sender, channel};
///
/// let (sender, receiver): (Sender<&str>, _) = channel();
/// sender.send("word").unwrap();
/// assert_eq!(runtime::block_on(receiver), Ok("word"));
/// ```
pub struct Sender<T> {
    shared: Rc<Shared<T>>,
}

impl<T> Sender<T> {
    pub(super) fn new(shared: Rc<Shared<T>>) -> Self {
        Sender { shared }
    }

    /// Sends the value, without waiting.
    ///
    /// `Ok` does not say that it will be seen: the receiver may be dropped with the value in it.
    ///
    /// # Errors
    /// When the receiver is closed or gone: the value comes back.
    ///
    /// ```
    /// use runtime::sync::oneshot;
    ///
    /// let (sender, receiver) = oneshot::channel();
    /// drop(receiver);
    /// assert_eq!(sender.send("word"), Err("word"));
    /// ```
    pub fn send(self, value: T) -> Result<(), T> {
        if self.is_closed() {
            return Err(value);
        }
        self.shared.value.set(Some(value));
        drop(self); // Which wakes the receiver.
        Ok(())
    }

    /// Waits until the receiver is closed or dropped: nobody wants the value any more.
    ///
    /// # Cancel safety
    /// Dropping this future leaves nothing behind.
    ///
    /// ```
    /// use runtime::future::race;
    /// use runtime::sync::oneshot;
    /// use runtime::task::yield_now;
    ///
    /// runtime::block_on(async {
    ///     let (mut sender, receiver) = oneshot::channel::<u64>();
    ///     drop(receiver);
    ///     let endless = async {
    ///         loop {
    ///             yield_now().await;
    ///         }
    ///     };
    ///     race(sender.closed(), endless).await; // The work ends when nobody wants its result.
    /// });
    /// ```
    pub async fn closed(&mut self) {
        let waiting = ForgetOnDrop(self);
        poll_fn(|cx| waiting.0.shared.poll_closed(cx)).await;
    }

    /// Whether the receiver is closed or gone.
    ///
    /// ```
    /// let (sender, receiver) = runtime::sync::oneshot::channel::<u8>();
    /// assert!(!sender.is_closed());
    /// drop(receiver);
    /// assert!(sender.is_closed());
    /// ```
    pub fn is_closed(&self) -> bool {
        self.shared.closed.get()
    }

    /// As [`closed`](Sender::closed), for futures written by hand. Only the waker of the last call is woken.
    ///
    /// ```
    /// use std::task::{Context, Waker};
    ///
    /// let (mut sender, mut receiver) = runtime::sync::oneshot::channel::<u8>();
    /// let mut cx = Context::from_waker(Waker::noop());
    /// assert!(sender.poll_closed(&mut cx).is_pending());
    /// receiver.close();
    /// assert!(sender.poll_closed(&mut cx).is_ready());
    /// ```
    pub fn poll_closed(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.shared.poll_closed(cx)
    }
}

impl<T> Shared<T> {
    fn poll_closed(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.sender.poll(cx, || self.closed.get().then_some(()))
    }
}

struct ForgetOnDrop<'a, T>(&'a Sender<T>);

impl<T> Drop for ForgetOnDrop<'_, T> {
    fn drop(&mut self) {
        self.0.shared.sender.forget();
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.shared.sent.set(true);
        self.shared.sender.forget();
        self.shared.receiver.wake();
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let closed = self.is_closed();
        f.debug_struct("Sender").field("closed", &closed).finish()
    }
}
