//! A number of permits, and a queue of those who wait for some.

mod errors;
mod owned;
mod permits;

use std::cell::Cell;
use std::fmt;
use std::panic::Location;

pub use errors::{AcquireError, TryAcquireError};
pub use permits::{OwnedSemaphorePermit, SemaphorePermit};

use super::turn::{Queue, Turn};
use super::waiters::{Call, Waiters};

/// Permits, of which each is with one task at a time: at most so many connections, requests, open files.
///
/// It is local: without atomics, and what it guards need not be `Send`. It is fair: who comes first is served first,
/// and one who waits for many is not overtaken by those who want few. Permits that come free are kept for the first in
/// the queue, until they are enough.
///
/// The name is tokio's. What differs: the number of permits is limited by `usize` alone; a task that was given its
/// permits before [`close`](Semaphore::close) has them, even if it is polled only afterwards; and who owns a semaphore
/// together with others does so by an `Rc`.
///
/// ```
/// use std::rc::Rc;
/// use runtime::sync::Semaphore;
/// use runtime::task::yield_now;
///
/// runtime::block_on(async {
///     let at_most_two = Rc::new(Semaphore::new(2));
///     let mut tasks = Vec::new();
///     for page in 0..10 {
///         // Without a permit no further task is spawned.
///         let permit = at_most_two.clone().acquire_owned().await.unwrap();
///         tasks.push(runtime::spawn(async move {
///             yield_now().await; // It fetches the page.
///             drop(permit);
///             page
///         }));
///     }
///     for (page, task) in tasks.into_iter().enumerate() {
///         assert_eq!(task.await.unwrap(), page);
///     }
/// });
/// ```
pub struct Semaphore {
    waiters: Waiters<usize>,
    free: Cell<usize>,
    /// Those that are free, and those that are out: so that one which comes back always has room.
    all: Cell<usize>,
    closed: Cell<bool>,
}

impl Semaphore {
    /// The greatest number of permits, free ones and others together.
    ///
    /// ```
    /// # use runtime::sync::Semaphore;
    /// assert_eq!(Semaphore::MAX_PERMITS, usize::MAX);
    /// ```
    pub const MAX_PERMITS: usize = usize::MAX;

    /// One with so many permits, or with none, until some [are added](Semaphore::add_permits).
    ///
    /// ```
    /// use runtime::sync::Semaphore;
    ///
    /// assert_eq!(Semaphore::new(3).available_permits(), 3);
    /// ```
    pub const fn new(permits: usize) -> Self {
        Semaphore {
            waiters: Waiters::new(),
            free: Cell::new(permits),
            all: Cell::new(permits),
            closed: Cell::new(false),
        }
    }

    /// How many permits can be had without waiting: none while somebody waits, because then they are kept for whoever
    /// waits first.
    ///
    /// ```
    /// use runtime::sync::Semaphore;
    ///
    /// let semaphore = Semaphore::new(3);
    /// let _two = semaphore.try_acquire_many(2).unwrap();
    /// assert_eq!(semaphore.available_permits(), 1);
    /// ```
    pub fn available_permits(&self) -> usize {
        if self.waiters.is_empty() {
            self.free.get()
        } else {
            0
        }
    }

    /// Adds permits, and gives them to those who wait.
    ///
    /// # Panics
    /// If there would be more than [`MAX_PERMITS`](Semaphore::MAX_PERMITS), free ones and others together.
    ///
    /// ```
    /// use runtime::sync::Semaphore;
    ///
    /// let semaphore = Semaphore::new(0);
    /// assert!(semaphore.try_acquire().is_err());
    /// semaphore.add_permits(1);
    /// assert!(semaphore.try_acquire().is_ok());
    /// ```
    #[track_caller]
    pub fn add_permits(&self, permits: usize) {
        let Some(all) = self.all.get().checked_add(permits) else {
            too_many(self.all.get(), permits, Location::caller())
        };
        self.all.set(all);
        self.release(permits);
    }

    /// Takes away so many of the free permits, or all that are free; says how many. Those that are kept for whoever
    /// waits first are free as well.
    ///
    /// ```
    /// use runtime::sync::Semaphore;
    ///
    /// let semaphore = Semaphore::new(3);
    /// let _one = semaphore.try_acquire().unwrap();
    /// assert_eq!(semaphore.forget_permits(5), 2);
    /// assert_eq!(semaphore.available_permits(), 0);
    /// ```
    pub fn forget_permits(&self, permits: usize) -> usize {
        let forgotten = self.free.get().min(permits);
        self.free.set(self.free.get() - forgotten);
        self.forget(forgotten);
        forgotten
    }

    /// Waits for one permit, and gives it back when the guard is dropped.
    ///
    /// # Cancel safety
    /// A future that is dropped loses its place in the queue, and nothing else: permits that were its own already are
    /// given back.
    ///
    /// # Errors
    /// [`AcquireError`] if the semaphore is closed, before or while it waits.
    ///
    /// ```
    /// use runtime::sync::Semaphore;
    ///
    /// runtime::block_on(async {
    ///     let semaphore = Semaphore::new(1);
    ///     let permit = semaphore.acquire().await.unwrap();
    ///     assert_eq!(semaphore.available_permits(), 0);
    ///     drop(permit);
    ///     assert_eq!(semaphore.available_permits(), 1);
    /// });
    /// ```
    pub async fn acquire(&self) -> Result<SemaphorePermit<'_>, AcquireError> {
        self.acquire_many(1).await
    }

    /// Waits for so many permits at once. It waits for ever if there will never be so many.
    ///
    /// # Cancel safety
    /// As with [`acquire`](Semaphore::acquire).
    ///
    /// # Errors
    /// [`AcquireError`] if the semaphore is closed, before or while it waits.
    ///
    /// ```
    /// use runtime::sync::Semaphore;
    ///
    /// runtime::block_on(async {
    ///     let semaphore = Semaphore::new(5);
    ///     let permits = semaphore.acquire_many(3).await.unwrap();
    ///     assert_eq!((permits.num_permits(), semaphore.available_permits()), (3, 2));
    /// });
    /// ```
    pub async fn acquire_many(&self, permits: u32) -> Result<SemaphorePermit<'_>, AcquireError> {
        let permits = self.wait(permits).await?;
        Ok(SemaphorePermit::new(self, permits))
    }

    /// Takes one permit, if it is there.
    ///
    /// # Errors
    /// [`TryAcquireError`]: it is closed, or none can be had without waiting. While somebody waits none can.
    ///
    /// ```
    /// use runtime::sync::{Semaphore, TryAcquireError};
    ///
    /// let semaphore = Semaphore::new(1);
    /// let _permit = semaphore.try_acquire().unwrap();
    /// assert_eq!(semaphore.try_acquire().unwrap_err(), TryAcquireError::NoPermits);
    /// ```
    pub fn try_acquire(&self) -> Result<SemaphorePermit<'_>, TryAcquireError> {
        self.try_acquire_many(1)
    }

    /// Takes so many permits, if they are all there.
    ///
    /// # Errors
    /// As with [`try_acquire`](Semaphore::try_acquire).
    ///
    /// ```
    /// use runtime::sync::Semaphore;
    ///
    /// let semaphore = Semaphore::new(2);
    /// assert!(semaphore.try_acquire_many(3).is_err());
    /// assert!(semaphore.try_acquire_many(2).is_ok());
    /// ```
    pub fn try_acquire_many(&self, permits: u32) -> Result<SemaphorePermit<'_>, TryAcquireError> {
        let permits = self.try_take(permits)?;
        Ok(SemaphorePermit::new(self, permits))
    }

    /// Gives out no more permits: everybody who waits, and whoever comes, has an error. Those that are out stay so.
    ///
    /// ```
    /// use runtime::sync::Semaphore;
    ///
    /// runtime::block_on(async {
    ///     let semaphore = Semaphore::new(1);
    ///     semaphore.close();
    ///     assert!(semaphore.acquire().await.is_err());
    /// });
    /// ```
    pub fn close(&self) {
        self.closed.set(true);
        self.waiters.call_all();
    }

    /// True after [`close`](Semaphore::close).
    ///
    /// ```
    /// use runtime::sync::Semaphore;
    ///
    /// let semaphore = Semaphore::new(1);
    /// assert!(!semaphore.is_closed());
    /// semaphore.close();
    /// assert!(semaphore.is_closed());
    /// ```
    pub fn is_closed(&self) -> bool {
        self.closed.get()
    }

    async fn wait(&self, permits: u32) -> Result<usize, AcquireError> {
        let permits = permits as usize;
        match Turn::new(self, permits).await {
            Call::InTurn => Ok(permits),
            Call::WithAll => Err(AcquireError(())),
        }
    }

    fn try_take(&self, permits: u32) -> Result<usize, TryAcquireError> {
        let permits = permits as usize;
        match self.take(permits) {
            Some(Call::InTurn) => Ok(permits),
            Some(Call::WithAll) => Err(TryAcquireError::Closed),
            None => Err(TryAcquireError::NoPermits),
        }
    }

    fn take_free(&self, permits: usize) -> bool {
        let left = self.free.get().checked_sub(permits);
        left.inspect(|left| self.free.set(*left)).is_some()
    }

    /// Gives permits to those who wait, in their order, up to the first one for whom they are not enough.
    fn serve(&self) {
        self.waiters.call_while(|permits| self.take_free(permits));
    }

    /// Permits come free.
    fn release(&self, permits: usize) {
        self.free.set(self.free.get() + permits);
        self.serve();
    }

    /// Permits that are out will not come back.
    fn forget(&self, permits: usize) {
        self.all.set(self.all.get() - permits);
    }
}

impl Queue for Semaphore {
    type Want = usize;

    fn waiters(&self) -> &Waiters<usize> {
        &self.waiters
    }

    fn take(&self, permits: usize) -> Option<Call> {
        if self.closed.get() {
            return Some(Call::WithAll);
        }
        (self.waiters.is_empty() && self.take_free(permits)).then_some(Call::InTurn)
    }

    fn left(&self, permits: usize, unused: Option<Call>) {
        match unused {
            Some(Call::InTurn) => self.release(permits),
            Some(Call::WithAll) => {}
            // One who waited for many may have kept those behind it waiting, who want few.
            None => self.serve(),
        }
    }
}

#[cold]
fn too_many(all: usize, more: usize, caller: &Location<'_>) -> ! {
    panic!(
        "`add_permits({more})` at {caller}: the semaphore has {all} permits already, and cannot count so many. Permits \
         come back by themselves when their guards are dropped; add only what is new"
    )
}

impl fmt::Debug for Semaphore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("Semaphore");
        fields.field("free", &self.free.get());
        fields.field("waiters", &self.waiters);
        fields.field("closed", &self.closed.get()).finish()
    }
}
