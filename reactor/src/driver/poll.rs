//! The last resort, `poll(2)`: for a Linux without `epoll_pwait2`, or a sandbox that forbids it.
//!
//! Each wait tells the kernel everything that is watched, so it costs as much as there are armed sources. In turn it
//! needs nothing that Linux did not have twenty years ago. Every report disarms its source, and the reactor arms it
//! again when somebody waits.

use std::cell::{OnceCell, RefCell};
use std::fmt;
use std::io;
use std::os::fd::AsFd;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::eventfd::EventFd;
use crate::driver::{Driver, Report, SourceKind, Trigger};
use crate::instant::Instant;
use crate::key::SourceKey;
use crate::lookout::Lookout;
use crate::os::{Pollable, borrow, lookout_for_once};
use crate::readiness::{Interest, Readiness};
use crate::unparker::Unparker;

/// `poll(2)` as a driver. What `Auto` takes on a Linux where the epoll driver cannot work.
///
/// ```
/// # use reactor::{Driver, PollDriver, Unparker};
/// let unparker = Unparker::new();
/// let driver = PollDriver::new(unparker.clone());
/// unparker.unpark();
/// driver.wait(None, &mut Vec::new())?; // The token ends it.
/// # std::io::Result::Ok(())
/// ```
pub struct PollDriver {
    unparker: Arc<Unparker>,
    /// The eventfd that ends a wait; opened for the first source.
    bell: OnceCell<EventFd>,
    /// By the index of their keys.
    watched: RefCell<Vec<Option<Watched>>>,
}

#[derive(Clone)]
struct Watched {
    key: SourceKey,
    /// A share of its own: the descriptor is open as long as a wait names it.
    source: Rc<dyn Pollable>,
    interest: Interest,
}

impl PollDriver {
    /// Opens nothing yet.
    ///
    /// ```
    /// # use reactor::{Driver, PollDriver, Unparker};
    /// let driver = PollDriver::new(Unparker::new());
    /// assert_eq!(driver.name(), "poll");
    /// ```
    #[must_use]
    pub fn new(unparker: Arc<Unparker>) -> Self {
        PollDriver {
            unparker,
            bell: OnceCell::new(),
            watched: RefCell::new(Vec::new()),
        }
    }

    /// The bell, hung up by the first call.
    fn bell(&self) -> io::Result<&EventFd> {
        match self.bell.get() {
            Some(bell) => Ok(bell),
            None => {
                let bell = EventFd::open()?;
                self.unparker.hang(Box::new(bell.clone()));
                Ok(self.bell.get_or_init(|| bell))
            }
        }
    }

    /// What somebody waits for, copied out: a foreign `AsFd` is anybody's code. The rest is left out, or a hang-up of
    /// it would be reported in every wait.
    fn armed(&self) -> Vec<Watched> {
        let armed = |watched: &&Watched| watched.interest != Interest::NONE;
        let watched = self.watched.borrow();
        watched.iter().flatten().filter(armed).cloned().collect()
    }

    /// If another thread waits just now, it waits for what was armed before.
    fn end_lookout(&self) {
        if self.unparker.is_idle() {
            self.unparker.unpark();
        }
    }

    /// Runs `change` on what is watched under this key.
    fn change(&self, key: SourceKey, change: impl FnOnce(&mut Watched)) -> io::Result<()> {
        let mut watched = self.watched.borrow_mut();
        let place = watched.get_mut(key.index()).and_then(Option::as_mut);
        match place.filter(|watched| watched.key == key) {
            Some(watched) => {
                change(watched);
                Ok(())
            }
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    /// Reports a source and disarms it.
    fn report(&self, key: SourceKey, flags: PollFlags, reports: &mut Vec<Report>) {
        let readiness = readiness(flags);
        if readiness != Readiness::NONE
            && self
                .change(key, |watched| watched.interest = Interest::NONE)
                .is_ok()
        {
            reports.push(Report { key, readiness });
        }
    }
}

fn flags(interest: Interest) -> PollFlags {
    let mut flags = PollFlags::empty();
    if interest.read {
        flags |= PollFlags::IN;
    }
    if interest.write {
        flags |= PollFlags::OUT;
    }
    flags
}

/// Whatever is wrong with a source shows in the next call on it, in either direction.
fn readiness(flags: PollFlags) -> Readiness {
    let wrong = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
    let mut readiness = Readiness::NONE;
    if flags.intersects(PollFlags::IN | wrong) {
        readiness |= Readiness::READ;
    }
    if flags.intersects(PollFlags::OUT | wrong) {
        readiness |= Readiness::WRITE;
    }
    readiness
}

impl Driver for PollDriver {
    fn now(&self) -> Instant {
        Instant::system_now()
    }

    fn add(
        &self,
        source: Rc<dyn Pollable>,
        key: SourceKey,
        _: SourceKind,
        _: Interest,
    ) -> io::Result<(Trigger, Interest)> {
        self.bell()?;
        let mut watched = self.watched.borrow_mut();
        if watched.len() <= key.index() {
            watched.resize_with(key.index() + 1, || None);
        }
        match &mut watched[key.index()] {
            Some(_) => Err(io::ErrorKind::AlreadyExists.into()),
            free => {
                let interest = Interest::NONE;
                *free = Some(Watched {
                    key,
                    source,
                    interest,
                });
                Ok((Trigger::OneShot, interest))
            }
        }
    }

    fn modify(
        &self,
        _: &dyn Pollable,
        key: SourceKey,
        _: Trigger,
        interest: Interest,
    ) -> io::Result<()> {
        self.change(key, |watched| watched.interest = interest)?;
        self.end_lookout();
        Ok(())
    }

    fn remove(&self, _: &dyn Pollable, key: SourceKey, _: bool) {
        let mut watched = self.watched.borrow_mut();
        let place = watched.get_mut(key.index());
        let gone = place.and_then(|place| place.take_if(|watched| watched.key == key));
        drop(watched);
        self.end_lookout();
        drop(gone); // Perhaps the last share, and the destructor is anybody's code.
    }

    fn wait(&self, timeout: Option<Duration>, reports: &mut Vec<Report>) -> io::Result<()> {
        let Some(bell) = self.bell.get() else {
            self.unparker.park(timeout);
            return Ok(());
        };
        let armed = self.armed();
        let mut polled = vec![PollFd::from_borrowed_fd(bell.as_fd(), PollFlags::IN)];
        polled.extend((armed.iter()).map(|watched| {
            PollFd::from_borrowed_fd(borrow(&*watched.source), flags(watched.interest))
        }));
        // A time that the kernel's type cannot hold is as good as for ever.
        let timeout = timeout.and_then(|timeout| Timespec::try_from(timeout).ok());
        match poll(&mut polled, timeout.as_ref()) {
            Ok(_) => {}
            Err(Errno::INTR) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
        if polled[0].revents() != PollFlags::empty() {
            let _ = rustix::io::read(bell, &mut [0; 8]);
        }
        for (watched, polled) in armed.iter().zip(&polled[1..]) {
            self.report(watched.key, polled.revents(), reports);
        }
        Ok(())
    }

    /// With duplicates of what is armed. What is armed or removed afterwards ends that wait.
    fn lookout(&self) -> io::Result<Box<dyn Lookout>> {
        let bell = self.bell()?.as_fd().try_clone_to_owned()?;
        let mut polled = vec![(bell, PollFlags::IN)];
        for watched in self.armed() {
            let own = borrow(&*watched.source).try_clone_to_owned()?;
            polled.push((own, flags(watched.interest)));
        }
        Ok(lookout_for_once(polled))
    }

    /// A hang-up behind the last bytes is not asked for.
    fn reports_exceptions(&self) -> bool {
        false
    }

    fn name(&self) -> &'static str {
        "poll"
    }
}

impl fmt::Debug for PollDriver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PollDriver")
            .field("bell", &self.bell.get())
            .finish_non_exhaustive()
    }
}
