//! A look at the value of a watch channel.

use std::cell;
use std::fmt;
use std::ops::Deref;

/// The channel's value, borrowed. For as long as this lives the value cannot be changed: whoever tries panics. So it
/// must not live across an `await`; clone what is needed longer.
///
/// ```
/// use runtime::sync::watch::{self, Ref};
///
/// let (_sender, receiver) = watch::channel("word");
/// let value: Ref<'_, &str> = receiver.borrow();
/// assert_eq!(*value, "word");
/// ```
pub struct Ref<'a, T> {
    value: cell::Ref<'a, T>,
    has_changed: bool,
}

impl<'a, T> Ref<'a, T> {
    pub(super) fn new(value: cell::Ref<'a, T>, has_changed: bool) -> Self {
        Ref { value, has_changed }
    }

    /// Whether the receiver sees this value for the first time; a sender never does.
    ///
    /// ```
    /// let (sender, mut receiver) = runtime::sync::watch::channel("old");
    /// assert!(!receiver.borrow().has_changed());
    /// sender.send("new").unwrap();
    /// assert!(receiver.borrow_and_update().has_changed());
    /// assert!(!receiver.borrow().has_changed());
    /// ```
    pub fn has_changed(&self) -> bool {
        self.has_changed
    }
}

impl<T> Deref for Ref<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for Ref<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}
