//! Why nothing was sent, or nothing new will come.

use std::error::Error;
use std::fmt;

pub use crate::sync::send_error::SendError;

/// Every sender is gone: the value will not change any more.
///
/// ```
/// use runtime::sync::watch::{self, error::RecvError};
///
/// let (sender, mut receiver) = watch::channel(1);
/// drop(sender);
/// let error: RecvError = runtime::block_on(receiver.changed()).unwrap_err();
/// assert_eq!(error.to_string(), "the channel is closed: its value will not change any more");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecvError(pub(super) ());

impl fmt::Display for RecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the channel is closed: its value will not change any more")
    }
}

impl Error for RecvError {}
