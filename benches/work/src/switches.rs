//! Futures that wait for nothing but their next turn; they are the same for every peer.

use std::future::{Future, poll_fn};
use std::task::Poll;

/// Pending once, with a wake of its own task. (Peers have a `yield_now` of their own, and some of those do more.)
pub fn yield_now() -> impl Future<Output = ()> {
    pending_once()
}

/// The same by another name, for what a timeout is put around.
pub fn pending_once() -> impl Future<Output = ()> {
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
