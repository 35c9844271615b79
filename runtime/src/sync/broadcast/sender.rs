//! The side that sends to everybody.

use std::fmt;
use std::rc::Rc;

use super::error::SendError;
use super::receiver::Receiver;
use super::shared::Shared;
use crate::sync::until::Until;

/// Sends values that every receiver gets. Clones send into the same channel.
///
/// When the last one is dropped, the receivers are told so.
///
/// ```
/// use runtime::sync::broadcast::{self, Sender};
///
/// let (sender, mut one): (Sender<&str>, _) = broadcast::channel(8);
/// let mut two = sender.subscribe();
/// assert_eq!(sender.send("word"), Ok(2));
/// assert_eq!((one.try_recv(), two.try_recv()), (Ok("word"), Ok("word")));
/// ```
pub struct Sender<T> {
    shared: Rc<Shared<T>>,
}

impl<T> Sender<T> {
    /// A sender that has no receivers yet: [subscribe](Sender::subscribe).
    ///
    /// # Panics
    /// When the capacity is 0.
    ///
    /// ```
    /// let sender = runtime::sync::broadcast::Sender::new(8);
    /// let mut receiver = sender.subscribe();
    /// sender.send(1).unwrap();
    /// assert_eq!(receiver.try_recv(), Ok(1));
    /// ```
    #[track_caller]
    pub fn new(capacity: usize) -> Self {
        assert!(
            capacity > 0,
            "a channel that keeps nothing can pass nothing: give `broadcast::channel` a capacity of at least 1"
        );
        Sender::of(Rc::new(Shared::new(capacity)))
    }

    fn of(shared: Rc<Shared<T>>) -> Self {
        shared.senders.set(shared.senders.get() + 1);
        Sender { shared }
    }

    /// Sends the value to all who are subscribed now, and says how many they are. It never waits: when there is no
    /// room, the oldest value goes, and those who have not seen it are told that they lag.
    ///
    /// # Errors
    /// When there is no receiver: the value comes back. Later ones may succeed, as receivers may subscribe.
    ///
    /// ```
    /// use runtime::sync::broadcast::{self, error::SendError};
    ///
    /// let (sender, receiver) = broadcast::channel(8);
    /// assert_eq!(sender.send(1), Ok(1));
    /// drop(receiver);
    /// assert_eq!(sender.send(2), Err(SendError(2)));
    /// ```
    pub fn send(&self, value: T) -> Result<usize, SendError<T>> {
        self.shared.send(value)
    }

    /// A new receiver, for the values that are sent from now on.
    ///
    /// ```
    /// let (sender, _receiver) = runtime::sync::broadcast::channel(8);
    /// sender.send(1).unwrap();
    /// let mut late = sender.subscribe();
    /// sender.send(2).unwrap();
    /// assert_eq!(late.try_recv(), Ok(2));
    /// ```
    pub fn subscribe(&self) -> Receiver<T> {
        Receiver::new(self.shared.clone())
    }

    /// Waits until there is no receiver.
    ///
    /// # Cancel safety
    /// Dropping this future leaves nothing behind.
    ///
    /// ```
    /// use runtime::spawn;
    ///
    /// runtime::block_on(async {
    ///     let (sender, receiver) = runtime::sync::broadcast::channel::<u8>(8);
    ///     spawn(async move { drop(receiver) });
    ///     sender.closed().await;
    /// });
    /// ```
    pub async fn closed(&self) {
        let closed = || (self.receiver_count() == 0).then_some(());
        Until::new(&self.shared.closed, closed).await;
    }

    /// How many values are kept, because somebody has not seen them.
    ///
    /// ```
    /// let (sender, mut receiver) = runtime::sync::broadcast::channel(8);
    /// sender.send(1).unwrap();
    /// assert_eq!(sender.len(), 1);
    /// receiver.try_recv().unwrap();
    /// assert_eq!(sender.len(), 0);
    /// ```
    pub fn len(&self) -> usize {
        self.shared.len()
    }

    /// Whether everybody has seen everything.
    ///
    /// ```
    /// let (sender, _receiver) = runtime::sync::broadcast::channel(8);
    /// assert!(sender.is_empty());
    /// sender.send(1).unwrap();
    /// assert!(!sender.is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many receivers there are.
    ///
    /// ```
    /// let (sender, _receiver) = runtime::sync::broadcast::channel::<u8>(8);
    /// let _another = sender.subscribe();
    /// assert_eq!(sender.receiver_count(), 2);
    /// ```
    pub fn receiver_count(&self) -> usize {
        self.shared.receivers.get()
    }

    /// Whether both send into one channel.
    ///
    /// ```
    /// let (sender, _receiver) = runtime::sync::broadcast::channel::<u8>(8);
    /// assert!(sender.same_channel(&sender.clone()));
    /// ```
    pub fn same_channel(&self, other: &Sender<T>) -> bool {
        Rc::ptr_eq(&self.shared, &other.shared)
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        Sender::of(self.shared.clone())
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.shared.sender_gone();
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sender = f.debug_struct("Sender");
        sender.field("len", &self.len());
        sender.field("receivers", &self.receiver_count()).finish()
    }
}
