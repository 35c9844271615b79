//! An order that the driver carries out by itself, without a thread: on io_uring. It knows nothing of which calls.

use std::io;
use std::task::{Context, Poll, ready};

use reactor::Handle;
use reactor::owned::{FileCall, was_cancelled};

use super::job::given_up;
use super::os;
use super::transfer::Order;
use super::way::Way;

/// An order of which one call is under way, and has the buffer.
pub(super) struct Native<B: 'static, W> {
    handle: Handle,
    call: FileCall<B>,
    /// `None` when it was given back.
    order: Option<Order<(), W>>,
    cancelled: bool,
}

impl<B: 'static, W: Way<B>> Native<B, W> {
    /// Gives the order back if this driver does not carry it out.
    pub(super) fn begin(handle: Handle, order: Order<B, W>) -> Result<Self, Order<B, W>> {
        let (order, buffer) = order.without_buffer();
        match order.call(&handle, buffer) {
            Ok(call) => Ok(Native {
                handle,
                call,
                order: Some(order),
                cancelled: false,
            }),
            Err(buffer) => Err(order.with_buffer(buffer)),
        }
    }

    /// What has come of it, and the order, once.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<(io::Result<()>, Order<B, W>)> {
        loop {
            let (moved, buffer) = ready!(self.call.poll(cx));
            let mut order = self
                .order
                .take()
                .expect("a call that gives its buffer has an order");
            let end = match moved {
                Ok(moved) => order.way.after(&buffer, moved, &mut order.done),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => None,
                Err(error) if self.cancelled && was_cancelled(&error) => Some(Ok(())),
                Err(error) => Some(Err(error)),
            };
            if let Some(result) = end.or_else(|| self.cancelled.then_some(Ok(()))) {
                return Poll::Ready((result, order.with_buffer(buffer)));
            }
            match order.call(&self.handle, buffer) {
                Ok(call) => (self.call, self.order) = (call, Some(order)),
                Err(buffer) => return Poll::Ready((Err(given_up()), order.with_buffer(buffer))),
            }
        }
    }

    /// Ends it soon, if the system can still be stopped.
    pub(super) fn cancel(&mut self) {
        self.cancelled = true;
        self.call.cancel();
    }
}

impl<W> Order<(), W> {
    /// The next call, or the buffer if the driver does not make it.
    fn call<B: 'static>(&self, handle: &Handle, buffer: B) -> Result<FileCall<B>, B>
    where
        W: Way<B>,
    {
        match os::pollable(&self.file) {
            Some(file) => (self.way).call(handle, file, buffer, self.done, self.offset),
            None => Err(buffer),
        }
    }
}
