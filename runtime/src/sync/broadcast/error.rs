//! Why nothing was sent or received.

use std::error::Error;
use std::fmt;

pub use crate::sync::send_error::SendError;

/// There is no next value for [`recv`](super::Receiver::recv).
///
/// ```
/// use runtime::sync::broadcast::{self, error::RecvError};
///
/// runtime::block_on(async {
///     let (sender, mut receiver) = broadcast::channel(1);
///     sender.send("one").unwrap();
///     sender.send("two").unwrap();
///     drop(sender);
///     assert_eq!(receiver.recv().await, Err(RecvError::Lagged(1)));
///     assert_eq!(receiver.recv().await, Ok("two"));
///     assert_eq!(receiver.recv().await, Err(RecvError::Closed));
/// });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecvError {
    /// All were received, and every sender is gone.
    Closed,
    /// The receiver was too slow, and so many values are lost to it. The next one is the oldest that is kept.
    Lagged(u64),
}

/// There is no value for [`try_recv`](super::Receiver::try_recv) to take.
///
/// ```
/// use runtime::sync::broadcast::{self, error::TryRecvError};
///
/// let (sender, mut receiver) = broadcast::channel::<u8>(1);
/// assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
/// drop(sender);
/// assert_eq!(receiver.try_recv(), Err(TryRecvError::Closed));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryRecvError {
    /// One may still come.
    Empty,
    /// All were received, and every sender is gone.
    Closed,
    /// The receiver was too slow, and so many values are lost to it. The next one is the oldest that is kept.
    Lagged(u64),
}

impl fmt::Display for RecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        TryRecvError::from(*self).fmt(f)
    }
}

impl fmt::Display for TryRecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TryRecvError::Empty => f.write_str("no value has come yet"),
            TryRecvError::Closed => f.write_str("the channel is closed: no value will come"),
            TryRecvError::Lagged(lost) => {
                write!(f, "the receiver was too slow: {lost} values were lost")
            }
        }
    }
}

impl Error for RecvError {}
impl Error for TryRecvError {}

impl From<RecvError> for TryRecvError {
    fn from(error: RecvError) -> Self {
        match error {
            RecvError::Closed => TryRecvError::Closed,
            RecvError::Lagged(lost) => TryRecvError::Lagged(lost),
        }
    }
}
