//! The side that changes the value.

use std::fmt;
use std::mem;
use std::rc::Rc;

use super::borrowed::Ref;
use super::error::SendError;
use super::receiver::Receiver;
use super::shared::Shared;
use crate::sync::until::Until;

/// Changes the value. Clones change the same one.
///
/// When the last one is dropped, the receivers are told so.
///
/// ```
/// use runtime::sync::watch::{self, Sender};
///
/// let (sender, receiver): (Sender<u32>, _) = watch::channel(1);
/// sender.send(2).unwrap();
/// assert_eq!(*receiver.borrow(), 2);
/// ```
pub struct Sender<T> {
    shared: Rc<Shared<T>>,
}

impl<T> Sender<T> {
    /// A sender that has no receivers yet: [subscribe](Sender::subscribe).
    ///
    /// ```
    /// let sender = runtime::sync::watch::Sender::new(1);
    /// assert_eq!(*sender.subscribe().borrow(), 1);
    /// ```
    pub fn new(value: T) -> Self {
        Sender::of(Rc::new(Shared::new(value)))
    }

    fn of(shared: Rc<Shared<T>>) -> Self {
        shared.senders.set(shared.senders.get() + 1);
        Sender { shared }
    }

    /// Puts a new value in the place of the old one, which is dropped, and tells the receivers.
    ///
    /// # Errors
    /// When there is no receiver: the value comes back, and the old one stays. [`send_replace`](Sender::send_replace)
    /// does not mind.
    ///
    /// # Panics
    /// While somebody borrows the value.
    ///
    /// ```
    /// let (sender, receiver) = runtime::sync::watch::channel(1);
    /// sender.send(2).unwrap();
    /// assert_eq!(*receiver.borrow(), 2);
    /// drop(receiver);
    /// assert_eq!(sender.send(3).unwrap_err().0, 3);
    /// ```
    #[track_caller]
    pub fn send(&self, value: T) -> Result<(), SendError<T>> {
        if self.is_closed() {
            return Err(SendError(value));
        }
        drop(self.send_replace(value));
        Ok(())
    }

    /// Puts a new value in the place of the old one, which it gives, and tells the receivers, if there are any.
    ///
    /// # Panics
    /// While somebody borrows the value.
    ///
    /// ```
    /// let (sender, receiver) = runtime::sync::watch::channel(1);
    /// assert_eq!(sender.send_replace(2), 1);
    /// drop(receiver);
    /// assert_eq!(sender.send_replace(3), 2);
    /// assert_eq!(*sender.borrow(), 3);
    /// ```
    #[track_caller]
    pub fn send_replace(&self, value: T) -> T {
        let old = mem::replace(&mut *self.shared.value_mut(), value);
        self.shared.tell();
        old
    }

    /// Changes the value in its place, and tells the receivers, if there are any.
    ///
    /// # Panics
    /// While somebody borrows the value; and `modify` must not use this channel. If `modify` panics, nobody is told.
    ///
    /// ```
    /// let (sender, receiver) = runtime::sync::watch::channel(vec![1]);
    /// sender.send_modify(|numbers| numbers.push(2));
    /// assert_eq!(*receiver.borrow(), [1, 2]);
    /// ```
    #[track_caller]
    pub fn send_modify(&self, modify: impl FnOnce(&mut T)) {
        modify(&mut self.shared.value_mut());
        self.shared.tell();
    }

    /// Changes the value in its place, and tells the receivers if `modify` says that it did. The same is given back.
    ///
    /// # Panics
    /// While somebody borrows the value; and `modify` must not use this channel. If `modify` panics, nobody is told.
    ///
    /// ```
    /// let (sender, receiver) = runtime::sync::watch::channel(3);
    /// let reduce = |n: &mut u32| {
    ///     let can = *n > 0;
    ///     *n = n.saturating_sub(1);
    ///     can
    /// };
    /// assert!(sender.send_if_modified(reduce));
    /// assert!(receiver.has_changed().unwrap());
    /// ```
    #[track_caller]
    pub fn send_if_modified(&self, modify: impl FnOnce(&mut T) -> bool) -> bool {
        let modified = modify(&mut self.shared.value_mut());
        if modified {
            self.shared.tell();
        }
        modified
    }

    /// The value.
    ///
    /// # Panics
    /// While it is being modified.
    ///
    /// ```
    /// let (sender, _receiver) = runtime::sync::watch::channel(1);
    /// assert_eq!(*sender.borrow(), 1);
    /// ```
    #[track_caller]
    pub fn borrow(&self) -> Ref<'_, T> {
        Ref::new(self.shared.value(), false)
    }

    /// A new receiver, which has seen the present value.
    ///
    /// ```
    /// let (sender, _receiver) = runtime::sync::watch::channel(1);
    /// sender.send(2).unwrap();
    /// let another = sender.subscribe();
    /// assert!(!another.has_changed().unwrap());
    /// ```
    pub fn subscribe(&self) -> Receiver<T> {
        Receiver::new(self.shared.clone(), self.shared.version.get())
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
    ///     let (sender, receiver) = runtime::sync::watch::channel(1);
    ///     spawn(async move { drop(receiver) });
    ///     sender.closed().await;
    /// });
    /// ```
    pub async fn closed(&self) {
        let closed = || self.is_closed().then_some(());
        Until::new(&self.shared.closed, closed).await;
    }

    /// Whether there is no receiver. One that [subscribes](Sender::subscribe) opens the channel again.
    ///
    /// ```
    /// let (sender, receiver) = runtime::sync::watch::channel(1);
    /// drop(receiver);
    /// assert!(sender.is_closed());
    /// let _receiver = sender.subscribe();
    /// assert!(!sender.is_closed());
    /// ```
    pub fn is_closed(&self) -> bool {
        self.receiver_count() == 0
    }

    /// How many receivers there are.
    ///
    /// ```
    /// let (sender, receiver) = runtime::sync::watch::channel(1);
    /// let _another = receiver.clone();
    /// assert_eq!(sender.receiver_count(), 2);
    /// ```
    pub fn receiver_count(&self) -> usize {
        self.shared.receivers.get()
    }

    /// How many senders there are.
    ///
    /// ```
    /// let (sender, _receiver) = runtime::sync::watch::channel(1);
    /// let another = sender.clone();
    /// assert_eq!(another.sender_count(), 2);
    /// ```
    pub fn sender_count(&self) -> usize {
        self.shared.senders.get()
    }

    /// Whether both change one value.
    ///
    /// ```
    /// let (sender, _receiver) = runtime::sync::watch::channel(1);
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

impl<T: Default> Default for Sender<T> {
    fn default() -> Self {
        Sender::new(T::default())
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.shared.sender_gone();
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let receivers = self.receiver_count();
        let mut sender = f.debug_struct("Sender");
        sender.field("receivers", &receivers).finish()
    }
}
