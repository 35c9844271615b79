//! The errors that several primitives give.

use std::fmt;

/// A lock is held by somebody else: the error of the `try_…` methods of [`Mutex`](super::Mutex) and
/// [`RwLock`](super::RwLock).
///
/// ```
/// use runtime::sync::{Mutex, TryLockError};
///
/// let mutex = Mutex::new(());
/// let _guard = mutex.try_lock().unwrap();
/// let error: TryLockError = mutex.try_lock().unwrap_err();
/// assert_eq!(error.to_string(), "somebody else has the lock");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TryLockError(pub(super) ());

impl fmt::Display for TryLockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("somebody else has the lock")
    }
}

impl std::error::Error for TryLockError {}
