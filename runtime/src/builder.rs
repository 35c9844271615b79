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
    world: World,
}

#[derive(Debug)]
enum World {
    Real(DriverKind),
    #[cfg(feature = "test-util")]
    Manual(reactor::ManualDriver),
}

impl Builder {
    pub(crate) fn new() -> Builder {
        Builder {
            world: World::Real(DriverKind::Auto),
        }
    }

    /// Which driver to use; [`DriverKind::Auto`] unless it is said.
    pub fn driver(mut self, kind: DriverKind) -> Builder {
        self.world = World::Real(kind);
        self
    }

    /// Runs in a manual world: a clock moved by hand, and readiness as a script says.
    ///
    /// ```
    /// use std::time::Duration;
    /// use runtime::time::sleep;
    /// use runtime::{ManualDriver, Runtime};
    ///
    /// let world = ManualDriver::new();
    /// let runtime = Runtime::builder().manual(&world).build()?;
    /// runtime.block_on(async {
    ///     sleep(Duration::from_secs(3600)).await; // Takes no time at all.
    /// });
    /// # std::io::Result::Ok(())
    /// ```
    #[cfg(feature = "test-util")]
    pub fn manual(mut self, driver: &reactor::ManualDriver) -> Builder {
        self.world = World::Manual(driver.clone());
        self
    }

    /// Makes the runtime, for the current thread.
    ///
    /// # Errors
    /// [`io::ErrorKind::Unsupported`] if this system has no such driver.
    pub fn build(self) -> io::Result<Runtime> {
        let reactor = match self.world {
            World::Real(kind) => Reactor::new(kind)?,
            #[cfg(feature = "test-util")]
            World::Manual(driver) => driver.reactor(),
        };
        Ok(Runtime::with_reactor(reactor))
    }
}
