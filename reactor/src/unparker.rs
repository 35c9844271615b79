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
pub trait Bell: Send + Sync {
    /// Ends the wait that the queue is in, or else its next one. May be called from any thread.
    fn ring(&self);
}

/// The loop's unparker. As a `Waker` it goes to the executor.
///
/// Until the first source registers there is no queue, and the loop sleeps in [`thread::park_timeout`]; then the
/// driver opens its queue and [hangs up its bell](Self::hang). The loop's own thread does that, awake: a thread that
/// finds the loop asleep afterwards finds the bell as well.
pub struct Unparker {
    parking: Parking,
    thread: Thread,
    bell: OnceLock<Box<dyn Bell>>,
}

impl Unparker {
    /// For the loop of the current thread.
    #[must_use]
    pub fn new() -> Arc<Self> {
        Arc::new(Unparker {
            parking: Parking::new(),
            thread: thread::current(),
            bell: OnceLock::new(),
        })
    }

    /// From now on, waits are ended by `bell`. A second bell is not taken: a driver has one queue.
    pub fn hang(&self, bell: Box<dyn Bell>) {
        let _ = self.bell.set(bell);
    }

    /// The wait of a driver whose queue is not open yet. It may end for no reason.
    ///
    /// The thread's own token is not ours alone: an observer that takes a lock or receives from a channel after the
    /// wait was announced may use it up. Ours says whether it had come.
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

    /// Leaves the token, and rings if the loop may be asleep.
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
