//! A channel of one place between two tasks of a thread: the benchmark's own, the smallest there is.

use std::cell::Cell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

#[derive(Default, Clone)]
pub(crate) struct Slot(Rc<Place>);

#[derive(Default)]
struct Place {
    value: Cell<Option<u64>>,
    receiver: Cell<Option<Waker>>,
}

impl Slot {
    pub(crate) fn send(&self, value: u64) {
        self.0.value.set(Some(value));
        if let Some(receiver) = self.0.receiver.take() {
            receiver.wake();
        }
    }

    pub(crate) async fn receive(&self) -> u64 {
        poll_fn(|cx| match self.0.value.take() {
            Some(value) => Poll::Ready(value),
            None => {
                self.0.receiver.set(Some(cx.waker().clone()));
                Poll::Pending
            }
        })
        .await
    }
}
