//! The guest on the host's thread: its runtime, its helper, and how a tick finds them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::mem::{ManuallyDrop, forget};
use std::rc::{Rc, Weak};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use reactor::Lookout;

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
    /// The helper goes on with the lookout that it has.
    lookout_lasts: bool,
    /// Gone when the guest has ended.
    helper: RefCell<Option<Helper>>,
}

/// The guest of this thread with this number, if it has not ended.
pub(super) fn find(number: u64) -> Option<Rc<Inner>> {
    let found = GUESTS.try_with(|guests| guests.borrow().get(&number).and_then(Weak::upgrade));
    found.unwrap_or(None)
}

/// Takes a guest off the list. The last one takes the list's memory with it, for nobody drops that.
fn take_off(number: u64) {
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
        let lookout_lasts = lookout.lasts();
        helper.order(Order::Wait(Some(lookout), Some(Instant::now())));
        let inner = Rc::new(Inner {
            runtime,
            number,
            lookout_lasts,
            helper: RefCell::new(Some(helper)),
        });
        let weak = Rc::downgrade(&inner);
        let _ = GUESTS.try_with(|guests| guests.borrow_mut().insert(number, weak));
        Ok(inner)
    }

    /// Runs a turn and asks for the next wait. Whatever fails or panics meanwhile, another tick comes.
    #[track_caller]
    pub(super) fn tick(&self) -> io::Result<()> {
        let again = Again(self);
        let trouble = self.helper.borrow().as_ref().and_then(Helper::take_trouble);
        self.runtime.turn(Some(Duration::ZERO))?;
        let lookout = self.next_lookout()?;
        forget(again);
        self.order(Order::Wait(lookout, self.deadline()));
        trouble.map_or(Ok(()), Err)
    }

    /// What the helper is to wait with, if not with what it has. It asks the sources for their descriptors, which is
    /// anybody's code.
    fn next_lookout(&self) -> io::Result<Option<Box<dyn Lookout>>> {
        if self.lookout_lasts {
            return Ok(None);
        }
        self.runtime.reactor.lookout().map(Some)
    }

    /// Does nothing if the guest was ended, perhaps in this very tick.
    fn order(&self, order: Order) {
        if let Some(helper) = &*self.helper.borrow() {
            helper.order(order);
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
        take_off(self.number);
        let helper = self.helper.take();
        helper.map_or(Ok(()), |helper| {
            helper.join(|| self.runtime.reactor.unparker().wake())
        })
    }

    pub(super) fn into_runtime(self) -> Runtime {
        self.runtime
    }
}

/// A tick that fails or panics: another one is to come, a little later.
struct Again<'a>(&'a Inner);

impl Drop for Again<'_> {
    fn drop(&mut self) {
        self.0.order(Order::Again);
    }
}
