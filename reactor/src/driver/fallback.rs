//! Two drivers as one: the second takes over if the first finds, at the first source, that the system lacks it.
//!
//! Whether the kernel has what a driver needs, and whether a sandbox lets it through, shows when the queue is opened,
//! and that is when the first source comes. Until then no driver holds anything, so changing over loses nothing.

use std::cell::Cell;
use std::io;
use std::rc::Rc;
use std::time::Duration;

use crate::driver::completion::{Completions, Ours};
use crate::driver::{Driver, Report, SourceKind, Trigger};
use crate::instant::Instant;
use crate::key::SourceKey;
use crate::lookout::Lookout;
use crate::os::{Pollable, QueueHandle};
use crate::readiness::Interest;

pub(crate) struct Fallback<First, Second> {
    first: First,
    second: Second,
    taken_over: Cell<bool>,
    /// The first one has taken a source, or shown its queue: from then on its refusals concern a source, and not the
    /// system.
    proven: Cell<bool>,
}

impl<First: Driver, Second: Driver> Fallback<First, Second> {
    pub(crate) fn new(first: First, second: Second) -> Self {
        Fallback {
            first,
            second,
            taken_over: Cell::new(false),
            proven: Cell::new(false),
        }
    }

    /// Does what opens a queue: on the driver that is in charge, and here it shows which of them that is.
    fn decide<'a, R>(
        &'a self,
        on_first: impl FnOnce(&'a First) -> io::Result<R>,
        on_second: impl FnOnce(&'a Second) -> io::Result<R>,
    ) -> io::Result<R> {
        if self.taken_over.get() {
            return on_second(&self.second);
        }
        match on_first(&self.first) {
            Err(error) if error.kind() == io::ErrorKind::Unsupported && !self.proven.get() => {
                self.taken_over.set(true);
                on_second(&self.second)
            }
            done => {
                self.proven.set(self.proven.get() || done.is_ok());
                done
            }
        }
    }
}

/// Calls a method of the driver that is in charge. Each call is written out for both, so that neither has to be an
/// object, and what is called may be inlined here.
macro_rules! chosen {
    ($self:ident.$method:ident($($argument:expr),*)) => {
        if $self.taken_over.get() {
            $self.second.$method($($argument),*)
        } else {
            $self.first.$method($($argument),*)
        }
    };
}

impl<First: Driver, Second: Driver> Driver for Fallback<First, Second> {
    fn now(&self) -> Instant {
        chosen!(self.now())
    }

    fn add(
        &self,
        source: Rc<dyn Pollable>,
        key: SourceKey,
        kind: SourceKind,
        interest: Interest,
    ) -> io::Result<(Trigger, Interest)> {
        self.decide(
            |first| first.add(source.clone(), key, kind, interest),
            |second| second.add(source.clone(), key, kind, interest),
        )
    }

    fn modify(
        &self,
        source: &dyn Pollable,
        key: SourceKey,
        trigger: Trigger,
        interest: Interest,
    ) -> io::Result<()> {
        chosen!(self.modify(source, key, trigger, interest))
    }

    fn remove(&self, source: &dyn Pollable, key: SourceKey, sole: bool) {
        chosen!(self.remove(source, key, sole));
    }

    #[inline]
    fn wait(&self, timeout: Option<Duration>, reports: &mut Vec<Report>) -> io::Result<()> {
        chosen!(self.wait(timeout, reports))
    }

    /// It changes over only while the first one is not open, and so has nothing under way.
    fn completions(&self, ours: Ours) -> Option<&dyn Completions> {
        chosen!(self.completions(ours))
    }

    /// Whoever was shown a queue watches that one for good, so it is decided now.
    fn queue(&self) -> io::Result<QueueHandle<'_>> {
        self.decide(First::queue, Second::queue)
    }

    fn lookout(&self) -> io::Result<Box<dyn Lookout>> {
        self.decide(First::lookout, Second::lookout)
    }

    #[inline]
    fn reports_exceptions(&self) -> bool {
        chosen!(self.reports_exceptions())
    }

    fn name(&self) -> &'static str {
        chosen!(self.name())
    }
}

#[cfg(all(test, not(loom), unix))]
mod tests {
    use std::future::Future;
    use std::os::fd::AsFd;
    use std::os::unix::net::UnixStream;
    use std::pin::pin;
    use std::sync::OnceLock;
    use std::task::{Context, Waker};

    use super::*;
    use crate::os::PollDriver;
    use crate::readiness::Direction;
    use crate::unparker::Unparker;
    use crate::{Reactor, Registration, Sharing};

    /// A driver that takes so many sources, and refuses the next one with this error. Its queue is one of them.
    struct Lacking(Cell<usize>, io::ErrorKind);

    impl Lacking {
        fn take(&self) -> io::Result<()> {
            let left = self.0.get().checked_sub(1).ok_or(self.1)?;
            self.0.set(left);
            Ok(())
        }
    }

    impl Driver for Lacking {
        fn now(&self) -> Instant {
            Instant::system_now()
        }

        fn add(
            &self,
            _: Rc<dyn Pollable>,
            _: SourceKey,
            _: SourceKind,
            _: Interest,
        ) -> io::Result<(Trigger, Interest)> {
            self.take()?;
            Ok((Trigger::Edge, Interest::READ))
        }

        fn modify(
            &self,
            _: &dyn Pollable,
            _: SourceKey,
            _: Trigger,
            _: Interest,
        ) -> io::Result<()> {
            unreachable!("nobody waits")
        }

        fn remove(&self, _: &dyn Pollable, _: SourceKey, _: bool) {}

        fn wait(&self, _: Option<Duration>, _: &mut Vec<Report>) -> io::Result<()> {
            Ok(())
        }

        fn queue(&self) -> io::Result<QueueHandle<'_>> {
            static SHOWN: OnceLock<UnixStream> = OnceLock::new();
            self.take()?;
            Ok(SHOWN.get_or_init(|| UnixStream::pair().unwrap().0).as_fd())
        }

        fn reports_exceptions(&self) -> bool {
            true
        }

        fn name(&self) -> &'static str {
            "lacking"
        }
    }

    fn reactor(takes: usize, then: io::ErrorKind) -> Reactor {
        let first = Lacking(Cell::new(takes), then);
        let unparker = Unparker::new();
        let second = PollDriver::new(unparker.clone());
        Reactor::with_driver(Box::new(Fallback::new(first, second)), unparker)
    }

    fn register(reactor: &Reactor, stream: UnixStream) -> io::Result<Registration<UnixStream>> {
        let kind = SourceKind::UnixStream;
        Registration::new(reactor.handle(), stream, kind, Sharing::Sole)
    }

    #[test]
    fn the_second_takes_over_what_the_system_lacks() {
        let reactor = reactor(0, io::ErrorKind::Unsupported);
        assert_eq!(reactor.driver_name(), "lacking");
        let (ours, theirs) = UnixStream::pair().unwrap();
        let ours = register(&reactor, ours).unwrap();
        assert_eq!(reactor.driver_name(), "poll");

        ours.forget_ready(Direction::Read);
        let mut ready = pin!(ours.ready(Direction::Read));
        let mut cx = Context::from_waker(Waker::noop());
        assert!(ready.as_mut().poll(&mut cx).is_pending());
        io::Write::write_all(&mut &theirs, b"x").unwrap();
        while reactor.metrics().reports == 0 {
            reactor.turn(None).unwrap();
        }
        assert!(ready.poll(&mut cx).is_ready());
    }

    /// Whoever is shown a queue is shown that of the driver which serves the sources.
    #[test]
    fn a_queue_that_is_to_be_shown_settles_the_driver() {
        let second = reactor(0, io::ErrorKind::Unsupported);
        let error = second.queue().unwrap_err();
        assert!(error.to_string().contains("runtime::guest"), "{error}");
        assert_eq!(second.driver_name(), "poll");
        let _served = register(&second, UnixStream::pair().unwrap().0).unwrap();

        let first = reactor(1, io::ErrorKind::Unsupported);
        first.queue().unwrap();
        register(&first, UnixStream::pair().unwrap().0).unwrap_err();
        assert_eq!(first.driver_name(), "lacking");
    }

    #[test]
    fn any_other_error_is_the_callers() {
        let reactor = reactor(0, io::ErrorKind::OutOfMemory);
        let error = register(&reactor, UnixStream::pair().unwrap().0).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::OutOfMemory);
        assert_eq!(reactor.driver_name(), "lacking");
    }

    /// Its sources would be watched by nobody any more.
    #[test]
    fn a_driver_that_has_sources_is_not_left() {
        let reactor = reactor(1, io::ErrorKind::Unsupported);
        let (one, other) = UnixStream::pair().unwrap();
        let _one = register(&reactor, one).unwrap();
        let error = register(&reactor, other).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::Unsupported);
        assert_eq!(reactor.driver_name(), "lacking");
    }
}
