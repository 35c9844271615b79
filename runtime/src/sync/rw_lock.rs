//! A lock that many may read under or one may write under, also across an `.await`, and what is in it.

mod guards;
mod readers;

use std::cell::RefCell;
use std::fmt;

pub use guards::{RwLockReadGuard, RwLockWriteGuard};

use super::TryLockError;
use super::turn::{Queue, Turn};
use readers::{Access, Readers};

/// A value that several tasks may read, or one may change, also while they wait for something else.
///
/// Like [`Mutex`](super::Mutex) it is only needed where the value must stay as it is across an `.await`; it is local,
/// and a panic does not poison it.
///
/// It is fair: readers and writers stand in one queue. Who comes to read after somebody who waits to write waits
/// behind it, so that a stream of readers does not starve the writers. It follows that a task which reads already must
/// not wait to read once more: with a writer in between, both wait for ever.
///
/// The name is tokio's, and so is the order. What differs: the number of readers has no limit, guards cannot be mapped
/// to a part of the value or owned (an owned guard of a [`Mutex`](super::Mutex) can), and nothing blocks the thread.
///
/// ```
/// use runtime::sync::RwLock;
///
/// runtime::block_on(async {
///     let routes = RwLock::new(vec!["/"]);
///     {
///         let (one, two) = runtime::join!(routes.read(), routes.read());
///         assert_eq!(one.len(), two.len());
///     }
///     routes.write().await.push("/about");
///     assert_eq!(routes.read().await.len(), 2);
/// });
/// ```
pub struct RwLock<T: ?Sized> {
    readers: Readers,
    /// Whoever reads or writes may borrow it so.
    value: RefCell<T>,
}

impl<T> RwLock<T> {
    /// A free one.
    ///
    /// ```
    /// use runtime::sync::RwLock;
    ///
    /// let lock = RwLock::new(1);
    /// assert_eq!(*lock.try_read().unwrap(), 1);
    /// ```
    pub const fn new(value: T) -> Self {
        RwLock {
            readers: Readers::new(),
            value: RefCell::new(value),
        }
    }

    /// The value, without the lock.
    ///
    /// ```
    /// use runtime::sync::RwLock;
    ///
    /// assert_eq!(RwLock::new(1).into_inner(), 1);
    /// ```
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T: ?Sized> RwLock<T> {
    /// Waits until nobody writes, and nobody who came before waits to.
    ///
    /// # Cancel safety
    /// A future that is dropped loses its place in the queue, and nothing else: if the lock was its own already, it is
    /// given back.
    ///
    /// ```
    /// use runtime::sync::RwLock;
    ///
    /// runtime::block_on(async {
    ///     let lock = RwLock::new("text");
    ///     assert_eq!(*lock.read().await, "text");
    /// });
    /// ```
    pub async fn read(&self) -> RwLockReadGuard<'_, T> {
        let _ = Turn::new(&self.readers, Access::Read).await;
        self.reading()
    }

    /// Waits until nobody reads or writes, and everybody who came before has done so.
    ///
    /// # Cancel safety
    /// A future that is dropped loses its place in the queue, and nothing else: if the lock was its own already, it is
    /// given back. Those whom it kept from reading are let in.
    ///
    /// ```
    /// use runtime::sync::RwLock;
    ///
    /// runtime::block_on(async {
    ///     let lock = RwLock::new(1);
    ///     *lock.write().await += 1;
    ///     assert_eq!(*lock.read().await, 2);
    /// });
    /// ```
    pub async fn write(&self) -> RwLockWriteGuard<'_, T> {
        let _ = Turn::new(&self.readers, Access::Write).await;
        self.writing()
    }

    /// Reads, if nobody writes or waits to.
    ///
    /// # Errors
    /// [`TryLockError`] otherwise.
    ///
    /// ```
    /// use runtime::sync::RwLock;
    ///
    /// let lock = RwLock::new(1);
    /// let _first = lock.try_read().unwrap();
    /// assert!(lock.try_read().is_ok());
    /// assert!(lock.try_write().is_err());
    /// ```
    pub fn try_read(&self) -> Result<RwLockReadGuard<'_, T>, TryLockError> {
        let taken = self.readers.take(Access::Read).ok_or(TryLockError(()));
        taken.map(|_| self.reading())
    }

    /// Writes, if nobody reads or writes.
    ///
    /// # Errors
    /// [`TryLockError`] otherwise.
    ///
    /// ```
    /// use runtime::sync::RwLock;
    ///
    /// let lock = RwLock::new(1);
    /// let _writing = lock.try_write().unwrap();
    /// assert!(lock.try_write().is_err());
    /// assert!(lock.try_read().is_err());
    /// ```
    pub fn try_write(&self) -> Result<RwLockWriteGuard<'_, T>, TryLockError> {
        let taken = self.readers.take(Access::Write).ok_or(TryLockError(()));
        taken.map(|_| self.writing())
    }

    /// The value, which nobody else can be using.
    ///
    /// ```
    /// use runtime::sync::RwLock;
    ///
    /// let mut lock = RwLock::new(1);
    /// *lock.get_mut() += 1;
    /// assert_eq!(lock.into_inner(), 2);
    /// ```
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }

    /// For whoever was admitted.
    fn reading(&self) -> RwLockReadGuard<'_, T> {
        RwLockReadGuard {
            value: self.value.borrow(),
            _held: self.readers.held(Access::Read),
        }
    }

    /// For whoever was admitted.
    fn writing(&self) -> RwLockWriteGuard<'_, T> {
        RwLockWriteGuard {
            value: self.value.borrow_mut(),
            held: self.readers.held(Access::Write),
            lock: self,
        }
    }
}

impl<T: Default> Default for RwLock<T> {
    fn default() -> Self {
        RwLock::new(T::default())
    }
}

impl<T> From<T> for RwLock<T> {
    fn from(value: T) -> Self {
        RwLock::new(value)
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("RwLock");
        match self.try_read() {
            Ok(guard) => fields.field("value", &&*guard),
            Err(_) => fields.field("value", &format_args!("<locked>")),
        };
        fields.finish_non_exhaustive()
    }
}
