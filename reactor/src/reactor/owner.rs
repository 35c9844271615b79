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
use crate::driver::completion::Completions;
use crate::driver::{Driver, DriverKind, PollingDriver};
use crate::instant::Instant;
use crate::observe::{Event, Observers};
use crate::os;
use crate::unparker::Unparker;
use crate::wheel::Wheel;

/// Turns what the world does into wakes: one wait a [`turn`](Self::turn).
///
/// When it is dropped, everything that still waits for it is woken and finds out: sockets give errors.
///
/// ```
/// # use std::time::Duration;
/// # use reactor::{DriverKind, Reactor};
/// # let reactor = Reactor::new(DriverKind::Auto)?;
/// reactor.unparker().wake(); // As another thread might.
/// reactor.turn(Some(Duration::from_secs(3600)))?; // Ends at once.
/// assert_eq!(reactor.metrics().waits, 0);
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug)]
pub struct Reactor {
    pub(super) core: Rc<Core>,
}

/// `timers` and `sources` are what there is now; the others count since the reactor began.
///
/// ```
/// # use std::net::UdpSocket;
/// # use reactor::{DriverKind, Reactor, Registration, Sharing, SourceKind};
/// # let reactor = Reactor::new(DriverKind::Auto)?;
/// let socket = UdpSocket::bind("127.0.0.1:0")?;
/// socket.set_nonblocking(true)?;
/// # let kind = SourceKind::Datagram;
/// let registration = Registration::new(reactor.handle(), socket, kind, Sharing::Sole)?;
/// assert_eq!(reactor.metrics().sources, 1);
/// assert_eq!(reactor.metrics().timers, 0);
/// # std::io::Result::Ok(())
/// ```
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
    /// Operations that the system has not completed, or whose result nobody has taken yet: on a driver that completes
    /// them, and 0 on the others.
    pub operations: usize,
}

impl Reactor {
    /// Makes a reactor for the current thread. It opens no descriptor before the first source registers.
    ///
    /// # Errors
    /// [`io::ErrorKind::Unsupported`] if this system has no such driver.
    ///
    /// ```
    /// use reactor::{DriverKind, Reactor};
    ///
    /// let reactor = Reactor::new(DriverKind::Polling)?;
    /// assert_eq!(reactor.driver_name(), "polling");
    /// # std::io::Result::Ok(())
    /// ```
    pub fn new(kind: DriverKind) -> io::Result<Self> {
        let unparker = Unparker::new();
        let driver = match kind {
            DriverKind::Auto => os::best_driver(unparker.clone()),
            DriverKind::Polling => Box::new(PollingDriver::new(unparker.clone())),
            DriverKind::Epoll => os::epoll_driver(unparker.clone())?,
            DriverKind::Uring => os::uring_driver(unparker.clone())?,
        };
        Ok(Reactor::with_driver(driver, unparker))
    }

    /// Makes a reactor on any driver, which has to use this unparker.
    ///
    /// ```
    /// use reactor::{PollingDriver, Reactor, Unparker};
    ///
    /// let unparker = Unparker::new();
    /// let driver = PollingDriver::new(unparker.clone());
    /// let reactor = Reactor::with_driver(Box::new(driver), unparker);
    /// assert_eq!(reactor.driver_name(), "polling");
    /// ```
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
                watched: Cell::new(false),
                completes: Cell::new(false),
                waits: Cell::new(0),
                reports: Cell::new(0),
                waited_for: Cell::new(0),
                observers: Observers::default(),
            }),
        }
    }

    /// What ends a wait from any thread. A sticky token: called before a wait, it ends that wait at once.
    ///
    /// ```
    /// # use reactor::{DriverKind, Reactor};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// let unparker = reactor.unparker();
    /// let thread = std::thread::spawn(move || unparker.wake());
    /// reactor.turn(None)?; // Ends, for the other thread ends it.
    /// # thread.join().unwrap();
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn unparker(&self) -> Waker {
        Waker::from(self.core.unparker.clone())
    }

    /// A share for what registers with this reactor.
    ///
    /// ```
    /// # use reactor::{DriverKind, Instant, Reactor, Timer};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// let timer = Timer::new(reactor.handle(), Instant::FAR_FUTURE);
    /// assert!(!timer.has_fired());
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn handle(&self) -> Handle {
        Handle::new(self.core.clone())
    }

    /// Makes this the reactor that sockets and timers find, until the guard is dropped.
    ///
    /// ```
    /// # use reactor::{DriverKind, Handle, Reactor};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// let context = reactor.context();
    /// assert!(Handle::try_current().is_some());
    /// drop(context);
    /// assert!(Handle::try_current().is_none());
    /// # std::io::Result::Ok(())
    /// ```
    pub fn context(&self) -> Context {
        Context::enter(self.handle())
    }

    /// Waits until the world has done something, a timer is due, the unparker is called or `timeout` has passed,
    /// then wakes whom it concerns. `None` is for ever; with a timeout of zero it only looks. It may return early
    /// for no reason.
    ///
    /// # Errors
    /// What the system's wait says. Timers fire all the same.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use reactor::{DriverKind, Reactor};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// reactor.turn(Some(Duration::ZERO))?; // Only looks.
    /// assert_eq!(reactor.metrics().waits, 0);
    /// reactor.turn(Some(Duration::from_millis(1)))?;
    /// assert_eq!(reactor.metrics().waits, 1);
    /// # std::io::Result::Ok(())
    /// ```
    #[inline]
    pub fn turn(&self, timeout: Option<Duration>) -> io::Result<()> {
        self.core.turn(timeout)
    }

    /// When the next timer is due; perhaps a little before, never after.
    ///
    /// ```
    /// # use std::task::{Context, Waker};
    /// # use std::time::Duration;
    /// # use reactor::{DriverKind, Instant, Reactor, Timer};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// # let mut cx = Context::from_waker(Waker::noop());
    /// let deadline = Instant::now() + Duration::from_secs(1);
    /// let mut timer = Timer::new(reactor.handle(), deadline);
    /// assert_eq!(reactor.next_deadline(), None); // Nobody waits yet.
    /// assert!(timer.poll_fired(&mut cx)?.is_pending());
    /// assert!(reactor.next_deadline().unwrap() <= deadline);
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn next_deadline(&self) -> Option<Instant> {
        self.core.wheel.borrow().next().map(Instant::from_ticks)
    }

    /// What the driver calls itself. With [`DriverKind::Auto`] another one may step in when the first source comes, so
    /// it is true from then on.
    ///
    /// ```
    /// # use reactor::{DriverKind, Reactor};
    /// let reactor = Reactor::new(DriverKind::Auto)?;
    /// assert!(["io_uring", "epoll", "polling"].contains(&reactor.driver_name()));
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn driver_name(&self) -> &'static str {
        self.core.driver.name()
    }

    /// What the reactor has counted.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use reactor::{DriverKind, Reactor};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// reactor.turn(Some(Duration::from_millis(1)))?;
    /// assert_eq!(reactor.metrics().waits, 1);
    /// assert_eq!(reactor.metrics().reports, 0);
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn metrics(&self) -> Metrics {
        self.core.metrics()
    }

    /// Tells `observer` of every event from now on, instead of whoever was told before. It may take notes, but not
    /// register anything: it is called in the middle of things. A panic of the observer is caught: it is nobody's wake.
    ///
    /// ```
    /// # use std::cell::RefCell;
    /// # use std::rc::Rc;
    /// # use std::time::Duration;
    /// # use reactor::{DriverKind, Event, Reactor};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// let events = Rc::new(RefCell::new(Vec::new()));
    /// let notes = events.clone();
    /// reactor.observe(Rc::new(move |event| notes.borrow_mut().push(event)));
    /// let timeout = Some(Duration::from_millis(1));
    /// reactor.turn(timeout)?;
    /// assert_eq!(*events.borrow(), [Event::WaitStarted { timeout }, Event::WaitEnded]);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn observe(&self, observer: Rc<dyn Fn(Event)>) {
        self.core.observers.set(observer);
    }
}

impl Core {
    pub(super) fn metrics(&self) -> Metrics {
        Metrics {
            timers: self.wheel.borrow().waiting(),
            sources: self.sources.borrow().len(),
            waits: self.waits.get(),
            reports: self.reports.get(),
            operations: self.completions().map_or(0, Completions::operations),
        }
    }
}

impl Drop for Reactor {
    fn drop(&mut self) {
        self.core.close();
    }
}
