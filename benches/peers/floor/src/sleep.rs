//! Sleeps: a bare heap of deadlines, each with the number of the task that waits for it.

use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::future::{Future, poll_fn};
use std::task::Poll;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use crate::executor;
use crate::waker;

pub(crate) struct Sleepers {
    /// Nanoseconds on the monotonic clock, and the task.
    heap: RefCell<BinaryHeap<Reverse<(u64, usize)>>>,
    /// The clock when it was last read after a wait: a task that wakes need not read it again.
    now: Cell<u64>,
}

impl Sleepers {
    pub(crate) const fn new() -> Sleepers {
        Sleepers {
            heap: RefCell::new(BinaryHeap::new()),
            now: Cell::new(0),
        }
    }

    /// How long it is until the first deadline.
    pub(crate) fn next(&self) -> Option<Duration> {
        let Reverse((deadline, _)) = *self.heap.borrow().peek()?;
        Some(Duration::from_nanos(
            deadline.saturating_sub(self.now.get()),
        ))
    }

    /// Wakes the tasks whose deadline has come; true if there was one.
    pub(crate) fn wake(&self, wake: fn(usize)) -> bool {
        let mut heap = self.heap.borrow_mut();
        if heap.is_empty() {
            return false;
        }
        self.now.set(now());
        let before = heap.len();
        while let Some(&Reverse((deadline, index))) = heap.peek() {
            if deadline > self.now.get() {
                break;
            }
            heap.pop();
            wake(index);
        }
        heap.len() < before
    }

    pub(crate) fn clear(&self) {
        self.heap.borrow_mut().clear();
    }
}

/// Ready after `duration`, in the task that polled it first.
pub(crate) fn sleep(duration: Duration) -> impl Future<Output = ()> + 'static {
    let deadline = now() + duration.as_nanos() as u64;
    let mut asleep = false;
    poll_fn(move |cx| {
        executor::with(|executor| {
            let sleepers = &executor.sleepers;
            if deadline <= sleepers.now.get() {
                return Poll::Ready(());
            }
            if !asleep {
                asleep = true;
                let index = waker::index(cx.waker());
                sleepers.heap.borrow_mut().push(Reverse((deadline, index)));
            }
            Poll::Pending
        })
    })
}

fn now() -> u64 {
    let now = clock_gettime(ClockId::Monotonic);
    now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
}
