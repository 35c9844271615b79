//! The guards of a read-write lock: who has one has the value, and dropping it lets the next ones in.

use std::cell::{Ref, RefMut};
use std::fmt;
use std::ops::{Deref, DerefMut};

use super::RwLock;
use super::readers::Held;

/// The shared lock of an [`RwLock`], and its value.
///
/// ```
/// use runtime::sync::{RwLock, RwLockReadGuard};
///
/// let lock = RwLock::new(1);
/// let guard: RwLockReadGuard<'_, i32> = lock.try_read().unwrap();
/// assert_eq!(*guard, 1);
/// ```
#[must_use = "if it is not kept the lock is released at once"]
pub struct RwLockReadGuard<'a, T: ?Sized> {
    /// It stands before the lock, because it must have been given back when the next one is woken.
    pub(super) value: Ref<'a, T>,
    pub(super) _held: Held<'a>,
}

/// The exclusive lock of an [`RwLock`], and its value.
///
/// ```
/// use runtime::sync::{RwLock, RwLockWriteGuard};
///
/// let lock = RwLock::new(1);
/// let mut guard: RwLockWriteGuard<'_, i32> = lock.try_write().unwrap();
/// *guard += 1;
/// drop(guard); // Now it is free.
/// assert_eq!(lock.into_inner(), 2);
/// ```
#[must_use = "if it is not kept the lock is released at once"]
pub struct RwLockWriteGuard<'a, T: ?Sized> {
    /// It stands before the lock, because it must have been given back when the next one is woken.
    pub(super) value: RefMut<'a, T>,
    pub(super) held: Held<'a>,
    pub(super) lock: &'a RwLock<T>,
}

impl<'a, T: ?Sized> RwLockWriteGuard<'a, T> {
    /// Makes it a shared lock: nobody can write in between, and those who wait to read and come before the next one
    /// who waits to write are let in.
    ///
    /// ```
    /// use runtime::sync::RwLock;
    ///
    /// let lock = RwLock::new(1);
    /// let mut writing = lock.try_write().unwrap();
    /// *writing = 2;
    /// let reading = writing.downgrade();
    /// assert_eq!((*reading, *lock.try_read().unwrap()), (2, 2));
    /// ```
    pub fn downgrade(self) -> RwLockReadGuard<'a, T> {
        let RwLockWriteGuard {
            value,
            mut held,
            lock,
        } = self;
        drop(value);
        // It is borrowed before anybody is woken, and given back before the lock is if a waker should panic.
        let value = lock.value.borrow();
        held.downgrade();
        RwLockReadGuard { value, _held: held }
    }
}

impl<T: ?Sized> Deref for RwLockReadGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: ?Sized> Deref for RwLockWriteGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: ?Sized> DerefMut for RwLockWriteGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLockReadGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + fmt::Display> fmt::Display for RwLockReadGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLockWriteGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + fmt::Display> fmt::Display for RwLockWriteGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
