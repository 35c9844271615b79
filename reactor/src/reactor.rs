//! The reactor: waits for the world, then wakes whom it concerns; who runs after that is not its affair.

mod owner;
mod rest;
mod waits;

use std::cell::{Cell, RefCell};
use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

use slab::Slab;

pub use self::owner::{Metrics, Reactor};
pub use self::waits::Wait;
use crate::driver::completion::{Completions, Ours};
use crate::driver::{Driver, Report, SourceKind};
use crate::instant::Instant;
use crate::key::SourceKey;
use crate::observe::{Event, Observers};
use crate::os::Pollable;
use crate::readiness::{Direction, Interest};
use crate::refusal::{explain, gone};
use crate::source::Source;
use crate::unparker::Unparker;
use crate::wheel::{Fired, Wheel};

/// What the reactor and its registrations share.
pub(crate) struct Core {
    driver: Box<dyn Driver>,
    unparker: Arc<Unparker>,
    sources: RefCell<Slab<Rc<Source<dyn Pollable>>>>,
    next_generation: Cell<u32>,
    wheel: RefCell<Wheel>,
    /// The driver completes operations; it is known when the first source has come.
    completes: Cell<bool>,
    /// Room that is used again in every turn.
    room: Cell<Room>,
    closed: Cell<bool>,
    /// Another loop sleeps for this one: nobody hears anything but the bell while nobody turns it.
    watched: Cell<bool>,
    waits: Cell<u64>,
    reports: Cell<u64>,
    /// Where the source stands that somebody was last seen to wait for.
    waited_for: Cell<usize>,
    observers: Observers,
}

#[derive(Default)]
struct Room {
    reports: Vec<Report>,
    fired: Vec<Fired>,
    wakes: Vec<Waker>,
}

impl Core {
    pub(crate) fn now(&self) -> Instant {
        self.driver.now()
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.get()
    }

    /// Makes an event and tells it, if anybody listens.
    #[inline]
    pub(crate) fn tell(&self, event: impl FnOnce() -> Event) {
        if self.observers.are_present() {
            self.observers.tell(event());
        }
    }

    /// The driver's operations, if it completes them itself.
    #[inline]
    pub(crate) fn completions(&self) -> Option<&dyn Completions> {
        if self.completes.get() {
            return self.driver.completions(Ours(()));
        }
        None
    }

    /// As [`completions`](Self::completions), for who has no source: opens the driver's queue. `None` if the driver
    /// completes nothing, or has to leave the place to another one.
    pub(crate) fn open_completions(&self) -> Option<&dyn Completions> {
        let completions = self.driver.completions(Ours(()))?;
        if !self.completes.get() {
            completions.open().ok()?;
            self.completes.set(true);
        }
        Some(completions)
    }

    /// The wheel of timers. No code of users may run while it is borrowed.
    pub(crate) fn wheel(&self) -> &RefCell<Wheel> {
        &self.wheel
    }

    /// A timer was set. Whoever sleeps for a loop that rests has taken the nearest one from before.
    #[inline]
    pub(crate) fn end_sleep_elsewhere(&self) {
        if self.watched.get() && self.unparker.is_idle() {
            self.unparker.unpark();
        }
    }

    fn turn(&self, timeout: Option<Duration>) -> io::Result<()> {
        let mut room = self.room.take();
        let timeout = self.shorten(timeout);
        let waited = self.wait(timeout, &mut room.reports);
        if let Some(completions) = self.completions() {
            completions.take_wakes(&mut room.wakes);
        }
        self.dispatch(&mut room);
        self.fire_timers(&mut room);
        // Now nothing is borrowed any more: a waker may be anybody's code.
        wake_all(&mut room.wakes);
        self.room.set(room);
        if let Some(completions) = self.completions() {
            completions.drop_spent();
        }
        waited
    }

    /// The timeout, or the time until the next timer if that is shorter.
    fn shorten(&self, timeout: Option<Duration>) -> Option<Duration> {
        if timeout == Some(Duration::ZERO) {
            return timeout;
        }
        let next = self.wheel.borrow().next();
        let Some(next) = next.map(Instant::from_ticks) else {
            return timeout;
        };
        let until = next.duration_since(self.now());
        Some(timeout.map_or(until, |timeout| timeout.min(until)))
    }

    /// Waits, unless a token is there: then it only looks.
    fn wait(&self, timeout: Option<Duration>, reports: &mut Vec<Report>) -> io::Result<()> {
        if timeout == Some(Duration::ZERO) || !self.unparker.parking().begin_wait() {
            return self.driver.wait(Some(Duration::ZERO), reports);
        }
        self.waits.set(self.waits.get() + 1);
        self.tell(|| Event::WaitStarted { timeout });
        let waited = self.driver.wait(timeout, reports);
        self.unparker.parking().end_wait();
        self.tell(|| Event::WaitEnded);
        waited
    }

    /// Marks the sources that were reported and gathers their wakers.
    fn dispatch(&self, room: &mut Room) {
        self.reports
            .set(self.reports.get() + room.reports.len() as u64);
        let sources = self.sources.borrow();
        for Report { key, readiness } in room.reports.drain(..) {
            let source = sources.get(key.index());
            let Some(source) = source.filter(|source| source.key.get() == key) else {
                continue; // It came late: the source is gone.
            };
            self.tell(|| Event::SourceReady {
                source: key.index(),
                readiness,
            });
            if let Some(wanted) = source.state.report(readiness, &mut room.wakes) {
                self.rearm(key, source, wanted, &mut room.wakes);
            }
        }
    }

    /// If the driver refuses, whoever waits is woken, tries, and is told the error when it waits again.
    fn rearm(
        &self,
        key: SourceKey,
        source: &Source<dyn Pollable>,
        wanted: Interest,
        wakes: &mut Vec<Waker>,
    ) {
        let trigger = source.state.trigger();
        if self
            .driver
            .modify(&source.io, key, trigger, wanted)
            .is_err()
        {
            source.state.set_armed(Interest::NONE);
            source.state.take_waiters(wakes);
        }
    }

    /// Gathers the wakers of the timers that are due. The clock is read only if there are any timers.
    fn fire_timers(&self, room: &mut Room) {
        let mut wheel = self.wheel.borrow_mut();
        if wheel.waiting() == 0 {
            return;
        }
        wheel.advance(self.now().to_ticks(), &mut room.fired);
        drop(wheel);
        for Fired {
            deadline, waker, ..
        } in room.fired.drain(..)
        {
            let deadline = Instant::from_ticks(deadline);
            self.tell(|| Event::TimerFired { deadline });
            room.wakes.push(waker);
        }
    }

    /// Registers a source: gives it a place and tells the driver.
    pub(crate) fn add<T: Pollable + 'static>(
        &self,
        source: &Rc<Source<T>>,
        kind: SourceKind,
        interest: Interest,
    ) -> io::Result<()> {
        if self.is_closed() {
            return Err(gone());
        }
        let key = self.take_place(source.clone())?;
        let added = self.driver.add(source.clone(), key, kind, interest);
        let (trigger, armed) = added.map_err(|error| {
            drop(self.sources.borrow_mut().try_remove(key.index()));
            explain(error)
        })?;
        (source.state).set_trigger(trigger, armed, self.driver.reports_exceptions());
        self.completes
            .set(self.driver.completions(Ours(())).is_some());
        self.tell(|| Event::SourceAdded {
            source: key.index(),
        });
        Ok(())
    }

    /// Takes a place before the driver is told: it asks the source for its descriptor, which is anybody's code and may
    /// register another one.
    fn take_place(&self, source: Rc<Source<dyn Pollable>>) -> io::Result<SourceKey> {
        let generation = self.next_generation.get();
        self.next_generation.set(generation.wrapping_add(1));
        let mut sources = self.sources.borrow_mut();
        let place = sources.vacant_entry();
        let Some(key) = SourceKey::new(place.key(), generation) else {
            return Err(io::Error::other("too many sources are registered"));
        };
        source.key.set(key);
        place.insert(source);
        Ok(key)
    }

    /// Has the driver watch one direction more. If it refuses, it goes on watching what it watched before.
    #[inline]
    pub(crate) fn arm<T: Pollable>(
        &self,
        source: &Source<T>,
        key: SourceKey,
        direction: Direction,
    ) -> io::Result<()> {
        let armed = source.state.armed();
        if armed.contains(direction) {
            return Ok(());
        }
        let (wanted, trigger) = (armed.with(direction), source.state.trigger());
        self.driver.modify(&source.io, key, trigger, wanted)?;
        source.state.set_armed(wanted);
        Ok(())
    }

    /// Deregisters a source. The reactor's share of it and the driver's are dropped.
    pub(crate) fn remove(&self, key: SourceKey, sole: bool) {
        let Some(source) = self.sources.borrow_mut().try_remove(key.index()) else {
            return;
        };
        self.driver.remove(&source.io, key, sole);
        self.tell(|| Event::SourceRemoved {
            source: key.index(),
        });
    }

    /// Nobody will turn this reactor again: wakes everybody who waits, so that they find out.
    fn close(&self) {
        self.closed.set(true);
        let mut wakes = self.wheel.borrow_mut().take_wakers();
        if let Some(completions) = self.completions() {
            completions.end();
            completions.take_wakes(&mut wakes);
        }
        for (_, source) in self.sources.borrow().iter() {
            source.state.take_waiters(&mut wakes);
        }
        wake_all(&mut wakes);
        if let Some(completions) = self.completions() {
            completions.drop_spent();
        }
    }
}

/// Wakes them in their order. A panic in one waker costs nobody else the wake; it goes on when all are woken.
fn wake_all(wakes: &mut Vec<Waker>) {
    let mut wakes = wakes.drain(..);
    let mut first_panic = None;
    while let Err(panic) = catch_unwind(AssertUnwindSafe(|| wakes.by_ref().for_each(Waker::wake))) {
        first_panic.get_or_insert(panic);
    }
    if let Some(panic) = first_panic {
        resume_unwind(panic);
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reactor")
            .field("driver", &self.driver.name())
            .field("closed", &self.closed.get())
            .finish_non_exhaustive()
    }
}
