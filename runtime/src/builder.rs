//! What can be said before a runtime is made; it makes one and knows nothing of how it runs.

use std::io;

use reactor::{DriverKind, Reactor};

use crate::runtime::Runtime;

/// Makes a [`Runtime`] as it is told.
///
/// ```
/// use runtime::{DriverKind, Runtime};
///
/// let runtime = Runtime::builder().driver(DriverKind::Polling).build()?;
/// assert_eq!(runtime.driver_name(), "polling");
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug)]
#[must_use = "nothing is made before `build`"]
pub struct Builder {
    kind: DriverKind,
    /// A reactor that is there already and goes before `kind`: a test's, in its own world.
    pub(crate) reactor: Option<Reactor>,
}

impl Builder {
    pub(crate) fn new() -> Builder {
        Builder {
            kind: DriverKind::Auto,
            reactor: None,
        }
    }

    /// Which driver to use; [`DriverKind::Auto`] unless it is said.
    ///
    /// ```
    /// use runtime::{DriverKind, Runtime};
    ///
    /// let runtime = Runtime::builder().driver(DriverKind::Auto).build()?;
    /// # drop(runtime);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn driver(mut self, kind: DriverKind) -> Builder {
        self.kind = kind;
        self.reactor = None;
        self
    }

    /// Makes the runtime, for the current thread.
    ///
    /// # Errors
    /// [`io::ErrorKind::Unsupported`] if this system has no such driver.
    ///
    /// ```
    /// let runtime = runtime::Runtime::builder().build()?;
    /// assert_eq!(runtime.block_on(async { 6 * 7 }), 42);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn build(self) -> io::Result<Runtime> {
        let reactor = match self.reactor {
            Some(reactor) => reactor,
            None => Reactor::new(self.kind)?,
        };
        Ok(Runtime::with_reactor(reactor))
    }
}
