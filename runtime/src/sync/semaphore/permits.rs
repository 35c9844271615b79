//! The guards of a semaphore: who has one has its permits, and dropping it gives them back.

use std::rc::Rc;

use super::Semaphore;

/// Permits of a [`Semaphore`].
///
/// ```
/// use runtime::sync::{Semaphore, SemaphorePermit};
///
/// let semaphore = Semaphore::new(1);
/// let permit: SemaphorePermit<'_> = semaphore.try_acquire().unwrap();
/// drop(permit);
/// assert_eq!(semaphore.available_permits(), 1);
/// ```
#[derive(Debug)]
#[must_use = "if it is not kept the permits are given back at once"]
pub struct SemaphorePermit<'a> {
    semaphore: &'a Semaphore,
    permits: usize,
}

/// Permits of a [`Semaphore`] that keep it alive.
///
/// ```
/// use std::rc::Rc;
/// use runtime::sync::{OwnedSemaphorePermit, Semaphore};
///
/// let semaphore = Rc::new(Semaphore::new(1));
/// let permit: OwnedSemaphorePermit = semaphore.clone().try_acquire_owned().unwrap();
/// drop(permit);
/// assert_eq!(semaphore.available_permits(), 1);
/// ```
#[derive(Debug)]
#[must_use = "if it is not kept the permits are given back at once"]
pub struct OwnedSemaphorePermit {
    semaphore: Rc<Semaphore>,
    permits: usize,
}

impl<'a> SemaphorePermit<'a> {
    pub(super) fn new(semaphore: &'a Semaphore, permits: usize) -> Self {
        SemaphorePermit { semaphore, permits }
    }

    /// Does not give the permits back, ever: the semaphore has so many fewer.
    ///
    /// ```
    /// use runtime::sync::Semaphore;
    ///
    /// let semaphore = Semaphore::new(2);
    /// semaphore.try_acquire().unwrap().forget();
    /// assert_eq!(semaphore.available_permits(), 1);
    /// ```
    pub fn forget(mut self) {
        self.semaphore.forget(std::mem::take(&mut self.permits));
    }

    /// Adds the permits of another guard to this one.
    ///
    /// # Panics
    /// If the other one is of another semaphore.
    ///
    /// ```
    /// use runtime::sync::Semaphore;
    ///
    /// let semaphore = Semaphore::new(3);
    /// let mut permits = semaphore.try_acquire().unwrap();
    /// permits.merge(semaphore.try_acquire_many(2).unwrap());
    /// assert_eq!(permits.num_permits(), 3);
    /// ```
    #[track_caller]
    pub fn merge(&mut self, mut other: Self) {
        must_be_one(self.semaphore, other.semaphore);
        self.permits += std::mem::take(&mut other.permits);
    }

    /// Takes so many of the permits into a guard of their own, or `None` if there are not so many.
    ///
    /// ```
    /// use runtime::sync::Semaphore;
    ///
    /// let semaphore = Semaphore::new(3);
    /// let mut permits = semaphore.try_acquire_many(3).unwrap();
    /// let one = permits.split(1).unwrap();
    /// assert_eq!((one.num_permits(), permits.num_permits()), (1, 2));
    /// assert!(permits.split(3).is_none());
    /// ```
    pub fn split(&mut self, permits: usize) -> Option<Self> {
        self.permits = self.permits.checked_sub(permits)?;
        Some(SemaphorePermit::new(self.semaphore, permits))
    }

    /// How many permits there are in this guard.
    ///
    /// ```
    /// use runtime::sync::Semaphore;
    ///
    /// let semaphore = Semaphore::new(3);
    /// assert_eq!(semaphore.try_acquire_many(2).unwrap().num_permits(), 2);
    /// ```
    pub fn num_permits(&self) -> usize {
        self.permits
    }

    /// The semaphore that they belong to.
    ///
    /// ```
    /// use runtime::sync::Semaphore;
    ///
    /// let semaphore = Semaphore::new(3);
    /// let permit = semaphore.try_acquire().unwrap();
    /// assert_eq!(permit.semaphore().available_permits(), 2);
    /// ```
    pub fn semaphore(&self) -> &'a Semaphore {
        self.semaphore
    }
}

impl OwnedSemaphorePermit {
    pub(super) fn new(semaphore: Rc<Semaphore>, permits: usize) -> Self {
        OwnedSemaphorePermit { semaphore, permits }
    }

    /// Does not give the permits back, ever: the semaphore has so many fewer.
    ///
    /// ```
    /// use std::rc::Rc;
    /// use runtime::sync::Semaphore;
    ///
    /// let semaphore = Rc::new(Semaphore::new(2));
    /// semaphore.clone().try_acquire_owned().unwrap().forget();
    /// assert_eq!(semaphore.available_permits(), 1);
    /// ```
    pub fn forget(mut self) {
        self.semaphore.forget(std::mem::take(&mut self.permits));
    }

    /// Adds the permits of another guard to this one.
    ///
    /// # Panics
    /// If the other one is of another semaphore.
    ///
    /// ```
    /// use std::rc::Rc;
    /// use runtime::sync::Semaphore;
    ///
    /// let semaphore = Rc::new(Semaphore::new(2));
    /// let mut permits = semaphore.clone().try_acquire_owned().unwrap();
    /// permits.merge(semaphore.try_acquire_owned().unwrap());
    /// assert_eq!(permits.num_permits(), 2);
    /// ```
    #[track_caller]
    pub fn merge(&mut self, mut other: Self) {
        must_be_one(&self.semaphore, &other.semaphore);
        self.permits += std::mem::take(&mut other.permits);
    }

    /// Takes so many of the permits into a guard of their own, or `None` if there are not so many.
    ///
    /// ```
    /// use std::rc::Rc;
    /// use runtime::sync::Semaphore;
    ///
    /// let semaphore = Rc::new(Semaphore::new(3));
    /// let mut permits = semaphore.try_acquire_many_owned(3).unwrap();
    /// assert_eq!(permits.split(1).unwrap().num_permits(), 1);
    /// assert_eq!(permits.num_permits(), 2);
    /// ```
    pub fn split(&mut self, permits: usize) -> Option<Self> {
        self.permits = self.permits.checked_sub(permits)?;
        Some(OwnedSemaphorePermit::new(self.semaphore.clone(), permits))
    }

    /// How many permits there are in this guard.
    ///
    /// ```
    /// use std::rc::Rc;
    /// use runtime::sync::Semaphore;
    ///
    /// let semaphore = Rc::new(Semaphore::new(3));
    /// assert_eq!(semaphore.try_acquire_many_owned(2).unwrap().num_permits(), 2);
    /// ```
    pub fn num_permits(&self) -> usize {
        self.permits
    }

    /// The semaphore that they belong to.
    ///
    /// ```
    /// use std::rc::Rc;
    /// use runtime::sync::Semaphore;
    ///
    /// let permit = Rc::new(Semaphore::new(3)).try_acquire_owned().unwrap();
    /// assert_eq!(permit.semaphore().available_permits(), 2);
    /// ```
    pub fn semaphore(&self) -> &Rc<Semaphore> {
        &self.semaphore
    }
}

#[track_caller]
fn must_be_one(this: &Semaphore, other: &Semaphore) {
    assert!(
        std::ptr::eq(this, other),
        "the permits of two semaphores were merged: keep them apart, because each goes back to its own"
    );
}

impl Drop for SemaphorePermit<'_> {
    fn drop(&mut self) {
        self.semaphore.release(self.permits);
    }
}

impl Drop for OwnedSemaphorePermit {
    fn drop(&mut self) {
        self.semaphore.release(self.permits);
    }
}
