//! Ends the loop's wait from any thread; it knows nothing of what the loop does then.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::task::Wake;
use std::thread::{self, Thread};
use std::time::Duration;

use crate::parking::Parking;

/// What ends a wait of the operating system's queue: an eventfd, or `polling`'s notifier.
///
/// It lives in the unparker, which lives as long as anybody may call it: a late wake never writes into a descriptor
/// that has become somebody else's.
///
/// ```
/// # use std::sync::Arc;
/// # use std::sync::atomic::{AtomicU32, Ordering};
/// use reactor::Bell;
///
/// struct Counter(Arc<AtomicU32>);
///
/// impl Bell for Counter {
///     fn ring(&self) {
///         self.0.fetch_add(1, Ordering::Relaxed);
///     }
/// }
/// # let count = Arc::default();
/// # Counter(Arc::clone(&count)).ring();
/// # assert_eq!(count.load(Ordering::Relaxed), 1);
/// ```
pub trait Bell: Send + Sync {
    /// Ends the wait that the queue is in, or else its next one. May be called from any thread.
    ///
    /// ```
    /// # use std::sync::mpsc::{Sender, channel};
    /// # use reactor::Bell;
    /// # struct Note(Sender<()>);
    /// # impl Bell for Note {
    /// #     fn ring(&self) {
    /// #         self.0.send(()).unwrap();
    /// #     }
    /// # }
    /// let (sender, receiver) = channel();
    /// let bell: Box<dyn Bell> = Box::new(Note(sender));
    /// std::thread::spawn(move || bell.ring());
    /// assert_eq!(receiver.recv(), Ok(()));
    /// ```
    fn ring(&self);
}

/// The loop's unparker. As a `Waker` it goes to the executor.
///
/// Until the first source registers there is no queue, and the loop sleeps in [`thread::park_timeout`]; then the
/// driver opens its queue and [hangs up its bell](Self::hang). The loop's own thread does that, awake: a thread that
/// finds the loop asleep afterwards finds the bell as well.
///
/// ```
/// # use reactor::{PollingDriver, Reactor, Unparker};
/// let unparker = Unparker::new();
/// let driver = PollingDriver::new(unparker.clone());
/// let reactor = Reactor::with_driver(Box::new(driver), unparker.clone());
/// std::thread::spawn(move || unparker.unpark());
/// reactor.turn(None)?; // Ends, for the other thread ends it.
/// # std::io::Result::Ok(())
/// ```
pub struct Unparker {
    parking: Parking,
    thread: Thread,
    bell: OnceLock<Box<dyn Bell>>,
}

impl Unparker {
    /// For the loop of the current thread.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use std::task::Waker;
    /// # use reactor::Unparker;
    /// let unparker = Unparker::new();
    /// let waker = Waker::from(unparker.clone());
    /// assert_eq!(Arc::strong_count(&unparker), 2);
    /// # drop(waker);
    /// ```
    #[must_use]
    pub fn new() -> Arc<Self> {
        Arc::new(Unparker {
            parking: Parking::new(),
            thread: thread::current(),
            bell: OnceLock::new(),
        })
    }

    /// From now on, waits are ended by `bell`. A second bell is not taken: a driver has one queue.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use std::sync::atomic::{AtomicBool, Ordering};
    /// # use reactor::{Bell, Unparker};
    /// # struct Rung(Arc<AtomicBool>);
    /// # impl Bell for Rung {
    /// #     fn ring(&self) {
    /// #         self.0.store(true, Ordering::Relaxed);
    /// #     }
    /// # }
    /// # let rung = Arc::new(AtomicBool::new(false));
    /// let unparker = Unparker::new();
    /// unparker.hang(Box::new(Rung(rung.clone())));
    /// unparker.unpark();
    /// assert!(!rung.load(Ordering::Relaxed)); // The loop is awake.
    /// ```
    pub fn hang(&self, bell: Box<dyn Bell>) {
        let _ = self.bell.set(bell);
    }

    /// The wait of a driver whose queue is not open yet. It may end for no reason.
    ///
    /// The thread's own token is not ours alone: an observer that takes a lock or receives from a channel after the
    /// wait was announced may use it up. Ours says whether it had come.
    ///
    /// ```
    /// # use reactor::Unparker;
    /// let unparker = Unparker::new();
    /// unparker.unpark();
    /// unparker.park(None); // Returns at once: the token is there.
    /// ```
    pub fn park(&self, timeout: Option<Duration>) {
        if self.parking.is_notified() {
            return;
        }
        match timeout {
            Some(Duration::ZERO) => {}
            Some(timeout) => thread::park_timeout(timeout),
            None => thread::park(),
        }
    }

    /// True while the loop waits, or [rests](crate::Reactor::rest), and no token has come since. For the loop's own
    /// thread: a driver that changes then what is to be waited for has to [`unpark`](Self::unpark).
    ///
    /// ```
    /// # use reactor::Unparker;
    /// let unparker = Unparker::new();
    /// assert!(!unparker.is_idle());
    /// ```
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.parking.is_parked()
    }

    /// Leaves the token, and rings if the loop may be asleep.
    ///
    /// ```
    /// # use reactor::{PollingDriver, Reactor, Unparker};
    /// # let unparker = Unparker::new();
    /// # let driver = PollingDriver::new(unparker.clone());
    /// # let reactor = Reactor::with_driver(Box::new(driver), unparker.clone());
    /// unparker.unpark(); // Before the wait, which it ends.
    /// reactor.turn(None)?;
    /// assert_eq!(reactor.metrics().waits, 0);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn unpark(&self) {
        if self.parking.notify() {
            match self.bell.get() {
                Some(bell) => bell.ring(),
                None => self.thread.unpark(),
            }
        }
    }

    pub(crate) fn parking(&self) -> &Parking {
        &self.parking
    }
}

impl Wake for Unparker {
    fn wake(self: Arc<Self>) {
        self.unpark();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.unpark();
    }
}

impl fmt::Debug for Unparker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unparker")
            .field("parking", &self.parking)
            .field("has_bell", &self.bell.get().is_some())
            .finish_non_exhaustive()
    }
}
