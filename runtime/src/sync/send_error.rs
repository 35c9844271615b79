//! The error of sending to nobody; it gives the value back.

use std::error::Error;
use std::fmt;

/// The channel is closed: nobody will receive the value, which comes back.
///
/// ```
/// use runtime::sync::mpsc::{self, error::SendError};
///
/// let (sender, receiver) = mpsc::unbounded_channel();
/// drop(receiver);
/// let SendError(value) = sender.send("word").unwrap_err();
/// assert_eq!(value, "word");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SendError<T>(pub T);

impl<T> fmt::Debug for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendError").finish_non_exhaustive()
    }
}

impl<T> fmt::Display for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the channel is closed: nobody will receive the value")
    }
}

impl<T> Error for SendError<T> {}
