//! The reactor while nobody turns it, because another loop sleeps for it; what that loop is, it does not know.
//!
//! ```text
//!            rouse                         rest
//!   resting ───────▶ somebody turns it ───────────▶ resting
//!      │             and runs what it wakes            a token that came meanwhile is left anew, and rings
//!      └─ a wake, from any thread: the bell rings, and the queue is readable until the next look
//! ```
//!
//! What the world does makes the queue readable by itself.

use std::io;

use super::Reactor;
use crate::driver::completion::{Completions, Ours};
use crate::lookout::Lookout;
use crate::os::QueueHandle;

impl Reactor {
    /// The driver's queue, for another loop to watch: readable when a [`turn`](Self::turn) has something to do
    /// because of the world, or because of a wake while the reactor [rests](Self::rest). It rests from now on, if
    /// nobody turns it just now: then call [`rest`](Self::rest) afterwards.
    ///
    /// # Errors
    /// [`io::ErrorKind::Unsupported`] if the driver has none. What the system says when it cannot be opened.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use reactor::{DriverKind, Reactor};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// if let Ok(queue) = reactor.queue() {
    ///     println!("watch {queue:?}");
    ///     reactor.rest(false);
    ///     reactor.unparker().wake(); // Now it is readable,
    ///     reactor.rouse();
    ///     reactor.turn(Some(Duration::ZERO))?; // and now it is not.
    /// }
    /// # std::io::Result::Ok(())
    /// ```
    pub fn queue(&self) -> io::Result<QueueHandle<'_>> {
        let queue = self.core.driver.queue()?;
        self.is_watched_now();
        Ok(queue)
    }

    /// What waits for this reactor on another thread: for what a [`turn`](Self::turn) has to do because of the world,
    /// of a wake, or of a timer that is set while the reactor [rests](Self::rest). Nobody turns it meanwhile.
    ///
    /// # Errors
    /// As of [`queue`](Self::queue), but that every driver on a system can be waited for.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use reactor::{DriverKind, Reactor};
    /// # let reactor = Reactor::new(DriverKind::Polling)?;
    /// let mut lookout = reactor.lookout()?;
    /// std::thread::spawn(move || lookout.watch(Some(Duration::from_millis(1)))).join().unwrap()?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn lookout(&self) -> io::Result<Box<dyn Lookout>> {
        let lookout = self.core.driver.lookout()?;
        self.is_watched_now();
        Ok(lookout)
    }

    fn is_watched_now(&self) {
        let core = &*self.core;
        core.watched.set(true);
        let completions = core.driver.completions(Ours(()));
        core.completes.set(completions.is_some());
    }

    /// True once its queue was shown.
    ///
    /// ```
    /// # use reactor::{DriverKind, Reactor};
    /// let reactor = Reactor::new(DriverKind::Auto)?;
    /// assert!(!reactor.is_watched());
    /// assert_eq!(reactor.queue().is_ok(), reactor.is_watched());
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn is_watched(&self) -> bool {
        self.core.watched.get()
    }

    /// Nobody turns it for now. If its queue was shown, every wake rings from now on, and one that came before does so
    /// now. So does `more`: whoever turned it left off in the middle.
    ///
    /// ```
    /// # use reactor::{DriverKind, Reactor};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// reactor.rest(false); // Nobody watches it: there is nothing to do.
    /// # std::io::Result::Ok(())
    /// ```
    pub fn rest(&self, more: bool) {
        if self.core.watched.get() {
            let unparker = &self.core.unparker;
            if unparker.parking().rest() || more {
                unparker.unpark();
            }
        }
    }

    /// Somebody is about to turn it again and to run what it wakes. A wake that has rung is used up by that.
    ///
    /// ```
    /// # use reactor::{DriverKind, Reactor};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// reactor.rouse();
    /// # std::io::Result::Ok(())
    /// ```
    pub fn rouse(&self) {
        if self.core.watched.get() {
            self.core.unparker.parking().end_wait();
        }
    }

    /// Uses up a wake that has come since the last look, without a wait; true if there was one.
    ///
    /// ```
    /// # use reactor::{DriverKind, Reactor};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// reactor.unparker().wake();
    /// assert!(reactor.take_wake());
    /// assert!(!reactor.take_wake());
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn take_wake(&self) -> bool {
        self.core.unparker.parking().take_token()
    }

    /// True when the next look has something to hand to the system, of which the queue tells nothing.
    ///
    /// ```
    /// # use reactor::{DriverKind, Reactor};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// assert!(!reactor.is_behind());
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn is_behind(&self) -> bool {
        let completions = self.core.completions();
        completions.is_some_and(Completions::is_behind)
    }
}
