//! A tick: the message by which the host's loop lets the guest run; what is run, it does not know.

use std::fmt;
use std::io;
use std::sync::mpsc::Sender;
use std::thread::{self, ThreadId};

use super::helper::Order;
use super::inner;
use crate::enter::Running;

/// The guest has something to do: [run](Self::run) it on the host's thread.
///
/// It may be sent to that thread in any way, and waits for as long as it likes. One that is dropped comes again, a
/// little later.
///
/// ```
/// use std::sync::mpsc;
/// use runtime::Runtime;
/// use runtime::guest::Guest;
///
/// let (proxy, ticks) = mpsc::channel();
/// let mut guest = Guest::start(Runtime::new()?, async { 6 * 7 }, move |tick| {
///     let _ = proxy.send(tick);
/// })?;
/// drop(ticks.recv().unwrap());
/// ticks.recv().unwrap().run()?;
/// assert_eq!(guest.take_result().unwrap()?, 42);
/// # std::io::Result::Ok(())
/// ```
#[must_use = "the guest does nothing before it is run"]
pub struct Tick {
    guest: u64,
    home: ThreadId,
    /// Gone when it was run.
    orders: Option<Sender<Order>>,
}

impl Tick {
    pub(super) fn new(guest: u64, home: ThreadId, orders: Sender<Order>) -> Tick {
        Tick {
            guest,
            home,
            orders: Some(orders),
        }
    }

    /// Runs the tasks that are ready, as [`Runtime::turn`](crate::Runtime::turn) does with a timeout of zero, and has
    /// the helper wait for what comes next. It takes as long as these tasks do, and does nothing if the guest is
    /// gone.
    ///
    /// # Errors
    /// What the system's event queue says, here or on the helper thread. The next tick is scheduled all the same.
    ///
    /// # Panics
    /// On any other thread than the one that has started the guest. Inside of a runtime: in a task, also one of the
    /// guest itself. Else where [`Runtime::turn`](crate::Runtime::turn) does. The next tick is scheduled all the same.
    ///
    /// ```
    /// # use std::sync::mpsc;
    /// # use runtime::Runtime;
    /// # use runtime::guest::Guest;
    /// # let (proxy, ticks) = mpsc::channel();
    /// # let mut guest = Guest::start(Runtime::new()?, async { 6 * 7 }, move |tick| {
    /// #     let _ = proxy.send(tick);
    /// # })?;
    /// let tick = ticks.recv().unwrap();
    /// tick.run()?;
    /// assert_eq!(guest.take_result().unwrap()?, 42);
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn run(mut self) -> io::Result<()> {
        assert!(
            thread::current().id() == self.home,
            "`Tick::run` was called on another thread than the host's: send the tick to the thread that has called \
             `Guest::start`, and run it there"
        );
        assert!(
            !Running::is_on(),
            "`Tick::run` was called inside of a runtime: send the tick to the host's own loop, and run it there, \
             outside of any task"
        );
        self.orders = None;
        match inner::find(self.guest) {
            Some(guest) => guest.tick(),
            None => Ok(()),
        }
    }
}

impl Drop for Tick {
    fn drop(&mut self) {
        if let Some(orders) = self.orders.take() {
            let _ = orders.send(Order::Again); // It fails when the guest has ended.
        }
    }
}

impl fmt::Debug for Tick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tick").finish_non_exhaustive()
    }
}
