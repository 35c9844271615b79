//! What a semaphore says to those who get no permit.

use std::fmt;

/// The [`Semaphore`](super::Semaphore) is closed.
///
/// ```
/// use runtime::sync::{AcquireError, Semaphore};
///
/// runtime::block_on(async {
///     let semaphore = Semaphore::new(1);
///     semaphore.close();
///     let error: AcquireError = semaphore.acquire().await.unwrap_err();
///     assert_eq!(error.to_string(), "the semaphore is closed");
/// });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AcquireError(pub(super) ());

impl fmt::Display for AcquireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the semaphore is closed")
    }
}

impl std::error::Error for AcquireError {}

/// Why a [`Semaphore`](super::Semaphore) gave no permit at once.
///
/// ```
/// use runtime::sync::{Semaphore, TryAcquireError};
///
/// let semaphore = Semaphore::new(0);
/// assert_eq!(semaphore.try_acquire().unwrap_err(), TryAcquireError::NoPermits);
/// semaphore.close();
/// assert_eq!(semaphore.try_acquire().unwrap_err(), TryAcquireError::Closed);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryAcquireError {
    /// The semaphore is closed.
    Closed,
    /// Not so many are free, or somebody else waits for them.
    NoPermits,
}

impl fmt::Display for TryAcquireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TryAcquireError::Closed => "the semaphore is closed",
            TryAcquireError::NoPermits => "the permits cannot be had without waiting",
        })
    }
}

impl std::error::Error for TryAcquireError {}
