//! A place in a channel that is kept for one value.

use std::fmt;
use std::mem;

use super::shared::Shared;

/// A place that [`Sender::reserve`](super::Sender::reserve) has taken: sending into it neither waits nor fails.
///
/// Dropping it passes the place on. One that is forgotten ([`std::mem::forget`]) keeps it: after a
/// [`close`](super::Receiver::close) the receiver waits for it for ever.
///
/// ```
/// use runtime::sync::mpsc::{self, Permit};
///
/// runtime::block_on(async {
///     let (sender, mut receiver) = mpsc::channel(1);
///     let permit: Permit<'_, &str> = sender.reserve().await.unwrap();
///     assert!(sender.try_send("no room").is_err());
///     permit.send("word");
///     assert_eq!(receiver.recv().await, Some("word"));
/// });
/// ```
#[must_use = "a place that is not used is passed on"]
pub struct Permit<'a, T> {
    shared: &'a Shared<T>,
}

impl<'a, T> Permit<'a, T> {
    pub(super) fn new(shared: &'a Shared<T>) -> Self {
        Permit { shared }
    }

    /// Sends the value.
    ///
    /// If the receiver is gone, the value is dropped; if it has only [closed](super::Receiver::close) the channel, the
    /// value is still received.
    ///
    /// ```
    /// let (sender, mut receiver) = runtime::sync::mpsc::channel(1);
    /// let permit = sender.try_reserve().unwrap();
    /// receiver.close();
    /// permit.send(5);
    /// assert_eq!(receiver.try_recv(), Ok(5));
    /// ```
    pub fn send(self, value: T) {
        let shared = self.shared;
        mem::forget(self); // It borrows, and owns nothing.
        shared.fill_permit(value);
    }
}

impl<T> Drop for Permit<'_, T> {
    fn drop(&mut self) {
        self.shared.leave_permit();
    }
}

impl<T> fmt::Debug for Permit<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Permit")
    }
}
