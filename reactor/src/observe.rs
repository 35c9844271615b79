//! What an observer is told of a reactor; it knows nothing of who listens.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::Duration;

use crate::instant::Instant;
use crate::readiness::Readiness;

/// Something happened in the reactor. An observer receives it at once, on the loop's thread.
///
/// A source is named by its place, which a later source may have again.
///
/// ```
/// # use std::cell::RefCell;
/// # use std::pin::pin;
/// # use std::rc::Rc;
/// # use std::task::{Context, Waker};
/// # use reactor::{DriverKind, Event, Instant, Reactor, Timer};
/// # let reactor = Reactor::new(DriverKind::Auto)?;
/// let events = Rc::new(RefCell::new(Vec::new()));
/// let notes = events.clone();
/// reactor.observe(Rc::new(move |event| notes.borrow_mut().push(event)));
///
/// let deadline = Instant::FAR_FUTURE;
/// let timer = pin!(Timer::new(reactor.handle(), deadline));
/// assert!(timer.poll(&mut Context::from_waker(Waker::noop())).is_pending());
/// assert_eq!(*events.borrow(), [Event::TimerSet { deadline }]);
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// The loop goes to sleep; `None` is without an end. A look at the queue that may not sleep is not told.
    WaitStarted {
        /// For at most so long.
        timeout: Option<Duration>,
    },
    /// The loop is awake again.
    WaitEnded,
    /// A source was registered.
    SourceAdded {
        /// Its place.
        source: usize,
    },
    /// The driver reported a source.
    SourceReady {
        /// Its place.
        source: usize,
        /// What was reported.
        readiness: Readiness,
    },
    /// A source was deregistered.
    SourceRemoved {
        /// Its place.
        source: usize,
    },
    /// Somebody waits for a deadline.
    TimerSet {
        /// The deadline.
        deadline: Instant,
    },
    /// A deadline has passed and its waiter is woken.
    TimerFired {
        /// The deadline.
        deadline: Instant,
    },
}

type Observer = Rc<dyn Fn(Event)>;

/// Who is told of events: nobody, most of the time, which costs one branch.
#[derive(Default)]
pub(crate) struct Observers {
    present: Cell<bool>,
    observer: RefCell<Option<Observer>>,
}

impl Observers {
    pub(crate) fn set(&self, observer: Observer) {
        self.present.set(true);
        self.observer.replace(Some(observer));
    }

    /// The one branch. Whoever sees it true makes the event and tells it.
    #[inline]
    pub(crate) fn are_present(&self) -> bool {
        self.present.get()
    }

    #[cold]
    pub(crate) fn tell(&self, event: Event) {
        // A share of its own, so that an observer that sets an observer meets no borrow.
        let observer = self.observer.borrow().clone();
        if let Some(observer) = observer {
            // In a panic's way stand those who were gathered to be woken. The hook has printed it already.
            let _ = catch_unwind(AssertUnwindSafe(|| observer(event)));
        }
    }
}

impl fmt::Debug for Observers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observers")
            .field("present", &self.present.get())
            .finish()
    }
}
