//! The guards of a mutex: who has one has the value, and dropping it gives the lock to the next.

use std::cell::RefMut;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::rc::Rc;

use super::{AWAY, Mutex};
use crate::sync::gate::Held;

/// The lock of a [`Mutex`], and its value.
///
/// ```
/// use runtime::sync::{Mutex, MutexGuard};
///
/// let mutex = Mutex::new(1);
/// let mut guard: MutexGuard<'_, i32> = mutex.try_lock().unwrap();
/// *guard += 1;
/// drop(guard); // Now it is unlocked.
/// assert_eq!(mutex.into_inner(), 2);
/// ```
#[must_use = "if it is not kept the mutex is unlocked at once"]
pub struct MutexGuard<'a, T> {
    /// It stands before the lock, because it must have been given back when the next one is woken.
    value: RefMut<'a, T>,
    _held: Held<'a>,
}

impl<'a, T> MutexGuard<'a, T> {
    pub(super) fn new(value: RefMut<'a, T>, held: Held<'a>) -> Self {
        MutexGuard { value, _held: held }
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: fmt::Display> fmt::Display for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// The lock of a [`Mutex`] that keeps it alive, and its value.
///
/// ```
/// use std::rc::Rc;
/// use runtime::sync::{Mutex, OwnedMutexGuard};
///
/// fn locked(value: i32) -> OwnedMutexGuard<i32> {
///     Rc::new(Mutex::new(value)).try_lock_owned().unwrap()
/// }
/// assert_eq!(*locked(3), 3);
/// ```
#[must_use = "if it is not kept the mutex is unlocked at once"]
pub struct OwnedMutexGuard<T> {
    /// It is here until the guard is dropped.
    value: Option<T>,
    mutex: Rc<Mutex<T>>,
}

impl<T> OwnedMutexGuard<T> {
    /// For whoever is inside of the gate, and leaves it here.
    pub(super) fn new(mutex: Rc<Mutex<T>>) -> Self {
        let value = mutex.value.take();
        OwnedMutexGuard { value, mutex }
    }
}

impl<T> Drop for OwnedMutexGuard<T> {
    fn drop(&mut self) {
        self.mutex.value.replace(self.value.take());
        self.mutex.gate.release();
    }
}

impl<T> Deref for OwnedMutexGuard<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.as_ref().expect(AWAY)
    }
}

impl<T> DerefMut for OwnedMutexGuard<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.value.as_mut().expect(AWAY)
    }
}

impl<T: fmt::Debug> fmt::Debug for OwnedMutexGuard<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: fmt::Display> fmt::Display for OwnedMutexGuard<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
