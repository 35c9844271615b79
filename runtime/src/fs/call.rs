//! A call that a thread of the pool makes, and its result; it knows nothing of which call.

use std::future::poll_fn;
use std::io;
use std::panic::Location;
use std::task::{Context, Poll};

use reactor::{Handle, budget};

use super::job::Job;

/// Makes the call, which counts as one operation. A future that is dropped before a thread has begun it takes it back.
///
/// # Panics
/// Outside of a runtime: `what` was called there, at `caller`.
pub(super) async fn call<T: Send + 'static>(
    what: &'static str,
    caller: &'static Location<'static>,
    call: impl FnMut() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    drop(Handle::current_for(what, caller));
    poll_fn(budget::poll_left).await;
    let mut job = Job::start(call, |call| call());
    let (result, _) = poll_fn(|cx| job.poll(cx)).await;
    budget::spend();
    result
}

/// Polls a call that the driver makes by itself, which counts as one operation, too.
pub(super) async fn poll_call<T>(mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>) -> T {
    poll_fn(budget::poll_left).await;
    let result = poll_fn(|cx| poll(cx)).await;
    budget::spend();
    result
}
