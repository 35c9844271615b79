//! A future that waits for nothing but its next turn; it is the same for every peer.

use std::future::{Future, poll_fn};
use std::task::Poll;

/// Pending once, with a wake of its own task; a turn is given up by it, and a timeout is put around it. (Peers have a
/// `yield_now` of their own, and some of those do more.)
pub(crate) fn yield_now() -> impl Future<Output = ()> {
    let mut waited = false;
    poll_fn(move |cx| {
        if waited {
            return Poll::Ready(());
        }
        waited = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
}
