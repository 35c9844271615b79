//! The portable driver, on the crate `polling`: epoll, kqueue, event ports, IOCP or `poll(2)`, whatever there is.
//!
//! This is the only file that names `polling`. Where its queue has an edge mode, a source is armed once for life;
//! elsewhere (Windows, `poll(2)`) every report disarms the source, and the reactor arms it again when somebody waits.

use std::cell::{OnceCell, RefCell};
use std::fmt;
use std::io;
use std::mem::forget;
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use polling::{Event, Events, PollMode, Poller};

use crate::driver::{Driver, Report, SourceKind, Trigger};
use crate::instant::Instant;
use crate::key::SourceKey;
use crate::lookout::Lookout;
use crate::os::{Pollable, QueueHandle, borrow, raw, show};
use crate::readiness::{Interest, Readiness};
use crate::unparker::{Bell, Unparker};

/// No wait is longer: macOS refuses some years as invalid, and a wait may end for no reason.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// The crate `polling` as a driver. The default everywhere but on Linux.
///
/// ```
/// # use reactor::{Driver, PollingDriver, Unparker};
/// let unparker = Unparker::new();
/// let driver = PollingDriver::new(unparker.clone());
/// unparker.unpark();
/// driver.wait(None, &mut Vec::new())?; // The token ends it.
/// # std::io::Result::Ok(())
/// ```
pub struct PollingDriver {
    /// Before the shares in the order of dropping: the poller goes first, then what it watched.
    poller: OnceCell<Arc<Poller>>,
    events: RefCell<Option<Events>>,
    shares: RefCell<Vec<Option<Share>>>,
    /// Shares of sources that could not be deleted, kept for good.
    undeleted: RefCell<Vec<Share>>,
    unparker: Arc<Unparker>,
    /// What lookouts have found, once there are any.
    caught: OnceCell<Caught>,
}

/// What a wait on another thread has found, and nobody was told yet.
type Caught = Arc<Mutex<Vec<Report>>>;

/// The driver's own share of a source that the poller watches.
struct Share {
    source: Rc<dyn Pollable>,
    /// The descriptor that the poller was given. A foreign `AsFd` might show another one later.
    raw: usize,
}

/// A share that is kept for good unless it is taken out, however the attempt to delete its source ends.
struct Kept<'a> {
    share: Option<Share>,
    undeleted: &'a RefCell<Vec<Share>>,
}

impl Drop for Kept<'_> {
    fn drop(&mut self) {
        if let Some(share) = self.share.take() {
            self.undeleted.borrow_mut().push(share);
        }
    }
}

impl PollingDriver {
    /// Opens nothing yet.
    ///
    /// ```
    /// # use reactor::{Driver, PollingDriver, Unparker};
    /// let driver = PollingDriver::new(Unparker::new());
    /// assert_eq!(driver.name(), "polling");
    /// ```
    #[must_use]
    pub fn new(unparker: Arc<Unparker>) -> Self {
        PollingDriver {
            poller: OnceCell::new(),
            events: RefCell::new(None),
            shares: RefCell::new(Vec::new()),
            undeleted: RefCell::new(Vec::new()),
            unparker,
            caught: OnceCell::new(),
        }
    }

    fn poller(&self) -> io::Result<&Arc<Poller>> {
        match self.poller.get() {
            Some(poller) => Ok(poller),
            None => {
                let poller = Arc::new(Poller::new()?);
                let mut events = Events::new();
                // A kernel without the call that a wait takes is found out here, and not in a program's first wait.
                poller.wait(&mut events, Some(Duration::ZERO))?;
                self.unparker.hang(Box::new(Notifier(poller.clone())));
                self.events.replace(Some(events));
                Ok(self.poller.get_or_init(|| poller))
            }
        }
    }

    /// Keeps a share. A key that has one already is refused: the old one is watched still.
    fn keep_share(&self, key: SourceKey, share: Share) -> io::Result<()> {
        let mut shares = self.shares.borrow_mut();
        if shares.len() <= key.index() {
            shares.resize_with(key.index() + 1, || None);
        }
        match &mut shares[key.index()] {
            Some(_) => Err(io::ErrorKind::AlreadyExists.into()),
            free => {
                *free = Some(share);
                Ok(())
            }
        }
    }

    /// Ends the poller's watch, and then the share.
    fn delete(&self, share: Share) {
        let Some(poller) = self.poller.get() else {
            return;
        };
        let (source, number) = (share.source.clone(), share.raw);
        let mut kept = Kept {
            share: Some(share),
            undeleted: &self.undeleted,
        };
        // If a foreign `AsFd` panics here, the source is watched still, and its share is kept.
        let descriptor = borrow(&*source);
        if raw(&descriptor) == number && poller.delete(descriptor).is_ok() {
            kept.share = None;
        }
    }

    fn take_share(&self, key: SourceKey) -> Option<Share> {
        (self.shares.borrow_mut().get_mut(key.index())).and_then(Option::take)
    }
}

/// The poller's end in the unparker.
struct Notifier(Arc<Poller>);

impl Bell for Notifier {
    fn ring(&self) {
        // There is nobody to tell of an error here; the poller's notifier only fails when its descriptor is broken.
        let _ = self.0.notify();
    }
}

/// The poller's wait on another thread. What it finds is told by the driver's next one.
struct Elsewhere {
    poller: Arc<Poller>,
    events: Events,
    caught: Caught,
}

impl Lookout for Elsewhere {
    fn watch(&mut self, timeout: Option<Duration>) -> io::Result<()> {
        wait_once(&self.poller, &mut self.events, timeout)?;
        tell(&self.events, &mut lock(&self.caught));
        Ok(())
    }
}

fn lock(caught: &Caught) -> MutexGuard<'_, Vec<Report>> {
    caught.lock().unwrap_or_else(PoisonError::into_inner)
}

fn wait_once(poller: &Poller, events: &mut Events, timeout: Option<Duration>) -> io::Result<()> {
    events.clear();
    let timeout = timeout.map(|timeout| timeout.min(LONGEST_WAIT));
    let mut waited = poller.wait(events, timeout).map(drop);
    if is(&waited, io::ErrorKind::WouldBlock) {
        // Somebody rings just now, and `poll(2)` was told of it before the bell was heard. The wait is over, but
        // `polling` lets nobody else ring until it has ended one well.
        waited = poller.wait(events, Some(Duration::ZERO)).map(drop);
    }
    if is(&waited, io::ErrorKind::Interrupted) {
        return Ok(());
    }
    waited
}

fn is(waited: &io::Result<()>, kind: io::ErrorKind) -> bool {
    waited.as_ref().is_err_and(|error| error.kind() == kind)
}

fn tell(events: &Events, reports: &mut Vec<Report>) {
    for event in events.iter() {
        let mut readiness = Readiness::NONE;
        if event.readable {
            readiness |= Readiness::READ;
        }
        if event.writable {
            readiness |= Readiness::WRITE;
        }
        let key = SourceKey::from_usize(event.key);
        reports.push(Report { key, readiness });
    }
}

fn event(key: SourceKey, interest: Interest) -> Event {
    Event::new(key.to_usize(), interest.read, interest.write)
}

fn mode(trigger: Trigger) -> PollMode {
    match trigger {
        Trigger::Edge => PollMode::Edge,
        Trigger::Level => PollMode::Level,
        Trigger::OneShot => PollMode::Oneshot,
    }
}

impl Driver for PollingDriver {
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
        let poller = self.poller()?;
        let by_edge = match kind {
            SourceKind::TcpStream | SourceKind::UnixStream | SourceKind::Datagram => true,
            SourceKind::Listener | SourceKind::Other => false,
        };
        let (trigger, interest) = if by_edge && poller.supports_edge() {
            (Trigger::Edge, interest)
        } else {
            (Trigger::OneShot, Interest::NONE)
        };
        // Asked once and before anything is borrowed: a foreign `AsFd` is anybody's code.
        let descriptor = borrow(&*source);
        let share = Share {
            source: source.clone(),
            raw: raw(&descriptor),
        };
        // The share is kept first, so that nothing can come between the two.
        self.keep_share(key, share)?;
        let event = event(key, interest);
        // SAFETY: `polling` asks that the source be deleted from the poller before it is dropped. `shares` holds a
        // share of it, which nothing replaces, until `remove` has deleted it, and `undeleted` for good if it shows
        // another descriptor by then; both are dropped after `poller`. Of that the unparker's bell has another share,
        // which never waits and never touches a source, and lookouts have, which wait: if there ever was one, `drop`
        // deletes what is left before it lets go of it.
        let added = unsafe { poller.add_with_mode(&descriptor, event, mode(trigger)) };
        if added.is_err() {
            drop(self.take_share(key));
        }
        added.map(|()| (trigger, interest))
    }

    fn modify(
        &self,
        source: &dyn Pollable,
        key: SourceKey,
        trigger: Trigger,
        interest: Interest,
    ) -> io::Result<()> {
        let event = event(key, interest);
        self.poller()?
            .modify_with_mode(borrow(source), event, mode(trigger))
    }

    fn remove(&self, _: &dyn Pollable, key: SourceKey, _: bool) {
        if let Some(share) = self.take_share(key) {
            self.delete(share);
        }
    }

    fn wait(&self, timeout: Option<Duration>, reports: &mut Vec<Report>) -> io::Result<()> {
        let Some(poller) = self.poller.get() else {
            self.unparker.park(timeout);
            return Ok(());
        };
        let mut timeout = timeout;
        if let Some(caught) = self.caught.get() {
            reports.append(&mut lock(caught));
            if !reports.is_empty() {
                timeout = Some(Duration::ZERO);
            }
        }
        let mut events = self.events.borrow_mut();
        let events = events.get_or_insert_with(Events::new);
        wait_once(poller, events, timeout)?;
        tell(events, reports);
        Ok(())
    }

    fn lookout(&self) -> io::Result<Box<dyn Lookout>> {
        Ok(Box::new(Elsewhere {
            poller: self.poller()?.clone(),
            events: Events::new(),
            caught: self.caught.get_or_init(Caught::default).clone(),
        }))
    }

    fn queue(&self) -> io::Result<QueueHandle<'_>> {
        show(&**self.poller()?)
    }

    /// It asks for no EPOLLRDHUP, so a hang-up behind the last bytes cannot be told from its absence.
    fn reports_exceptions(&self) -> bool {
        false
    }

    fn name(&self) -> &'static str {
        "polling"
    }
}

impl Drop for PollingDriver {
    /// A lookout on another thread may keep the poller for a while: so it is left without a source.
    fn drop(&mut self) {
        if self.caught.get().is_some() {
            for share in self.shares.take().into_iter().flatten() {
                self.delete(share);
            }
            forget(self.undeleted.take());
        }
    }
}

impl fmt::Debug for PollingDriver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PollingDriver")
            .field("poller", &self.poller.get())
            .finish_non_exhaustive()
    }
}
