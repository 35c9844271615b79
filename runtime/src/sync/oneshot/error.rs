//! Why no value came.

use std::error::Error;
use std::fmt;

/// The sender was dropped without having sent, or the receiver was closed before.
///
/// ```
/// use runtime::sync::oneshot::{self, error::RecvError};
///
/// let (sender, receiver) = oneshot::channel::<i32>();
/// drop(sender);
/// let error: RecvError = runtime::block_on(receiver).unwrap_err();
/// assert_eq!(error.to_string(), "the channel is closed: no value will come");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecvError(pub(super) ());

impl fmt::Display for RecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the channel is closed: no value will come")
    }
}

impl Error for RecvError {}

/// There is no value for [`try_recv`](super::Receiver::try_recv) to take.
///
/// ```
/// use runtime::sync::oneshot::{self, error::TryRecvError};
///
/// let (sender, mut receiver) = oneshot::channel::<i32>();
/// assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
/// drop(sender);
/// assert_eq!(receiver.try_recv(), Err(TryRecvError::Closed));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryRecvError {
    /// It may still come.
    Empty,
    /// It will not come, or was received before.
    Closed,
}

impl fmt::Display for TryRecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TryRecvError::Empty => "no value has come yet",
            TryRecvError::Closed => "the channel is closed: no value will come",
        })
    }
}

impl Error for TryRecvError {}
