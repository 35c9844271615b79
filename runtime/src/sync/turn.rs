//! The future that waits for its turn, and passes it on if it is dropped instead; it knows not what the turn is for.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::waiters::{Call, Ticket, Waiters};

/// What has a queue of waiters.
pub(crate) trait Queue {
    /// What one of them wants.
    type Want: Copy + Unpin + fmt::Debug;

    /// Those who wait.
    fn waiters(&self) -> &Waiters<Self::Want>;

    /// Takes what is wanted, if it is there and nobody waits for it already. [`Call::WithAll`] says that nobody needs
    /// to wait any more.
    fn take(&self, want: Self::Want) -> Option<Call>;

    /// A waiter has left the queue: one who was called, and whose turn nobody takes, or one who may have stood before
    /// others that can be served.
    fn left(&self, want: Self::Want, unused: Option<Call>);
}

/// The future: joins the queue when it is first polled and has to wait.
#[must_use = "futures do nothing unless awaited"]
pub(crate) struct Turn<'a, Q: Queue> {
    queue: &'a Q,
    want: Q::Want,
    ticket: Ticket,
}

impl<'a, Q: Queue> Turn<'a, Q> {
    pub(crate) fn new(queue: &'a Q, want: Q::Want) -> Self {
        let ticket = Ticket::default();
        Turn {
            queue,
            want,
            ticket,
        }
    }

    /// True from the poll that has to wait to the one that is ready.
    pub(crate) fn stands_in_line(&self) -> bool {
        self.queue.waiters().holds(&self.ticket)
    }

    /// True if the next poll is ready.
    pub(crate) fn is_called(&self) -> bool {
        self.queue.waiters().is_called(&self.ticket)
    }
}

impl<Q: Queue> Future for Turn<'_, Q> {
    type Output = Call;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Call> {
        let turn = self.get_mut();
        let (queue, want) = (turn.queue, turn.want);
        let waiters = queue.waiters();
        waiters.poll(&mut turn.ticket, want, cx, || queue.take(want))
    }
}

impl<Q: Queue> Drop for Turn<'_, Q> {
    fn drop(&mut self) {
        if self.stands_in_line() {
            let unused = self.queue.waiters().withdraw(&mut self.ticket);
            self.queue.left(self.want, unused);
        }
    }
}

impl<Q: Queue> fmt::Debug for Turn<'_, Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("Turn");
        fields.field("want", &self.want);
        fields.field("ticket", &self.ticket).finish()
    }
}
