//! A wait that another thread does for a driver; what is woken by it is not its affair.

use std::io;
use std::time::Duration;

/// Waits on any thread for what a driver's next wait would find. See
/// [`Driver::lookout`](crate::Driver::lookout).
///
/// It may outlive the driver, and is ended by the unparker also then, but only as long as somebody has that: end it
/// before the last share goes.
///
/// ```
/// # use std::time::Duration;
/// # use reactor::{DriverKind, Reactor};
/// # let reactor = Reactor::new(DriverKind::Auto)?;
/// let mut lookout = reactor.lookout()?;
/// reactor.rest(false);
/// let thread = std::thread::spawn(move || lookout.watch(None));
/// reactor.unparker().wake(); // It ends the wait there.
/// thread.join().unwrap()?;
/// reactor.rouse();
/// reactor.turn(Some(Duration::ZERO))?;
/// # std::io::Result::Ok(())
/// ```
pub trait Lookout: Send {
    /// Waits until there is something to find, the unparker has rung, or `timeout` has passed; `None` is for ever. It
    /// may end for no reason.
    ///
    /// # Errors
    /// What the system says.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use reactor::{DriverKind, Reactor};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// reactor.lookout()?.watch(Some(Duration::from_millis(1)))?;
    /// # std::io::Result::Ok(())
    /// ```
    fn watch(&mut self, timeout: Option<Duration>) -> io::Result<()>;

    /// True if it may wait again and again. Else it waits for what the driver was to watch when it was made: ask for a
    /// new one before each wait.
    ///
    /// ```
    /// # use reactor::{DriverKind, Reactor};
    /// # let reactor = Reactor::new(DriverKind::Polling)?;
    /// assert!(reactor.lookout()?.lasts());
    /// # std::io::Result::Ok(())
    /// ```
    fn lasts(&self) -> bool {
        true
    }
}
