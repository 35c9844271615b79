//! The side that sends, into a channel with so many places.

use std::fmt;
use std::rc::Weak;

use super::error::{SendError, TrySendError};
use super::permit::Permit;
use super::reserve::Reserve;
use super::sending::Sending;
use super::shared::Shared;
use crate::sync::until::Until;

/// Sends values, and waits when there is no room. Clones send into the same channel.
///
/// When the last one is dropped, the receiver is told so.
///
/// ```
/// use runtime::spawn;
/// use runtime::sync::mpsc::{self, Sender};
///
/// runtime::block_on(async {
///     let (sender, mut receiver) = mpsc::channel(1);
///     let another: Sender<u32> = sender.clone();
///     spawn(async move { sender.send(1).await });
///     spawn(async move { another.send(2).await });
///     assert_eq!(receiver.recv().await, Some(1));
///     assert_eq!(receiver.recv().await, Some(2));
///     assert_eq!(receiver.recv().await, None);
/// });
/// ```
pub struct Sender<T> {
    sending: Sending<T>,
}

impl<T> Sender<T> {
    pub(super) fn new(sending: Sending<T>) -> Self {
        Sender { sending }
    }

    /// Sends the value, when there is room for it. Those who wait come in the order of their first polls.
    ///
    /// # Errors
    /// When the channel is closed, or is closed before there is room: the value comes back. `Ok` does not say that it
    /// will be received: the receiver may be dropped with the value in it.
    ///
    /// # Cancel safety
    /// Dropping this future before its end drops the value, which was not sent, and gives its turn to the next one. To
    /// keep the value, [`reserve`](Sender::reserve) first.
    ///
    /// ```
    /// use runtime::sync::mpsc::{self, error::SendError};
    ///
    /// runtime::block_on(async {
    ///     let (sender, receiver) = mpsc::channel(1);
    ///     assert_eq!(sender.send(1).await, Ok(()));
    ///     drop(receiver);
    ///     assert_eq!(sender.send(2).await, Err(SendError(2)));
    /// });
    /// ```
    pub async fn send(&self, value: T) -> Result<(), SendError<T>> {
        match self.reserve().await {
            Ok(permit) => {
                permit.send(value);
                Ok(())
            }
            Err(SendError(())) => Err(SendError(value)),
        }
    }

    /// Sends the value if there is room now and nobody waits for it.
    ///
    /// # Errors
    /// [`Full`](TrySendError::Full) or [`Closed`](TrySendError::Closed), with the value.
    ///
    /// ```
    /// use runtime::sync::mpsc::{self, error::TrySendError};
    ///
    /// let (sender, _receiver) = mpsc::channel(1);
    /// assert_eq!(sender.try_send(1), Ok(()));
    /// assert_eq!(sender.try_send(2), Err(TrySendError::Full(2)));
    /// ```
    pub fn try_send(&self, value: T) -> Result<(), TrySendError<T>> {
        match self.sending.take_place() {
            Ok(()) => {
                self.sending.fill(value);
                Ok(())
            }
            Err(error) => Err(error.with(value)),
        }
    }

    /// Waits for room, and keeps it for one value. Those who wait come in the order of their first polls.
    ///
    /// # Errors
    /// When the channel is closed, or is closed before there is room.
    ///
    /// # Cancel safety
    /// Dropping this future gives its turn to the next one.
    ///
    /// ```
    /// use runtime::sync::mpsc;
    ///
    /// runtime::block_on(async {
    ///     let (sender, mut receiver) = mpsc::channel(1);
    ///     if let Ok(permit) = sender.reserve().await {
    ///         permit.send("made when there was room");
    ///     }
    ///     assert!(receiver.recv().await.is_some());
    /// });
    /// ```
    pub async fn reserve(&self) -> Result<Permit<'_, T>, SendError<()>> {
        Reserve::new(&self.sending).await
    }

    /// Keeps room for one value, if there is some now and nobody waits for it.
    ///
    /// # Errors
    /// [`Full`](TrySendError::Full) or [`Closed`](TrySendError::Closed).
    ///
    /// ```
    /// let (sender, _receiver) = runtime::sync::mpsc::channel::<u8>(1);
    /// let permit = sender.try_reserve().unwrap();
    /// assert!(sender.try_reserve().is_err());
    /// drop(permit);
    /// assert!(sender.try_reserve().is_ok());
    /// ```
    pub fn try_reserve(&self) -> Result<Permit<'_, T>, TrySendError<()>> {
        self.sending.take_place()?;
        self.sending.give_permit();
        Ok(Permit::new(&self.sending))
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
    ///     let (sender, receiver) = mpsc::channel::<u8>(1);
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
    /// let (sender, receiver) = runtime::sync::mpsc::channel::<u8>(1);
    /// assert!(!sender.is_closed());
    /// drop(receiver);
    /// assert!(sender.is_closed());
    /// ```
    pub fn is_closed(&self) -> bool {
        self.sending.closed.get()
    }

    /// How many values could be sent now without waiting.
    ///
    /// ```
    /// let (sender, _receiver) = runtime::sync::mpsc::channel(2);
    /// sender.try_send(5).unwrap();
    /// assert_eq!(sender.capacity(), 1);
    /// ```
    pub fn capacity(&self) -> usize {
        self.sending.free.get()
    }

    /// The capacity that the channel was made with.
    ///
    /// ```
    /// let (sender, _receiver) = runtime::sync::mpsc::channel(2);
    /// sender.try_send(5).unwrap();
    /// assert_eq!(sender.max_capacity(), 2);
    /// ```
    pub fn max_capacity(&self) -> usize {
        self.sending.capacity
    }

    /// Whether both send into one channel.
    ///
    /// ```
    /// let (sender, _receiver) = runtime::sync::mpsc::channel::<u8>(1);
    /// assert!(sender.same_channel(&sender.clone()));
    /// ```
    pub fn same_channel(&self, other: &Sender<T>) -> bool {
        self.sending.is_of(&other.sending)
    }

    /// A sender that does not keep the channel open.
    ///
    /// ```
    /// let (sender, receiver) = runtime::sync::mpsc::channel::<u8>(1);
    /// let weak = sender.downgrade();
    /// drop(sender);
    /// assert!(receiver.is_closed() && weak.upgrade().is_none());
    /// ```
    pub fn downgrade(&self) -> WeakSender<T> {
        WeakSender {
            shared: self.sending.downgrade(),
        }
    }
}

impl<T> Shared<T> {
    pub(super) async fn wait_until_closed(&self) {
        Until::new(&self.closing, || self.closed.get().then_some(())).await;
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        Sender::new(self.sending.clone())
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sender = f.debug_struct("Sender");
        sender.field("capacity", &self.capacity());
        sender.field("closed", &self.is_closed()).finish()
    }
}

/// A [`Sender`] that does not keep the channel open; [upgrade](WeakSender::upgrade) it to send.
///
/// ```
/// use runtime::sync::mpsc::{self, WeakSender};
///
/// let (sender, mut receiver) = mpsc::channel(1);
/// let weak: WeakSender<i32> = sender.downgrade();
/// weak.upgrade().unwrap().try_send(5).unwrap();
/// assert_eq!(receiver.try_recv(), Ok(5));
/// ```
pub struct WeakSender<T> {
    shared: Weak<Shared<T>>,
}

impl<T> WeakSender<T> {
    /// A sender, unless all of them are gone.
    ///
    /// ```
    /// let (sender, _receiver) = runtime::sync::mpsc::channel::<u8>(1);
    /// let weak = sender.downgrade();
    /// assert!(weak.upgrade().is_some());
    /// drop(sender);
    /// assert!(weak.upgrade().is_none());
    /// ```
    pub fn upgrade(&self) -> Option<Sender<T>> {
        Sending::upgrade(&self.shared).map(Sender::new)
    }
}

impl<T> Clone for WeakSender<T> {
    fn clone(&self) -> Self {
        WeakSender {
            shared: self.shared.clone(),
        }
    }
}

impl<T> fmt::Debug for WeakSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WeakSender")
    }
}
