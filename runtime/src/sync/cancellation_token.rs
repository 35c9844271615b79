//! A token by which one task tells others to end, and the tokens that follow from it.

mod drop_guard;
mod node;

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::Poll;

pub use drop_guard::DropGuard;

use super::turn::Turn;
use node::Node;

/// Tells any number of tasks to end: they wait for it beside what they do, and clean up themselves.
///
/// A clone is the same token. A [child](CancellationToken::child_token) is cancelled with its parent, and can be
/// cancelled alone. A token that was cancelled stays so. Dropping a token cancels nothing; see
/// [`drop_guard`](CancellationToken::drop_guard).
///
/// The name is tokio-util's. What differs: it is local; a token can be waited for by its own
/// [`cancelled_owned`](CancellationToken::cancelled_owned) or by reference, in futures without a name; and its guard
/// always owns the token.
///
/// ```
/// use runtime::sync::CancellationToken;
/// use runtime::time::{Duration, sleep};
///
/// runtime::block_on(async {
///     let token = CancellationToken::new();
///     let server = runtime::spawn({
///         let token = token.clone();
///         async move {
///             let slow = sleep(Duration::from_secs(3600));
///             if token.run_until_cancelled(slow).await.is_none() {
///                 return "closed";
///             }
///             "done"
///         }
///     });
///     token.cancel();
///     assert_eq!(server.await.unwrap(), "closed");
/// });
/// ```
#[derive(Clone, Default)]
pub struct CancellationToken {
    node: Rc<Node>,
}

impl CancellationToken {
    /// One that is not cancelled.
    ///
    /// ```
    /// use runtime::sync::CancellationToken;
    ///
    /// assert!(!CancellationToken::new().is_cancelled());
    /// ```
    pub fn new() -> Self {
        CancellationToken::default()
    }

    /// A token that is cancelled with this one, or alone. If this one is cancelled already, so is the child.
    ///
    /// ```
    /// use runtime::sync::CancellationToken;
    ///
    /// let server = CancellationToken::new();
    /// let (one, two) = (server.child_token(), server.child_token());
    /// one.cancel();
    /// assert!(!server.is_cancelled() && !two.is_cancelled());
    /// server.cancel();
    /// assert!(two.is_cancelled() && server.child_token().is_cancelled());
    /// ```
    pub fn child_token(&self) -> CancellationToken {
        let node = Node::child_of(&self.node);
        CancellationToken { node }
    }

    /// Cancels the token and all that follow from it, and wakes those who wait for them. Once is enough; a second time
    /// does nothing.
    ///
    /// ```
    /// use runtime::sync::CancellationToken;
    ///
    /// let token = CancellationToken::new();
    /// token.cancel();
    /// assert!(token.is_cancelled());
    /// ```
    pub fn cancel(&self) {
        Node::cancel(&self.node);
    }

    /// True once it is cancelled, or one that it follows from.
    ///
    /// ```
    /// use runtime::sync::CancellationToken;
    ///
    /// let token = CancellationToken::new();
    /// let clone = token.clone();
    /// clone.cancel();
    /// assert!(token.is_cancelled());
    /// ```
    pub fn is_cancelled(&self) -> bool {
        self.node.is_cancelled()
    }

    /// Waits until it is cancelled.
    ///
    /// # Cancel safety
    /// Dropping the future changes nothing.
    ///
    /// ```
    /// use runtime::sync::CancellationToken;
    ///
    /// runtime::block_on(async {
    ///     let token = CancellationToken::new();
    ///     runtime::join!(token.cancelled(), async { token.cancel() });
    /// });
    /// ```
    pub async fn cancelled(&self) {
        let _ = Turn::new(&*self.node, ()).await;
    }

    /// Waits until it is cancelled, in a future that borrows nothing.
    ///
    /// # Cancel safety
    /// Dropping the future drops the token, which cancels nothing.
    ///
    /// ```
    /// use runtime::sync::CancellationToken;
    ///
    /// runtime::block_on(async {
    ///     let token = CancellationToken::new();
    ///     let waiting = runtime::spawn(token.child_token().cancelled_owned());
    ///     token.cancel();
    ///     waiting.await.unwrap();
    /// });
    /// ```
    pub async fn cancelled_owned(self) {
        self.cancelled().await;
    }

    /// Runs a future until it is ready, or the token is cancelled: then the future is dropped, and there is `None`.
    ///
    /// If the token is cancelled already the future is not polled at all. Later, if both come at once, its value wins.
    ///
    /// # Cancel safety
    /// Dropping it drops the future.
    ///
    /// ```
    /// use std::future::pending;
    /// use runtime::sync::CancellationToken;
    ///
    /// runtime::block_on(async {
    ///     let token = CancellationToken::new();
    ///     assert_eq!(token.run_until_cancelled(async { 1 }).await, Some(1));
    ///     token.cancel();
    ///     assert_eq!(token.run_until_cancelled(pending::<i32>()).await, None);
    /// });
    /// ```
    pub async fn run_until_cancelled<F: Future>(&self, future: F) -> Option<F::Output> {
        if self.is_cancelled() {
            self.cancelled().await;
            return None;
        }
        let mut future = pin!(future);
        let mut cancelled = Turn::new(&*self.node, ());
        poll_fn(|cx| match future.as_mut().poll(cx) {
            Poll::Ready(value) => Poll::Ready(Some(value)),
            Poll::Pending => Pin::new(&mut cancelled).poll(cx).map(|_| None),
        })
        .await
    }

    /// A guard that cancels the token when it is dropped: at the end of a scope, however that is left.
    ///
    /// ```
    /// use runtime::sync::CancellationToken;
    ///
    /// let token = CancellationToken::new();
    /// {
    ///     let _guard = token.clone().drop_guard();
    ///     assert!(!token.is_cancelled());
    /// }
    /// assert!(token.is_cancelled());
    /// ```
    pub fn drop_guard(self) -> DropGuard {
        DropGuard::new(self)
    }
}

impl fmt::Debug for CancellationToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("CancellationToken");
        fields
            .field("is_cancelled", &self.is_cancelled())
            .finish_non_exhaustive()
    }
}
