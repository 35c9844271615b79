//! The handle of a child: a future of its value; it knows nothing of where the child lives.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::io;
use std::marker::PhantomData;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Wake};

use super::child::{Joint, Phase};
use super::turns::Name;

/// The handle of a child of a [`Scope`](super::Scope): await it for the child's value.
///
/// The output is `Ok` with the value, or [`Aborted`]. It is never a panic or an error that ends the scope: those end
/// whoever awaits the handle, too. Dropping the handle *detaches* the child: it goes on, its value is dropped when it
/// has one, and the scope waits for it all the same.
///
/// # Cancel safety
/// Dropping a future that awaits `&mut handle` loses nothing; the handle can be awaited again.
///
/// # Panics
/// When it is polled again after it gave the result.
///
/// ```
/// use runtime::task::scope;
///
/// runtime::block_on(async {
///     let words = ["one", "two", "three"];
///     let letters = scope(async |s| {
///         let handles = words.each_ref().map(|word| s.spawn(async { word.len() }));
///         let mut letters = 0;
///         for handle in handles {
///             letters += handle.await.unwrap();
///         }
///         letters
///     });
///     assert_eq!(letters.await, 11);
/// });
/// ```
pub struct ScopedJoinHandle<'scope, T> {
    joint: Rc<Joint<T>>,
    name: Arc<Name>,
    /// The child ends before the scope does, and so does every use of its handle.
    scope: PhantomData<&'scope ()>,
}

impl<T> ScopedJoinHandle<'_, T> {
    pub(super) fn new(joint: Rc<Joint<T>>, name: Arc<Name>) -> Self {
        joint.ticket().set_handled(true);
        ScopedJoinHandle {
            joint,
            name,
            scope: PhantomData,
        }
    }

    /// Asks the child to end. At its next turn its future is dropped instead of polled, and the handle gives
    /// [`Aborted`]. A child that aborts itself ends when its poll is over. One that has ended, or that ends in the poll
    /// it is in, keeps its value.
    ///
    /// The siblings and the scope go on: to abort a child is no failure.
    ///
    /// ```
    /// use std::future::pending;
    /// use runtime::task::scope;
    ///
    /// # runtime::block_on(async {
    /// scope(async |s| {
    ///     let endless = s.spawn(pending::<()>());
    ///     endless.abort();
    ///     assert!(endless.await.is_err());
    /// })
    /// .await;
    /// # });
    /// ```
    pub fn abort(&self) {
        if self.joint.request_abort() {
            self.name.wake_by_ref();
        }
    }

    /// True when the child has ended: awaiting the handle would not wait. A child has not ended while the destructor of
    /// its future runs.
    ///
    /// ```
    /// use runtime::task::{scope, yield_now};
    ///
    /// # runtime::block_on(async {
    /// scope(async |s| {
    ///     let handle = s.spawn(async {});
    ///     assert!(!handle.is_finished());
    ///     yield_now().await; // Its turn.
    ///     assert!(handle.is_finished());
    /// })
    /// .await;
    /// # });
    /// ```
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.joint.phase() != Phase::Running
    }
}

impl<T> Future for ScopedJoinHandle<'_, T> {
    type Output = Result<T, Aborted>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.joint.poll_join(cx)
    }
}

impl<T> Drop for ScopedJoinHandle<'_, T> {
    fn drop(&mut self) {
        self.joint.ticket().set_handled(false);
        self.joint.forget_joiner();
    }
}

impl<T> fmt::Debug for ScopedJoinHandle<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScopedJoinHandle")
            .field("phase", &self.joint.phase())
            .field("spawned_at", &format_args!("{}", self.joint.location()))
            .finish()
    }
}

/// A child of a scope ended without a value, because its handle or its scope cut it short.
///
/// ```
/// use runtime::task::{Aborted, scope};
///
/// # runtime::block_on(async {
/// scope(async |s| {
///     let handle = s.spawn(async {});
///     handle.abort();
///     assert_eq!(handle.await, Err(Aborted));
/// })
/// .await;
/// # });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aborted;

impl fmt::Display for Aborted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the child of the scope was aborted")
    }
}

impl Error for Aborted {}

/// As [`io::ErrorKind::Other`], so that `?` works where I/O is done.
impl From<Aborted> for io::Error {
    fn from(error: Aborted) -> Self {
        io::Error::other(error)
    }
}
