//! The side that looks at the value and waits for its changes.

use std::fmt;
use std::future::poll_fn;
use std::mem;
use std::rc::Rc;
use std::task::Poll;

use reactor::budget;

use super::borrowed::Ref;
use super::error::RecvError;
use super::shared::Shared;
use crate::sync::until::Until;

/// Looks at the value, and knows which one it has seen. A clone has seen the same.
///
/// A value that is replaced before it is looked at is never seen: a receiver that is slow misses what lies between.
///
/// ```
/// use runtime::spawn;
/// use runtime::sync::watch::{self, Receiver};
///
/// async fn follow(mut receiver: Receiver<u32>) -> Vec<u32> {
///     let mut seen = vec![*receiver.borrow_and_update()];
///     while receiver.changed().await.is_ok() {
///         seen.push(*receiver.borrow_and_update());
///     }
///     seen
/// }
///
/// runtime::block_on(async {
///     let (sender, receiver) = watch::channel(1);
///     let follower = spawn(follow(receiver));
///     runtime::task::yield_now().await;
///     sender.send(2).unwrap();
///     sender.send(3).unwrap();
///     drop(sender);
///     assert_eq!(follower.await.unwrap(), [1, 3]);
/// });
/// ```
pub struct Receiver<T> {
    shared: Rc<Shared<T>>,
    /// The version that was seen last. `None` is none of them.
    seen: Option<u64>,
}

impl<T> Receiver<T> {
    pub(super) fn new(shared: Rc<Shared<T>>, seen: impl Into<Option<u64>>) -> Self {
        shared.receivers.set(shared.receivers.get() + 1);
        let seen = seen.into();
        Receiver { shared, seen }
    }

    /// The value. It does not count as seen by this.
    ///
    /// # Panics
    /// While it is being modified.
    ///
    /// ```
    /// let (sender, receiver) = runtime::sync::watch::channel(1);
    /// sender.send(2).unwrap();
    /// assert_eq!(*receiver.borrow(), 2);
    /// assert!(receiver.has_changed().unwrap());
    /// ```
    #[track_caller]
    pub fn borrow(&self) -> Ref<'_, T> {
        Ref::new(self.shared.value(), self.sees_another())
    }

    /// The value, which counts as seen from now on. In a loop with [`changed`](Receiver::changed) this is the one to
    /// use.
    ///
    /// # Panics
    /// While it is being modified.
    ///
    /// ```
    /// let (sender, mut receiver) = runtime::sync::watch::channel(1);
    /// sender.send(2).unwrap();
    /// assert_eq!(*receiver.borrow_and_update(), 2);
    /// assert!(!receiver.has_changed().unwrap());
    /// ```
    #[track_caller]
    pub fn borrow_and_update(&mut self) -> Ref<'_, T> {
        let has_changed = self.sees_another();
        self.mark_unchanged();
        Ref::new(self.shared.value(), has_changed)
    }

    /// Whether the value was changed since it was seen.
    ///
    /// # Errors
    /// When every sender is gone, also if the last change was not seen.
    ///
    /// ```
    /// let (sender, receiver) = runtime::sync::watch::channel(1);
    /// assert_eq!(receiver.has_changed(), Ok(false));
    /// sender.send(2).unwrap();
    /// assert_eq!(receiver.has_changed(), Ok(true));
    /// drop(sender);
    /// assert!(receiver.has_changed().is_err());
    /// ```
    pub fn has_changed(&self) -> Result<bool, RecvError> {
        match self.is_closed() {
            true => Err(RecvError(())),
            false => Ok(self.sees_another()),
        }
    }

    /// Waits for a value that was not seen, and counts it as seen.
    ///
    /// # Errors
    /// When every sender is gone, and their last value was seen.
    ///
    /// # Cancel safety
    /// Dropping this future marks nothing as seen.
    ///
    /// ```
    /// runtime::block_on(async {
    ///     let (sender, mut receiver) = runtime::sync::watch::channel(1);
    ///     sender.send(2).unwrap();
    ///     drop(sender);
    ///     assert!(receiver.changed().await.is_ok());
    ///     assert!(receiver.changed().await.is_err());
    /// });
    /// ```
    pub async fn changed(&mut self) -> Result<(), RecvError> {
        let shared = &self.shared;
        let seen = self.seen;
        let look = || match shared.version.get() {
            version if seen != Some(version) => Some(Ok(version)),
            _ if shared.senders.get() == 0 => Some(Err(RecvError(()))),
            _ => None,
        };
        let version = Until::new(&shared.changed, look).await?;
        self.seen = Some(version);
        Ok(())
    }

    /// Waits for a value of which `fits` is true, and gives it. It is asked about the present value at once, and then
    /// about each one that it comes to see. All that it was asked about count as seen.
    ///
    /// # Errors
    /// When every sender is gone, and their last value did not fit.
    ///
    /// # Cancel safety
    /// Dropping this future has no effect but that what `fits` was asked about has been seen.
    ///
    /// # Panics
    /// As [`borrow`](Receiver::borrow); and `fits` must not change the value.
    ///
    /// ```
    /// use runtime::spawn;
    /// use runtime::sync::watch;
    ///
    /// runtime::block_on(async {
    ///     let (sender, mut receiver) = watch::channel(0);
    ///     spawn(async move { (1..=10).try_for_each(|n| sender.send(n)) });
    ///     let value = receiver.wait_for(|n| *n >= 5).await.unwrap();
    ///     assert_eq!(*value, 10);
    /// });
    /// ```
    pub async fn wait_for(
        &mut self,
        mut fits: impl FnMut(&T) -> bool,
    ) -> Result<Ref<'_, T>, RecvError> {
        let mut gave_way = false;
        poll_fn(|cx| match mem::replace(&mut gave_way, true) {
            false => budget::poll_left(cx),
            true => Poll::Ready(()),
        })
        .await;
        let mut has_changed = self.sees_another();
        loop {
            if fits(&self.borrow_and_update()) {
                budget::spend();
                return Ok(Ref::new(self.shared.value(), has_changed));
            }
            self.changed().await?;
            has_changed = true;
        }
    }

    /// Has the present value count as not seen.
    ///
    /// ```
    /// let (_sender, mut receiver) = runtime::sync::watch::channel(1);
    /// receiver.mark_changed();
    /// assert!(receiver.has_changed().unwrap());
    /// ```
    pub fn mark_changed(&mut self) {
        self.seen = None;
    }

    /// Has the present value count as seen.
    ///
    /// ```
    /// let (sender, mut receiver) = runtime::sync::watch::channel(1);
    /// sender.send(2).unwrap();
    /// receiver.mark_unchanged();
    /// assert!(!receiver.has_changed().unwrap());
    /// ```
    pub fn mark_unchanged(&mut self) {
        self.seen = Some(self.shared.version.get());
    }

    /// Whether every sender is gone.
    ///
    /// ```
    /// let (sender, receiver) = runtime::sync::watch::channel(1);
    /// drop(sender);
    /// assert!(receiver.is_closed());
    /// ```
    pub fn is_closed(&self) -> bool {
        self.shared.senders.get() == 0
    }

    /// Whether both look at one value.
    ///
    /// ```
    /// let (sender, receiver) = runtime::sync::watch::channel(1);
    /// assert!(receiver.same_channel(&sender.subscribe()));
    /// ```
    pub fn same_channel(&self, other: &Receiver<T>) -> bool {
        Rc::ptr_eq(&self.shared, &other.shared)
    }

    fn sees_another(&self) -> bool {
        self.seen != Some(self.shared.version.get())
    }
}

impl<T> Clone for Receiver<T> {
    fn clone(&self) -> Self {
        Receiver::new(self.shared.clone(), self.seen)
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
        receiver.field("has_changed", &self.sees_another());
        receiver.field("closed", &self.is_closed()).finish()
    }
}
