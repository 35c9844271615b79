//! A waker that is nothing but the number of a task.

use std::mem::ManuallyDrop;
use std::ptr;
use std::task::{RawWaker, RawWakerVTable, Waker};

use crate::executor;

static VTABLE: RawWakerVTable = RawWakerVTable::new(clone, wake, wake, drop);

/// A waker for the task of this number. Nothing is left to do when it is dropped, and so it is not.
pub(crate) fn waker(index: usize) -> ManuallyDrop<Waker> {
    // SAFETY: the data is a number, which the functions of the table turn into a pointer and back, and never follow.
    // They may be called on any thread: see `executor::wake`.
    ManuallyDrop::new(unsafe { Waker::new(ptr::without_provenance(index), &VTABLE) })
}

/// The number again.
pub(crate) fn index(waker: &Waker) -> usize {
    assert!(
        ptr::eq(waker.vtable(), &VTABLE),
        "a sleep must be awaited in a task of the floor's"
    );
    waker.data().addr()
}

fn clone(data: *const ()) -> RawWaker {
    RawWaker::new(data, &VTABLE)
}

fn wake(data: *const ()) {
    executor::wake(data.addr());
}

fn drop(_data: *const ()) {}
