//! The reactor: waits for the world, then wakes whom it concerns; who runs after that is not its affair.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

use slab::Slab;

use crate::current::{Context, Handle};
use crate::driver::{Driver, DriverKind, PollingDriver, Report, SourceKind};
use crate::instant::Instant;
use crate::key::SourceKey;
use crate::observe::{Event, Observers};
use crate::os::{self, Pollable};
use crate::readiness::{Direction, Interest};
use crate::refusal::{explain, gone};
use crate::source::Source;
use crate::unparker::Unparker;
use crate::wheel::{Fired, Wheel};

/// Turns what the world does into wakes: one wait a [`turn`](Self::turn).
///
/// When it is dropped, everything that still waits for it is woken and finds out: sockets give errors.
#[derive(Debug)]
pub struct Reactor {
    core: Rc<Core>,
}

/// What the reactor and its registrations share.
pub(crate) struct Core {
    driver: Box<dyn Driver>,
    unparker: Arc<Unparker>,
    sources: RefCell<Slab<Entry>>,
    next_generation: Cell<u32>,
    wheel: RefCell<Wheel>,
    /// Room that is used again in every turn.
    room: Cell<Room>,
    closed: Cell<bool>,
    waits: Cell<u64>,
    reports: Cell<u64>,
    observers: Observers,
}

struct Entry {
    key: SourceKey,
    source: Rc<Source<dyn Pollable>>,
}

#[derive(Default)]
struct Room {
    reports: Vec<Report>,
    fired: Vec<Fired>,
    wakes: Vec<Waker>,
}

/// `timers` and `sources` are what there is now; the others count since the reactor began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metrics {
    /// Timers that somebody waits for.
    pub timers: usize,
    /// Sources that are registered.
    pub sources: usize,
    /// Waits in which the thread may have slept.
    pub waits: u64,
    /// Reports of ready sources.
    pub reports: u64,
}

impl Reactor {
    /// Makes a reactor for the current thread. It opens no descriptor before the first source registers.
    ///
    /// # Errors
    /// [`io::ErrorKind::Unsupported`] if this system has no such driver.
    pub fn new(kind: DriverKind) -> io::Result<Self> {
        let unparker = Unparker::new();
        let driver = match kind {
            DriverKind::Auto => os::best_driver(unparker.clone()),
            DriverKind::Polling => Box::new(PollingDriver::new(unparker.clone())),
            DriverKind::Epoll => os::epoll_driver(unparker.clone())?,
        };
        Ok(Reactor::with_driver(driver, unparker))
    }

    /// Makes a reactor on any driver, which has to use this unparker.
    #[must_use]
    pub fn with_driver(driver: Box<dyn Driver>, unparker: Arc<Unparker>) -> Self {
        Reactor {
            core: Rc::new(Core {
                driver,
                unparker,
                sources: RefCell::new(Slab::new()),
                next_generation: Cell::new(0),
                wheel: RefCell::new(Wheel::new()),
                room: Cell::default(),
                closed: Cell::new(false),
                waits: Cell::new(0),
                reports: Cell::new(0),
                observers: Observers::default(),
            }),
        }
    }

    /// What ends a wait from any thread. A sticky token: called before a wait, it ends that wait at once.
    #[must_use]
    pub fn unparker(&self) -> Waker {
        Waker::from(self.core.unparker.clone())
    }

    /// A share for what registers with this reactor.
    #[must_use]
    pub fn handle(&self) -> Handle {
        Handle::new(self.core.clone())
    }

    /// Makes this the reactor that sockets and timers find, until the guard is dropped.
    pub fn context(&self) -> Context {
        Context::enter(self.handle())
    }

    /// Waits until the world has done something, a timer is due, the unparker is called or `timeout` has passed,
    /// then wakes whom it concerns. `None` is for ever; with a timeout of zero it only looks. It may return early
    /// for no reason.
    ///
    /// # Errors
    /// What the system's wait says. Timers fire all the same.
    #[inline]
    pub fn turn(&self, timeout: Option<Duration>) -> io::Result<()> {
        self.core.turn(timeout)
    }

    /// When the next timer is due; perhaps a little before, never after.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Instant> {
        self.core.wheel.borrow().next().map(Instant::from_ticks)
    }

    /// What the driver calls itself.
    #[must_use]
    pub fn driver_name(&self) -> &'static str {
        self.core.driver.name()
    }

    /// What the reactor has counted.
    #[must_use]
    pub fn metrics(&self) -> Metrics {
        let core = &*self.core;
        Metrics {
            timers: core.wheel.borrow().waiting(),
            sources: core.sources.borrow().len(),
            waits: core.waits.get(),
            reports: core.reports.get(),
        }
    }

    /// Tells `observer` of every event from now on, instead of whoever was told before. It may take notes, but not
    /// register anything: it is called in the middle of things. A panic of the observer is caught: it is nobody's wake.
    pub fn observe(&self, observer: Rc<dyn Fn(Event)>) {
        self.core.observers.set(observer);
    }
}

impl Drop for Reactor {
    fn drop(&mut self) {
        self.core.close();
    }
}

impl Core {
    pub(crate) fn now(&self) -> Instant {
        self.driver.now()
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.get()
    }

    pub(crate) fn tell(&self, event: impl FnOnce() -> Event) {
        self.observers.tell(event);
    }

    /// True if a short read of a stream can be taken as a sign that it is drained.
    #[inline]
    pub(crate) fn reports_exceptions(&self) -> bool {
        self.driver.reports_exceptions()
    }

    /// The wheel of timers. No code of users may run while it is borrowed.
    pub(crate) fn wheel(&self) -> &RefCell<Wheel> {
        &self.wheel
    }

    fn turn(&self, timeout: Option<Duration>) -> io::Result<()> {
        let mut room = self.room.take();
        let timeout = self.shorten(timeout);
        let waited = self.wait(timeout, &mut room.reports);
        self.dispatch(&mut room);
        self.fire_timers(&mut room);
        // Now nothing is borrowed any more: a waker may be anybody's code.
        wake_all(&mut room.wakes);
        self.room.set(room);
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
            let entry = sources.get(key.index()).filter(|entry| entry.key == key);
            let Some(Entry { source, .. }) = entry else {
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
        for Fired { deadline, waker } in room.fired.drain(..) {
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
    ) -> io::Result<SourceKey> {
        if self.is_closed() {
            return Err(gone());
        }
        let key = self.take_place(source.clone())?;
        let added = self.driver.add(source.clone(), key, kind, interest);
        let trigger = added.map_err(|error| {
            drop(self.sources.borrow_mut().try_remove(key.index()));
            explain(error)
        })?;
        source.state.set_trigger(trigger);
        self.tell(|| Event::SourceAdded {
            source: key.index(),
        });
        Ok(key)
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
        place.insert(Entry { key, source });
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
        let Some(entry) = self.sources.borrow_mut().try_remove(key.index()) else {
            return;
        };
        self.driver.remove(&entry.source.io, key, sole);
        self.tell(|| Event::SourceRemoved {
            source: key.index(),
        });
    }

    /// Nobody will turn this reactor again: wakes everybody who waits, so that they find out.
    fn close(&self) {
        self.closed.set(true);
        let mut wakes = self.wheel.borrow_mut().take_wakers();
        for (_, entry) in self.sources.borrow().iter() {
            entry.source.state.take_waiters(&mut wakes);
        }
        wake_all(&mut wakes);
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
