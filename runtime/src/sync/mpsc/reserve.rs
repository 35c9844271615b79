//! Waiting for a place in a channel, first come, first served.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::error::{SendError, TrySendError};
use super::permit::Permit;
use super::shared::Shared;
use crate::sync::waiters::{Call, Ticket};

/// The future of a place.
pub(super) struct Reserve<'a, T> {
    shared: &'a Shared<T>,
    ticket: Ticket,
}

impl<'a, T> Reserve<'a, T> {
    pub(super) fn new(shared: &'a Shared<T>) -> Self {
        let ticket = Ticket::default();
        Reserve { shared, ticket }
    }
}

impl<'a, T> Future for Reserve<'a, T> {
    type Output = Result<Permit<'a, T>, SendError<()>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let shared = self.shared;
        let take = || match shared.take_place() {
            Ok(()) => Some(Call::InTurn),
            Err(TrySendError::Closed(())) => Some(Call::WithAll),
            Err(TrySendError::Full(())) => None,
        };
        let call = ready!(shared.room.poll(&mut self.ticket, (), cx, take));
        Poll::Ready(match shared.confirm(call) {
            true => Ok(Permit::new(shared)),
            false => Err(SendError(())),
        })
    }
}

impl<T> Drop for Reserve<'_, T> {
    fn drop(&mut self) {
        if self.shared.room.withdraw(&mut self.ticket) == Some(Call::InTurn) {
            self.shared.leave_place();
        }
    }
}
