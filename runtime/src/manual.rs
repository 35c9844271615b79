//! A runtime in a world that stands still, for tests; the world itself is [`reactor::ManualDriver`].

use reactor::ManualDriver;

use crate::builder::Builder;

impl Builder {
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
    pub fn manual(mut self, driver: &ManualDriver) -> Builder {
        self.reactor = Some(driver.reactor());
        self
    }
}
