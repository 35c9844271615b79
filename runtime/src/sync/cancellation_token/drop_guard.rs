//! A guard that cancels a token when it is dropped.

use super::CancellationToken;

/// Cancels its [`CancellationToken`] when it is dropped.
///
/// ```
/// use runtime::sync::{CancellationToken, DropGuard};
///
/// let token = CancellationToken::new();
/// let guard: DropGuard = token.clone().drop_guard();
/// drop(guard);
/// assert!(token.is_cancelled());
/// ```
#[derive(Debug)]
#[must_use = "if it is not kept the token is cancelled at once"]
pub struct DropGuard {
    /// It is here until the guard is dropped or disarmed.
    token: Option<CancellationToken>,
}

impl DropGuard {
    pub(super) fn new(token: CancellationToken) -> Self {
        DropGuard { token: Some(token) }
    }

    /// Gives the token back without cancelling it.
    ///
    /// ```
    /// use runtime::sync::CancellationToken;
    ///
    /// let guard = CancellationToken::new().drop_guard();
    /// assert!(!guard.disarm().is_cancelled());
    /// ```
    pub fn disarm(mut self) -> CancellationToken {
        self.token
            .take()
            .expect("it is here until the guard is dropped")
    }
}

impl Drop for DropGuard {
    fn drop(&mut self) {
        if let Some(token) = &self.token {
            token.cancel();
        }
    }
}
