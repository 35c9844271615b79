//! The side that receives everything, or is told how much it has missed.

use std::fmt;
use std::rc::Rc;

use super::error::{RecvError, TryRecvError};
use super::shared::Shared;
use crate::sync::until::Until;

/// Receives every value that is sent from its subscription on, in their order.
///
/// One that is so slow that values had to go is told once how many, and goes on with the oldest that is kept.
///
/// ```
/// use runtime::sync::broadcast::{self, Receiver};
///
/// runtime::block_on(async {
///     let (sender, mut receiver): (_, Receiver<u32>) = broadcast::channel(8);
///     sender.send(1).unwrap();
///     assert_eq!(receiver.recv().await, Ok(1));
/// });
/// ```
pub struct Receiver<T> {
    shared: Rc<Shared<T>>,
    /// The place of the next value, counted from the channel's beginning.
    place: u64,
}

impl<T> Receiver<T> {
    pub(super) fn new(shared: Rc<Shared<T>>) -> Self {
        shared.receivers.set(shared.receivers.get() + 1);
        let place = shared.end();
        Receiver { shared, place }
    }

    /// Waits for the next value. Receivers clone it, and the last one gets the value itself.
    ///
    /// # Errors
    /// [`Lagged`](RecvError::Lagged) with the number of values that were lost to this receiver; the next call gives the
    /// oldest that is kept. [`Closed`](RecvError::Closed) when all were received and every sender is gone.
    ///
    /// # Cancel safety
    /// Dropping this future loses no value.
    ///
    /// # Panics
    /// When the value's clone does; the value counts as received.
    ///
    /// ```
    /// use runtime::sync::broadcast::{self, error::RecvError};
    ///
    /// runtime::block_on(async {
    ///     let (sender, mut receiver) = broadcast::channel(2);
    ///     (1..=5).try_for_each(|n| sender.send(n).map(|_| ())).unwrap();
    ///     assert_eq!(receiver.recv().await, Err(RecvError::Lagged(3)));
    ///     assert_eq!(receiver.recv().await, Ok(4));
    ///     assert_eq!(receiver.recv().await, Ok(5));
    /// });
    /// ```
    pub async fn recv(&mut self) -> Result<T, RecvError>
    where
        T: Clone,
    {
        let Receiver { shared, place } = self;
        let value = Until::new(shared.arrived(), || shared.next(place)).await;
        value.map(Rc::unwrap_or_clone)
    }

    /// Takes the next value if it is here.
    ///
    /// # Errors
    /// [`Empty`](TryRecvError::Empty) when it may still come; the others as [`recv`](Receiver::recv).
    ///
    /// ```
    /// use runtime::sync::broadcast::{self, error::TryRecvError};
    ///
    /// let (sender, mut receiver) = broadcast::channel(1);
    /// sender.send(1).unwrap();
    /// sender.send(2).unwrap();
    /// assert_eq!(receiver.try_recv(), Err(TryRecvError::Lagged(1)));
    /// assert_eq!(receiver.try_recv(), Ok(2));
    /// assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
    /// ```
    pub fn try_recv(&mut self) -> Result<T, TryRecvError>
    where
        T: Clone,
    {
        let next = self.shared.next(&mut self.place);
        let value = next.ok_or(TryRecvError::Empty)??;
        Ok(Rc::unwrap_or_clone(value))
    }

    /// A new receiver, for the values that are sent from now on.
    ///
    /// ```
    /// let (sender, receiver) = runtime::sync::broadcast::channel(8);
    /// sender.send(1).unwrap();
    /// let late = receiver.resubscribe();
    /// assert_eq!((receiver.len(), late.len()), (1, 0));
    /// ```
    pub fn resubscribe(&self) -> Receiver<T> {
        Receiver::new(self.shared.clone())
    }

    /// How many values it has not seen, with those that are lost.
    ///
    /// ```
    /// let (sender, receiver) = runtime::sync::broadcast::channel(1);
    /// sender.send(1).unwrap();
    /// sender.send(2).unwrap();
    /// assert_eq!(receiver.len(), 2);
    /// ```
    pub fn len(&self) -> usize {
        (self.shared.end() - self.place) as usize
    }

    /// Whether it has seen everything.
    ///
    /// ```
    /// let (sender, receiver) = runtime::sync::broadcast::channel(1);
    /// assert!(receiver.is_empty());
    /// sender.send(1).unwrap();
    /// assert!(!receiver.is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether every sender is gone. Values may be left.
    ///
    /// ```
    /// let (sender, receiver) = runtime::sync::broadcast::channel::<u8>(1);
    /// drop(sender);
    /// assert!(receiver.is_closed());
    /// ```
    pub fn is_closed(&self) -> bool {
        self.shared.senders.get() == 0
    }

    /// Whether both receive from one channel.
    ///
    /// ```
    /// let (sender, receiver) = runtime::sync::broadcast::channel::<u8>(1);
    /// assert!(receiver.same_channel(&sender.subscribe()));
    /// ```
    pub fn same_channel(&self, other: &Receiver<T>) -> bool {
        Rc::ptr_eq(&self.shared, &other.shared)
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        self.shared.receiver_gone(self.place);
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut receiver = f.debug_struct("Receiver");
        receiver.field("len", &self.len());
        receiver.field("closed", &self.is_closed()).finish()
    }
}
