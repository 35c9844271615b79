//! The ways to permits whose guard keeps the semaphore alive.

use std::rc::Rc;

use super::{AcquireError, OwnedSemaphorePermit, Semaphore, TryAcquireError};

impl Semaphore {
    /// Waits for one permit, with a guard that keeps the semaphore alive: it may go to another task.
    ///
    /// # Cancel safety
    /// As with [`acquire`](Semaphore::acquire).
    ///
    /// # Errors
    /// [`AcquireError`] if the semaphore is closed, before or while it waits.
    ///
    /// ```
    /// use std::rc::Rc;
    /// use runtime::sync::Semaphore;
    ///
    /// runtime::block_on(async {
    ///     let semaphore = Rc::new(Semaphore::new(1));
    ///     let permit = semaphore.clone().acquire_owned().await.unwrap();
    ///     let task = runtime::spawn(async move { drop(permit) });
    ///     assert!(semaphore.acquire().await.is_ok());
    ///     task.await.unwrap();
    /// });
    /// ```
    pub async fn acquire_owned(self: Rc<Self>) -> Result<OwnedSemaphorePermit, AcquireError> {
        self.acquire_many_owned(1).await
    }

    /// Waits for so many permits at once, with a guard that keeps the semaphore alive.
    ///
    /// # Cancel safety
    /// As with [`acquire`](Semaphore::acquire).
    ///
    /// # Errors
    /// [`AcquireError`] if the semaphore is closed, before or while it waits.
    ///
    /// ```
    /// use std::rc::Rc;
    /// use runtime::sync::Semaphore;
    ///
    /// runtime::block_on(async {
    ///     let semaphore = Rc::new(Semaphore::new(2));
    ///     let both = semaphore.clone().acquire_many_owned(2).await.unwrap();
    ///     assert_eq!(both.num_permits(), 2);
    /// });
    /// ```
    pub async fn acquire_many_owned(
        self: Rc<Self>,
        permits: u32,
    ) -> Result<OwnedSemaphorePermit, AcquireError> {
        let permits = self.wait(permits).await?;
        Ok(OwnedSemaphorePermit::new(self, permits))
    }

    /// Takes one permit, if it is there, with a guard that keeps the semaphore alive.
    ///
    /// # Errors
    /// As with [`try_acquire`](Semaphore::try_acquire).
    ///
    /// ```
    /// use std::rc::Rc;
    /// use runtime::sync::Semaphore;
    ///
    /// let semaphore = Rc::new(Semaphore::new(1));
    /// let permit = semaphore.try_acquire_owned().unwrap();
    /// assert_eq!(permit.semaphore().available_permits(), 0);
    /// ```
    pub fn try_acquire_owned(self: Rc<Self>) -> Result<OwnedSemaphorePermit, TryAcquireError> {
        self.try_acquire_many_owned(1)
    }

    /// Takes so many permits, if they are all there, with a guard that keeps the semaphore alive.
    ///
    /// # Errors
    /// As with [`try_acquire`](Semaphore::try_acquire).
    ///
    /// ```
    /// use std::rc::Rc;
    /// use runtime::sync::Semaphore;
    ///
    /// let semaphore = Rc::new(Semaphore::new(2));
    /// assert!(semaphore.clone().try_acquire_many_owned(3).is_err());
    /// assert!(semaphore.try_acquire_many_owned(2).is_ok());
    /// ```
    pub fn try_acquire_many_owned(
        self: Rc<Self>,
        permits: u32,
    ) -> Result<OwnedSemaphorePermit, TryAcquireError> {
        let permits = self.try_take(permits)?;
        Ok(OwnedSemaphorePermit::new(self, permits))
    }
}
