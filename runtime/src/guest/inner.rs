//! The guest on the host's thread: its runtime, its helper, and how a tick finds them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::{Rc, Weak};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use super::helper::{Helper, Order};
use super::tick::Tick;
use crate::runtime::Runtime;

thread_local! {
    /// The guests of this thread, by their numbers: what crosses the threads is a number. `ManuallyDrop`, because a
    /// guest may live in another thread-local, which ends later.
    static GUESTS: RefCell<ManuallyDrop<BTreeMap<u64, Weak<Inner>>>> =
        const { RefCell::new(ManuallyDrop::new(BTreeMap::new())) };
}

static NEXT: AtomicU64 = AtomicU64::new(0);

pub(super) struct Inner {
    pub(super) runtime: Runtime,
    number: u64,
    /// Gone when the guest has ended.
    helper: RefCell<Option<Helper>>,
}

/// The guest of this thread with this number, if it has not ended.
pub(super) fn find(number: u64) -> Option<Rc<Inner>> {
    let found = GUESTS.try_with(|guests| guests.borrow().get(&number).and_then(Weak::upgrade));
    found.unwrap_or(None)
}

/// Forgets a guest. The last one takes the map's memory with it, for nobody drops the map.
fn forget(number: u64) {
    let _ = GUESTS.try_with(|guests| {
        let mut guests = guests.borrow_mut();
        guests.remove(&number);
        if guests.is_empty() {
            **guests = BTreeMap::new();
        }
    });
}

impl Inner {
    pub(super) fn start(
        runtime: Runtime,
        schedule: impl FnMut(Tick) + Send + 'static,
    ) -> io::Result<Rc<Inner>> {
        // If nobody else can wait for it, that is told before there is a thread.
        let lookout = runtime.reactor.lookout()?;
        let (number, home) = (NEXT.fetch_add(1, Relaxed), thread::current().id());
        let helper = Helper::start(move |orders| Tick::new(number, home, orders), schedule)?;
        helper.order(Order::Wait(lookout, Some(Instant::now())));
        let inner = Rc::new(Inner {
            runtime,
            number,
            helper: RefCell::new(Some(helper)),
        });
        let weak = Rc::downgrade(&inner);
        let _ = GUESTS.try_with(|guests| guests.borrow_mut().insert(number, weak));
        Ok(inner)
    }

    /// Runs a turn and asks for the next wait, also when the turn panics.
    pub(super) fn tick(&self) -> io::Result<()> {
        let turn = || self.runtime.turn(Some(Duration::ZERO));
        let turned = catch_unwind(AssertUnwindSafe(turn));
        let asked = self.ask_for_a_wait();
        match turned {
            Ok(turned) => turned.and(asked),
            Err(panic) => resume_unwind(panic),
        }
    }

    fn ask_for_a_wait(&self) -> io::Result<()> {
        let (lookout, deadline) = (self.runtime.reactor.lookout(), self.deadline());
        let helper = self.helper.borrow();
        let Some(helper) = helper.as_ref() else {
            return Ok(()); // It was ended in this very tick.
        };
        let trouble = helper.take_trouble().map_or(Ok(()), Err);
        match lookout {
            Ok(lookout) => {
                helper.order(Order::Wait(lookout, deadline));
                trouble
            }
            Err(error) => {
                helper.order(Order::Again);
                trouble.and(Err(error))
            }
        }
    }

    /// The runtime's next deadline, on the clock of all threads; none if that is out of reach.
    fn deadline(&self) -> Option<Instant> {
        let next = self.runtime.next_deadline()?;
        let now = self.runtime.reactor.handle().now();
        Instant::now().checked_add(next.duration_since(now))
    }

    /// Ends the helper thread. `Err` is a panic of whoever schedules.
    pub(super) fn end(&self) -> thread::Result<()> {
        forget(self.number);
        let helper = self.helper.take();
        helper.map_or(Ok(()), |helper| {
            helper.join(|| self.runtime.reactor.unparker().wake())
        })
    }

    pub(super) fn into_runtime(self) -> Runtime {
        self.runtime
    }
}
