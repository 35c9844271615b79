//! Members of a set of tasks: some that wait for a gate, and what tells that they were dropped.

#![allow(dead_code, reason = "each test file takes what it needs")]

use std::cell::Cell;
use std::rc::Rc;

use runtime::task::{JoinSet, yield_now};

/// A task that waits until its gate is opened, and gives `value`.
pub(crate) fn gated<T: 'static>(set: &mut JoinSet<T>, value: T) -> async_channel::Sender<()> {
    let (open, gate) = async_channel::bounded(1);
    set.spawn(async move {
        gate.recv().await.expect("the gate is opened");
        value
    });
    open
}

/// Lets every task that is ready run.
pub(crate) async fn settle() {
    for _ in 0..3 {
        yield_now().await;
    }
}

/// Calls a function when it is dropped.
pub(crate) struct OnDrop<F: FnMut()>(pub(crate) F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Adds one to `count` when it is dropped.
pub(crate) fn counting(count: &Rc<Cell<usize>>) -> OnDrop<impl FnMut() + use<>> {
    let count = count.clone();
    OnDrop(move || count.set(count.get() + 1))
}
