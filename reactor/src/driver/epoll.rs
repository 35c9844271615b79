//! Linux's epoll itself, through rustix's safe functions; it knows nothing of wakers, tasks or timers.
//!
//! `polling` spends five system calls on a wait: it sets a timerfd and arms that, also where there is no timeout, and
//! reads its eventfd and arms it again. Here a wait is one: `epoll_pwait2` takes nanoseconds, and the eventfd is
//! edge-triggered and never read (each write is an edge, and a 64-bit counter never fills).
//!
//! And `polling` does not ask for EPOLLRDHUP, without which no read can be spared; see [`Readiness::EXCEPTIONAL`].

use std::cell::{OnceCell, RefCell};
use std::fmt;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use rustix::buffer::spare_capacity;
use rustix::event::Timespec;
use rustix::event::epoll::{self, EventData, EventFlags};

use super::eventfd::EventFd;
use crate::driver::{Driver, Report, SourceKind, Trigger};
use crate::instant::Instant;
use crate::key::SourceKey;
use crate::os::{Pollable, QueueHandle, borrow};
use crate::readiness::{Interest, Readiness};
use crate::unparker::Unparker;

/// Events taken from one wait. What does not fit comes with the next.
const EVENTS_PER_WAIT: usize = 256;

/// What the eventfd is registered under: no source's key.
const BELL: u64 = u64::MAX;

/// Linux's epoll, without a layer in between. The default on Linux.
///
/// Needs Linux 5.11 for `epoll_pwait2`; [`add`](Driver::add) says so where it is missing.
///
/// ```
/// # use reactor::{EpollDriver, Reactor, Unparker};
/// let unparker = Unparker::new();
/// let driver = EpollDriver::new(unparker.clone());
/// let reactor = Reactor::with_driver(Box::new(driver), unparker);
/// assert_eq!(reactor.driver_name(), "epoll");
/// ```
pub struct EpollDriver {
    unparker: Arc<Unparker>,
    queue: OnceCell<OwnedFd>,
    events: RefCell<Vec<epoll::Event>>,
}

impl EpollDriver {
    /// Opens nothing yet.
    ///
    /// ```
    /// # use reactor::{Driver, EpollDriver, Unparker};
    /// let driver = EpollDriver::new(Unparker::new());
    /// assert!(driver.reports_exceptions());
    /// ```
    #[must_use]
    pub fn new(unparker: Arc<Unparker>) -> Self {
        EpollDriver {
            unparker,
            queue: OnceCell::new(),
            events: RefCell::new(Vec::new()),
        }
    }

    /// The queue, opened by the first call.
    fn queue(&self) -> io::Result<&OwnedFd> {
        match self.queue.get() {
            Some(queue) => Ok(queue),
            None => {
                let queue = self.open()?;
                Ok(self.queue.get_or_init(|| queue))
            }
        }
    }

    #[cold]
    fn open(&self) -> io::Result<OwnedFd> {
        let queue = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let bell = EventFd::open()?;
        let edges = EventFlags::IN | EventFlags::ET;
        epoll::add(&queue, &bell, EventData::new_u64(BELL), edges)?;
        let mut events = self.events.borrow_mut();
        events.reserve_exact(EVENTS_PER_WAIT);
        // An old kernel is told of here, and not in the middle of a program's first wait. Some sandboxes say EPERM for
        // a system call that they do not know.
        wait_once(&queue, &mut events, Some(Duration::ZERO)).map_err(|error| match error {
            rustix::io::Errno::NOSYS | rustix::io::Errno::PERM => io::Error::new(
                io::ErrorKind::Unsupported,
                "the epoll driver needs Linux 5.11 (epoll_pwait2): use `DriverKind::Auto`",
            ),
            other => other.into(),
        })?;
        self.unparker.hang(Box::new(bell));
        Ok(queue)
    }
}

fn wait_once(
    queue: &OwnedFd,
    events: &mut Vec<epoll::Event>,
    timeout: Option<Duration>,
) -> rustix::io::Result<()> {
    events.clear();
    // A time that the kernel's type cannot hold is as good as for ever.
    let timeout = timeout.and_then(|timeout| Timespec::try_from(timeout).ok());
    match epoll::wait(queue, spare_capacity(events), timeout.as_ref()) {
        Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
        Err(error) => Err(error),
    }
}

/// The flags of a source. RDHUP and PRI are asked for wherever IN is: they forbid to trust a short read.
fn flags(trigger: Trigger, interest: Interest) -> EventFlags {
    let mut flags = match trigger {
        Trigger::Edge => EventFlags::ET,
        // A hang-up is reported even when nothing is asked for; disarmed, it may come once and not in every wait.
        Trigger::Level if interest == Interest::NONE => EventFlags::ONESHOT,
        Trigger::Level => EventFlags::empty(),
        Trigger::OneShot => EventFlags::ONESHOT,
    };
    if interest.read {
        flags |= EventFlags::IN | EventFlags::RDHUP | EventFlags::PRI;
    }
    if interest.write {
        flags |= EventFlags::OUT;
    }
    flags
}

fn readiness(flags: EventFlags) -> Readiness {
    let gone = EventFlags::HUP | EventFlags::ERR;
    let exceptional = gone | EventFlags::RDHUP | EventFlags::PRI;
    let mut readiness = Readiness::NONE;
    if flags.intersects(EventFlags::IN | exceptional) {
        readiness |= Readiness::READ;
    }
    if flags.intersects(EventFlags::OUT | gone) {
        readiness |= Readiness::WRITE;
    }
    if flags.intersects(exceptional) {
        readiness |= Readiness::EXCEPTIONAL;
    }
    readiness
}

fn data(key: SourceKey) -> EventData {
    EventData::new_u64(key.to_usize() as u64)
}

impl Driver for EpollDriver {
    fn now(&self) -> Instant {
        Instant::system_now()
    }

    fn add(
        &self,
        source: Rc<dyn Pollable>,
        key: SourceKey,
        kind: SourceKind,
        interest: Interest,
    ) -> io::Result<(Trigger, Interest)> {
        let trigger = match kind {
            SourceKind::TcpStream | SourceKind::UnixStream | SourceKind::Datagram => Trigger::Edge,
            // Two connections are one edge: taking one and waiting would strand the other.
            SourceKind::Listener => Trigger::Level,
            // Others read and write it as well, so what we believe of it may be wrong: ask anew each time.
            SourceKind::Other => Trigger::OneShot,
        };
        let interest = if trigger == Trigger::OneShot {
            Interest::NONE
        } else {
            interest
        };
        let queue = self.queue()?;
        epoll::add(queue, borrow(&*source), data(key), flags(trigger, interest))?;
        Ok((trigger, interest))
    }

    fn modify(
        &self,
        source: &dyn Pollable,
        key: SourceKey,
        trigger: Trigger,
        interest: Interest,
    ) -> io::Result<()> {
        let flags = flags(trigger, interest);
        epoll::modify(self.queue()?, borrow(source), data(key), flags)?;
        Ok(())
    }

    /// The kernel forgets a file when its last descriptor is closed.
    fn remove(&self, source: &dyn Pollable, _: SourceKey, sole: bool) {
        if let (Some(queue), false) = (self.queue.get(), sole) {
            // It fails if the descriptor was closed behind our back; then there is nothing to remove.
            let _ = epoll::delete(queue, borrow(source));
        }
    }

    fn wait(&self, timeout: Option<Duration>, reports: &mut Vec<Report>) -> io::Result<()> {
        let Some(queue) = self.queue.get() else {
            self.unparker.park(timeout);
            return Ok(());
        };
        let mut events = self.events.borrow_mut();
        wait_once(queue, &mut events, timeout)?;
        for event in events.iter() {
            let (data, flags) = (event.data.u64(), event.flags);
            if data != BELL {
                reports.push(Report {
                    key: SourceKey::from_usize(data as usize),
                    readiness: readiness(flags),
                });
            }
        }
        Ok(())
    }

    fn queue(&self) -> io::Result<QueueHandle<'_>> {
        Ok(EpollDriver::queue(self)?.as_fd())
    }

    fn reports_exceptions(&self) -> bool {
        true
    }

    fn name(&self) -> &'static str {
        "epoll"
    }
}

impl fmt::Debug for EpollDriver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EpollDriver")
            .field("queue", &self.queue.get())
            .finish_non_exhaustive()
    }
}
