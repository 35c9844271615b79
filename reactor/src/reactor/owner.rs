//! The reactor as its owner has it: to make, to turn and to ask; the work itself is the core's.

use std::cell::{Cell, RefCell};
use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

use slab::Slab;

use super::Core;
use crate::current::{Context, Handle};
use crate::driver::{Driver, DriverKind, PollingDriver};
use crate::instant::Instant;
use crate::observe::{Event, Observers};
use crate::os;
use crate::unparker::Unparker;
use crate::wheel::Wheel;

/// Turns what the world does into wakes: one wait a [`turn`](Self::turn).
///
/// When it is dropped, everything that still waits for it is woken and finds out: sockets give errors.
#[derive(Debug)]
pub struct Reactor {
    core: Rc<Core>,
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
