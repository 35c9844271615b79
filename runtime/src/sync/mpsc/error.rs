//! Why nothing was sent or received.

use std::error::Error;
use std::fmt;

pub use crate::sync::send_error::SendError;

/// A value was not sent without waiting; it comes back.
///
/// ```
/// use runtime::sync::mpsc::{self, error::TrySendError};
///
/// let (sender, receiver) = mpsc::channel(1);
/// sender.try_send(1).unwrap();
/// assert_eq!(sender.try_send(2), Err(TrySendError::Full(2)));
/// drop(receiver);
/// assert_eq!(sender.try_send(3), Err(TrySendError::Closed(3)));
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum TrySendError<T> {
    /// There is no room now, or others wait for it.
    Full(T),
    /// Nobody will receive it.
    Closed(T),
}

impl<T> TrySendError<T> {
    /// The value.
    ///
    /// ```
    /// let (sender, _receiver) = runtime::sync::mpsc::channel(1);
    /// sender.try_send("one").unwrap();
    /// assert_eq!(sender.try_send("two").unwrap_err().into_inner(), "two");
    /// ```
    pub fn into_inner(self) -> T {
        match self {
            TrySendError::Full(value) | TrySendError::Closed(value) => value,
        }
    }

    pub(super) fn with<U>(self, value: U) -> TrySendError<U> {
        match self {
            TrySendError::Full(_) => TrySendError::Full(value),
            TrySendError::Closed(_) => TrySendError::Closed(value),
        }
    }
}

impl<T> fmt::Debug for TrySendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TrySendError::Full(_) => "Full(..)",
            TrySendError::Closed(_) => "Closed(..)",
        })
    }
}

impl<T> fmt::Display for TrySendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TrySendError::Full(_) => "the channel has no room now",
            TrySendError::Closed(_) => "the channel is closed: nobody will receive the value",
        })
    }
}

impl<T> Error for TrySendError<T> {}

impl<T> From<SendError<T>> for TrySendError<T> {
    fn from(error: SendError<T>) -> Self {
        TrySendError::Closed(error.0)
    }
}

/// There is no value for [`try_recv`](super::Receiver::try_recv) to take.
///
/// ```
/// use runtime::sync::mpsc::{self, error::TryRecvError};
///
/// let (sender, mut receiver) = mpsc::channel::<u8>(1);
/// assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
/// drop(sender);
/// assert_eq!(receiver.try_recv(), Err(TryRecvError::Disconnected));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryRecvError {
    /// One may still come.
    Empty,
    /// All were received, and none will come.
    Disconnected,
}

impl fmt::Display for TryRecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TryRecvError::Empty => "no value has come yet",
            TryRecvError::Disconnected => "the channel is closed: no value will come",
        })
    }
}

impl Error for TryRecvError {}
