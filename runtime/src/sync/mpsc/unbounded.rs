//! The side that sends, into a channel without a limit.

use std::fmt;
use std::rc::Weak;

use super::error::SendError;
use super::sending::Sending;
use super::shared::Shared;

/// Sends values without ever waiting. Clones send into the same channel.
///
/// When the last one is dropped, the receiver is told so.
///
/// ```
/// use runtime::sync::mpsc::{self, UnboundedSender};
///
/// runtime::block_on(async {
///     let (sender, mut receiver) = mpsc::unbounded_channel();
///     let another: UnboundedSender<u32> = sender.clone();
///     sender.send(1).unwrap();
///     another.send(2).unwrap();
///     assert_eq!(receiver.recv().await, Some(1));
///     assert_eq!(receiver.recv().await, Some(2));
/// });
/// ```
pub struct UnboundedSender<T> {
    sending: Sending<T>,
}

impl<T> UnboundedSender<T> {
    pub(super) fn new(sending: Sending<T>) -> Self {
        UnboundedSender { sending }
    }

    /// Sends the value. Nothing holds a sender back that is quicker than the receiver but the memory.
    ///
    /// # Errors
    /// When the channel is closed: the value comes back. `Ok` does not say that it will be received: the receiver may
    /// be dropped with the value in it.
    ///
    /// ```
    /// use runtime::sync::mpsc::{self, error::SendError};
    ///
    /// let (sender, receiver) = mpsc::unbounded_channel();
    /// assert_eq!(sender.send(1), Ok(()));
    /// drop(receiver);
    /// assert_eq!(sender.send(2), Err(SendError(2)));
    /// ```
    pub fn send(&self, value: T) -> Result<(), SendError<T>> {
        match self.sending.take_place() {
            Ok(()) => {
                self.sending.fill(value);
                Ok(())
            }
            Err(_) => Err(SendError(value)),
        }
    }

    /// Waits until the channel is closed, or its receiver dropped.
    ///
    /// # Cancel safety
    /// Dropping this future leaves nothing behind.
    ///
    /// ```
    /// use runtime::spawn;
    /// use runtime::sync::mpsc;
    ///
    /// runtime::block_on(async {
    ///     let (sender, receiver) = mpsc::unbounded_channel::<u8>();
    ///     spawn(async move { drop(receiver) });
    ///     sender.closed().await;
    /// });
    /// ```
    pub async fn closed(&self) {
        self.sending.wait_until_closed().await;
    }

    /// Whether the channel is closed, or its receiver gone.
    ///
    /// ```
    /// let (sender, mut receiver) = runtime::sync::mpsc::unbounded_channel::<u8>();
    /// assert!(!sender.is_closed());
    /// receiver.close();
    /// assert!(sender.is_closed());
    /// ```
    pub fn is_closed(&self) -> bool {
        self.sending.closed.get()
    }

    /// Whether both send into one channel.
    ///
    /// ```
    /// let (sender, _receiver) = runtime::sync::mpsc::unbounded_channel::<u8>();
    /// assert!(sender.same_channel(&sender.clone()));
    /// ```
    pub fn same_channel(&self, other: &UnboundedSender<T>) -> bool {
        self.sending.is_of(&other.sending)
    }

    /// A sender that does not keep the channel open.
    ///
    /// ```
    /// let (sender, receiver) = runtime::sync::mpsc::unbounded_channel::<u8>();
    /// let weak = sender.downgrade();
    /// drop(sender);
    /// assert!(receiver.is_closed() && weak.upgrade().is_none());
    /// ```
    pub fn downgrade(&self) -> WeakUnboundedSender<T> {
        WeakUnboundedSender {
            shared: self.sending.downgrade(),
        }
    }
}

impl<T> Clone for UnboundedSender<T> {
    fn clone(&self) -> Self {
        UnboundedSender::new(self.sending.clone())
    }
}

impl<T> fmt::Debug for UnboundedSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sender = f.debug_struct("UnboundedSender");
        sender.field("closed", &self.is_closed()).finish()
    }
}

/// An [`UnboundedSender`] that does not keep the channel open; [upgrade](WeakUnboundedSender::upgrade) it to send.
///
/// ```
/// use runtime::sync::mpsc::{self, WeakUnboundedSender};
///
/// let (sender, mut receiver) = mpsc::unbounded_channel();
/// let weak: WeakUnboundedSender<i32> = sender.downgrade();
/// weak.upgrade().unwrap().send(5).unwrap();
/// assert_eq!(receiver.try_recv(), Ok(5));
/// ```
pub struct WeakUnboundedSender<T> {
    shared: Weak<Shared<T>>,
}

impl<T> WeakUnboundedSender<T> {
    /// A sender, unless all of them are gone.
    ///
    /// ```
    /// let (sender, _receiver) = runtime::sync::mpsc::unbounded_channel::<u8>();
    /// let weak = sender.downgrade();
    /// assert!(weak.upgrade().is_some());
    /// drop(sender);
    /// assert!(weak.upgrade().is_none());
    /// ```
    pub fn upgrade(&self) -> Option<UnboundedSender<T>> {
        Sending::upgrade(&self.shared).map(UnboundedSender::new)
    }
}

impl<T> Clone for WeakUnboundedSender<T> {
    fn clone(&self) -> Self {
        WeakUnboundedSender {
            shared: self.shared.clone(),
        }
    }
}

impl<T> fmt::Debug for WeakUnboundedSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WeakUnboundedSender")
    }
}
