//! A world for tests: a clock moved by hand, and readiness as a script says; nothing here asks the system.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use crate::driver::{Driver, Report, SourceKind, Trigger};
use crate::instant::Instant;
use crate::key::SourceKey;
use crate::lookout::Lookout;
use crate::os::Pollable;
use crate::readiness::{Interest, Readiness};
use crate::unparker::Unparker;

/// The manual driver: the world stands still, except for what the test does to it.
///
/// A clone is the test's own handle to it. Time begins at [`Instant::ORIGIN`]. Whenever the loop would sleep, the
/// clock *jumps* to the end of that sleep (or to the next scripted report, if that is earlier), so that a test of an
/// hour takes no time; [`pause`](Self::pause) stops the jumping, and then only [`advance`](Self::advance) moves the
/// clock. A wait without an end and without a script is a real one: it ends when another thread wakes the loop.
///
/// ```
/// use std::time::Duration;
/// use reactor::{Instant, ManualDriver, Reactor};
///
/// let world = ManualDriver::new();
/// let reactor = world.reactor();
/// reactor.turn(Some(Duration::from_secs(3600)))?;
/// assert_eq!(world.now(), Instant::ORIGIN + Duration::from_secs(3600));
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone)]
pub struct ManualDriver {
    world: Rc<World>,
}

struct World {
    unparker: Arc<Unparker>,
    now: Cell<Instant>,
    jumps: Cell<bool>,
    trigger: Cell<Trigger>,
    /// Every source that was ever registered, in that order.
    sources: RefCell<Vec<Watched>>,
    script: RefCell<BTreeMap<(Instant, usize), (usize, Readiness)>>,
    scripted: Cell<usize>,
}

struct Watched {
    key: SourceKey,
    trigger: Trigger,
    /// `None` when the source is gone. Its key stays: a late event still has one.
    armed: Option<Interest>,
}

impl Default for ManualDriver {
    fn default() -> Self {
        ManualDriver::new()
    }
}

impl ManualDriver {
    /// A world at the origin of time, whose clock jumps.
    ///
    /// ```
    /// # use reactor::{Instant, ManualDriver};
    /// let world = ManualDriver::new();
    /// assert_eq!(world.now(), Instant::ORIGIN);
    /// ```
    #[must_use]
    pub fn new() -> Self {
        ManualDriver {
            world: Rc::new(World {
                unparker: Unparker::new(),
                now: Cell::new(Instant::ORIGIN),
                jumps: Cell::new(true),
                trigger: Cell::new(Trigger::Edge),
                sources: RefCell::new(Vec::new()),
                script: RefCell::new(BTreeMap::new()),
                scripted: Cell::new(0),
            }),
        }
    }

    /// A reactor in this world.
    ///
    /// ```
    /// # use reactor::ManualDriver;
    /// let reactor = ManualDriver::new().reactor();
    /// assert_eq!(reactor.driver_name(), "manual");
    /// ```
    #[must_use]
    pub fn reactor(&self) -> crate::Reactor {
        crate::Reactor::with_driver(Box::new(self.clone()), self.world.unparker.clone())
    }

    /// The time.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use reactor::{Instant, ManualDriver};
    /// let world = ManualDriver::new();
    /// world.advance(Duration::from_secs(1));
    /// assert_eq!(world.now(), Instant::ORIGIN + Duration::from_secs(1));
    /// ```
    #[must_use]
    pub fn now(&self) -> Instant {
        self.world.now.get()
    }

    /// Moves the clock. Timers fire in the loop's next turn.
    ///
    /// ```
    /// # use std::task::{Context, Waker};
    /// # use std::time::Duration;
    /// # use reactor::{ManualDriver, Timer};
    /// # let mut cx = Context::from_waker(Waker::noop());
    /// let (world, hour) = (ManualDriver::new(), Duration::from_secs(3600));
    /// let reactor = world.reactor();
    /// let mut timer = Timer::new(reactor.handle(), world.now() + hour);
    /// assert!(timer.poll_fired(&mut cx)?.is_pending());
    /// world.advance(hour);
    /// reactor.turn(None)?;
    /// assert!(timer.poll_fired(&mut cx)?.is_ready());
    /// # std::io::Result::Ok(())
    /// ```
    pub fn advance(&self, duration: Duration) {
        self.world.now.set(self.now() + duration);
    }

    /// From now on the clock moves by [`advance`](Self::advance) only. A wait that nothing ends is then a real one:
    /// look with a timeout of zero.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use reactor::{Instant, ManualDriver};
    /// let world = ManualDriver::new();
    /// let reactor = world.reactor();
    /// world.pause();
    /// reactor.turn(Some(Duration::ZERO))?;
    /// assert_eq!(world.now(), Instant::ORIGIN);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn pause(&self) {
        self.world.jumps.set(false);
    }

    /// From now on the clock jumps whenever the loop would sleep.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use reactor::{Instant, ManualDriver};
    /// let world = ManualDriver::new();
    /// let reactor = world.reactor();
    /// world.pause();
    /// world.resume();
    /// reactor.turn(Some(Duration::from_secs(1)))?;
    /// assert_eq!(world.now(), Instant::ORIGIN + Duration::from_secs(1));
    /// # std::io::Result::Ok(())
    /// ```
    pub fn resume(&self) {
        self.world.jumps.set(true);
    }

    /// How sources that are registered from now on are reported; by edge to begin with.
    ///
    /// ```
    /// # use reactor::{Interest, ManualDriver, Registration, Sharing, SourceKind, Trigger};
    /// # let world = ManualDriver::new();
    /// # let reactor = world.reactor();
    /// # let socket = std::net::UdpSocket::bind("127.0.0.1:0")?;
    /// # socket.set_nonblocking(true)?;
    /// world.set_trigger(Trigger::OneShot);
    /// # let kind = SourceKind::Datagram;
    /// # let registration = Registration::new(reactor.handle(), socket, kind, Sharing::Sole)?;
    /// assert_eq!(world.armed(0), Some(Interest::NONE)); // Until somebody waits.
    /// # drop(registration);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn set_trigger(&self, trigger: Trigger) {
        self.world.trigger.set(trigger);
    }

    /// How many sources were ever registered. The next one has this number.
    ///
    /// ```
    /// # use reactor::{ManualDriver, Registration, Sharing, SourceKind};
    /// # let world = ManualDriver::new();
    /// # let reactor = world.reactor();
    /// # let socket = std::net::UdpSocket::bind("127.0.0.1:0")?;
    /// # socket.set_nonblocking(true)?;
    /// # let kind = SourceKind::Datagram;
    /// # let registration = Registration::new(reactor.handle(), socket, kind, Sharing::Sole)?;
    /// drop(registration);
    /// assert_eq!(world.registered(), 1); // It was there once.
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn registered(&self) -> usize {
        self.world.sources.borrow().len()
    }

    /// What the driver watches of source number `source`: `None` if it is gone. A one-shot report disarms it.
    ///
    /// ```
    /// # use reactor::{Interest, ManualDriver, Registration, Sharing, SourceKind};
    /// # let world = ManualDriver::new();
    /// # let reactor = world.reactor();
    /// # let socket = std::net::UdpSocket::bind("127.0.0.1:0")?;
    /// # socket.set_nonblocking(true)?;
    /// # let kind = SourceKind::Datagram;
    /// # let registration = Registration::new(reactor.handle(), socket, kind, Sharing::Sole)?;
    /// assert_eq!(world.armed(0), Some(Interest::READ));
    /// drop(registration);
    /// assert_eq!(world.armed(0), None);
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn armed(&self, source: usize) -> Option<Interest> {
        let sources = self.world.sources.borrow();
        sources.get(source).and_then(|watched| watched.armed)
    }

    /// Reports source number `source` in the wait that is under way `after` this time. It is reported whether or not
    /// it is armed: a late event of a source that is gone is one of the things to test.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use reactor::{Instant, ManualDriver, Readiness, Registration, Sharing, SourceKind};
    /// # let world = ManualDriver::new();
    /// # let reactor = world.reactor();
    /// # let socket = std::net::UdpSocket::bind("127.0.0.1:0")?;
    /// # socket.set_nonblocking(true)?;
    /// # let kind = SourceKind::Datagram;
    /// # let registration = Registration::new(reactor.handle(), socket, kind, Sharing::Sole)?;
    /// world.report_after(Duration::from_secs(1), 0, Readiness::READ);
    /// reactor.turn(None)?;
    /// assert_eq!(world.now(), Instant::ORIGIN + Duration::from_secs(1));
    /// assert_eq!(reactor.metrics().reports, 1);
    /// # drop(registration);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn report_after(&self, after: Duration, source: usize, readiness: Readiness) {
        let order = self.world.scripted.get();
        self.world.scripted.set(order + 1);
        let time = self.now() + after;
        (self.world.script.borrow_mut()).insert((time, order), (source, readiness));
    }

    /// Reports source number `source` in the next wait.
    ///
    /// ```
    /// # use reactor::{ManualDriver, Readiness, Registration, Sharing, SourceKind};
    /// # let world = ManualDriver::new();
    /// # let reactor = world.reactor();
    /// # let socket = std::net::UdpSocket::bind("127.0.0.1:0")?;
    /// # socket.set_nonblocking(true)?;
    /// # let kind = SourceKind::Datagram;
    /// # let registration = Registration::new(reactor.handle(), socket, kind, Sharing::Sole)?;
    /// world.report(0, Readiness::READ);
    /// reactor.turn(None)?;
    /// assert_eq!(reactor.metrics().reports, 1);
    /// # drop(registration);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn report(&self, source: usize, readiness: Readiness) {
        self.report_after(Duration::ZERO, source, readiness);
    }
}

impl World {
    /// The next scripted time, if it is not after `end`.
    fn next_scripted(&self, end: Option<Instant>) -> Option<Instant> {
        let script = self.script.borrow();
        let time = script.first_key_value()?.0.0;
        (end.is_none_or(|end| time <= end)).then_some(time)
    }

    /// Moves the clock to where this sleep ends, or really sleeps if nothing here would end it.
    fn sleep(&self, timeout: Option<Duration>) {
        let now = self.now.get();
        let end = timeout.map(|timeout| now + timeout);
        let wake_up = self.next_scripted(end).or(end);
        match wake_up {
            Some(time) if self.jumps.get() => self.now.set(now.max(time)),
            Some(time) if time <= now => {}
            _ => self.unparker.park(None),
        }
    }

    fn report_due(&self, reports: &mut Vec<Report>) {
        let mut script = self.script.borrow_mut();
        while let Some(entry) = script.first_entry() {
            if entry.key().0 > self.now.get() {
                break;
            }
            let (source, readiness) = entry.remove();
            if let Some(watched) = self.sources.borrow_mut().get_mut(source) {
                let key = watched.key;
                reports.push(Report { key, readiness });
                if watched.trigger == Trigger::OneShot && watched.armed.is_some() {
                    watched.armed = Some(Interest::NONE);
                }
            }
        }
    }

    /// Notes what is armed now of a source that is still there.
    fn set_armed(&self, key: SourceKey, armed: Option<Interest>) {
        let mut sources = self.sources.borrow_mut();
        let place = sources.iter_mut().find(|watched| watched.key == key);
        if let Some(watched) = place {
            watched.armed = armed;
        }
    }
}

impl Driver for ManualDriver {
    fn now(&self) -> Instant {
        self.world.now.get()
    }

    fn add(
        &self,
        _: Rc<dyn Pollable>,
        key: SourceKey,
        _: SourceKind,
        interest: Interest,
    ) -> io::Result<(Trigger, Interest)> {
        let trigger = self.world.trigger.get();
        let interest = match trigger {
            Trigger::OneShot => Interest::NONE,
            Trigger::Edge | Trigger::Level => interest,
        };
        let watched = Watched {
            key,
            trigger,
            armed: Some(interest),
        };
        self.world.sources.borrow_mut().push(watched);
        Ok((trigger, interest))
    }

    fn modify(
        &self,
        _: &dyn Pollable,
        key: SourceKey,
        _: Trigger,
        interest: Interest,
    ) -> io::Result<()> {
        self.world.set_armed(key, Some(interest));
        Ok(())
    }

    fn remove(&self, _: &dyn Pollable, key: SourceKey, _: bool) {
        self.world.set_armed(key, None);
    }

    fn wait(&self, timeout: Option<Duration>, reports: &mut Vec<Report>) -> io::Result<()> {
        if timeout != Some(Duration::ZERO) {
            self.world.sleep(timeout);
        }
        self.world.report_due(reports);
        Ok(())
    }

    fn lookout(&self) -> io::Result<Box<dyn Lookout>> {
        Err(io::Error::new(
            io::ErrorKind::Unsupported,
            "a world by hand has no wait that another thread could do: drive it with `Runtime::turn`",
        ))
    }

    fn reports_exceptions(&self) -> bool {
        true
    }

    fn name(&self) -> &'static str {
        "manual"
    }
}

impl fmt::Debug for ManualDriver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ManualDriver")
            .field("now", &self.now())
            .field("jumps", &self.world.jumps.get())
            .finish_non_exhaustive()
    }
}
