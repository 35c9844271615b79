//! Who waits for what, told to whoever shows it or has to know whether anything can come; it wakes nobody.

use std::task::Waker;

use super::{Core, Reactor};
use crate::current::Handle;
use crate::driver::SourceKind;
use crate::instant::Instant;
use crate::os;
use crate::readiness::Direction;
use crate::source::Source;

/// What somebody waits for.
///
/// ```
/// # use std::future::Future;
/// # use std::pin::pin;
/// # use std::task::{Context, Waker};
/// # use std::time::Duration;
/// # use reactor::{DriverKind, Instant, Reactor, Timer, Wait};
/// # let reactor = Reactor::new(DriverKind::Auto)?;
/// let deadline = Instant::now() + Duration::from_secs(1);
/// let mut timer = pin!(Timer::new(reactor.handle(), deadline));
/// # let mut cx = Context::from_waker(Waker::noop());
/// assert!(timer.as_mut().poll(&mut cx).is_pending());
/// reactor.each_wait(&mut |_, wait| assert_eq!(wait, Wait::Timer { deadline }));
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wait {
    /// A point in time.
    Timer {
        /// That point.
        deadline: Instant,
    },
    /// That a source can go on.
    Source {
        /// Its descriptor; on Windows its socket.
        descriptor: usize,
        /// What kind of source it is.
        kind: SourceKind,
        /// What is to be possible.
        direction: Direction,
    },
    /// An operation that the driver carries out.
    Operation,
}

impl Core {
    /// True when something of this reactor may wake somebody: a timer, a source that somebody waits for, an operation.
    ///
    /// The source that was the answer the last time is asked first. So the answer is quick in a program with many idle
    /// connections.
    fn expects(&self) -> bool {
        if self.wheel.borrow().waiting() > 0 {
            return true;
        }
        if (self.completions()).is_some_and(|completions| completions.operations() > 0) {
            return true;
        }
        let sources = self.sources.borrow();
        let is_waited_for = |source: &Source<_>| !source.state.waiters().is_empty();
        if (sources.get(self.waited_for.get())).is_some_and(|source| is_waited_for(source)) {
            return true;
        }
        let found = sources.iter().find(|(_, source)| is_waited_for(source));
        if let Some((index, _)) = found {
            self.waited_for.set(index);
        }
        found.is_some()
    }

    fn each_wait(&self, tell: &mut dyn FnMut(&Waker, Wait)) {
        self.wheel.borrow().each(&mut |waker, deadline| {
            let deadline = Instant::from_ticks(deadline);
            tell(waker, Wait::Timer { deadline });
        });
        for (_, source) in self.sources.borrow().iter() {
            source.state.waiters().each(&mut |waker, direction| {
                let wait = Wait::Source {
                    descriptor: os::raw(&source.io),
                    kind: source.state.kind(),
                    direction,
                };
                tell(waker, wait);
            });
        }
        if let Some(completions) = self.completions() {
            completions.each_waker(&mut |waker| tell(waker, Wait::Operation));
        }
    }
}

impl Reactor {
    /// True when the reactor may wake somebody some day: a timer is set, somebody waits for a source, or an operation
    /// is under way. False says that a wait without a timeout would end by the unparker alone.
    ///
    /// ```
    /// # use std::future::Future;
    /// # use std::pin::Pin;
    /// # use std::task::{Context, Waker};
    /// # use std::time::Duration;
    /// # use reactor::{DriverKind, Instant, Reactor, Timer};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// let mut timer = Timer::new(reactor.handle(), Instant::now() + Duration::from_secs(1));
    /// assert!(!reactor.expects());
    /// # let mut cx = Context::from_waker(Waker::noop());
    /// assert!(Pin::new(&mut timer).poll(&mut cx).is_pending());
    /// assert!(reactor.expects());
    /// drop(timer);
    /// assert!(!reactor.expects());
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn expects(&self) -> bool {
        self.core.expects()
    }

    /// Tells of everybody who waits, and for what. Nothing may be woken or dropped meanwhile: look, and remember.
    ///
    /// ```
    /// # use reactor::{DriverKind, Reactor};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// let mut count = 0;
    /// reactor.each_wait(&mut |_, _| count += 1);
    /// assert_eq!(count, 0);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn each_wait(&self, tell: &mut dyn FnMut(&Waker, Wait)) {
        self.core.each_wait(tell);
    }
}

impl Handle {
    /// As [`Reactor::each_wait`].
    ///
    /// ```
    /// # use reactor::{DriverKind, Reactor};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// reactor.handle().each_wait(&mut |_, wait| panic!("nobody waits, but for {wait:?}"));
    /// # std::io::Result::Ok(())
    /// ```
    pub fn each_wait(&self, tell: &mut dyn FnMut(&Waker, Wait)) {
        self.core().each_wait(tell);
    }

    /// Counts of the reactor, as [`Reactor::metrics`] has them.
    ///
    /// ```
    /// # use reactor::{DriverKind, Reactor};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// assert_eq!(reactor.handle().metrics(), reactor.metrics());
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn metrics(&self) -> super::Metrics {
        self.core().metrics()
    }

    /// Which driver it is, as [`Reactor::driver_name`] says.
    ///
    /// ```
    /// # use reactor::{DriverKind, Reactor};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// assert_eq!(reactor.handle().driver_name(), reactor.driver_name());
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn driver_name(&self) -> &'static str {
        self.core().driver.name()
    }
}
