//! Waiting, beside others, until something is there for everybody; it does not know what.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::waiters::{Call, Ticket, Waiters};

/// Waits in a queue in which all are called at once, until `look` finds what is waited for.
///
/// Nobody has a turn that could be lost: dropping it passes nothing on.
pub(super) struct Until<'a, F> {
    waiters: &'a Waiters,
    ticket: Ticket,
    look: F,
}

impl<'a, F> Until<'a, F> {
    pub(super) fn new(waiters: &'a Waiters, look: F) -> Self {
        let ticket = Ticket::default();
        Until {
            waiters,
            ticket,
            look,
        }
    }
}

impl<R, F: FnMut() -> Option<R> + Unpin> Future for Until<'_, F> {
    type Output = R;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        let Until {
            waiters,
            ticket,
            look,
        } = &mut *self;
        loop {
            let mut found = None;
            ready!(waiters.poll(ticket, (), cx, || {
                found = look();
                found.is_some().then_some(Call::WithAll)
            }));
            // One who was called may come too late, and waits again.
            if let Some(found) = found.or_else(&mut *look) {
                return Poll::Ready(found);
            }
        }
    }
}

impl<F> Drop for Until<'_, F> {
    fn drop(&mut self) {
        let _ = self.waiters.withdraw(&mut self.ticket);
    }
}
