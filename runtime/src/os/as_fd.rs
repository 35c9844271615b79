//! The descriptor by which another loop watches a runtime; who watches it, it does not know.

use std::io;
use std::os::fd::BorrowedFd;

use crate::runtime::Runtime;

impl Runtime {
    /// A descriptor for another event loop to watch: it is readable when [`turn`](Self::turn) has something to do,
    /// because of the world or because of a wake from any thread, this one included. The other loop may be `poll(2)`,
    /// an epoll or a kqueue, libuv, a GUI's, or another async runtime. Unix only; everywhere there is `runtime::guest`.
    ///
    /// It tells nothing of timers: before it sleeps, the other loop asks [`next_deadline`](Self::next_deadline) for how
    /// long. And it is only to be watched, for readability; reading from it and the like are none of the watcher's
    /// business. Watched by edges (`EPOLLET`, tokio's `AsyncFd`), forget the readiness *before* each turn.
    ///
    /// The first call opens the driver's queue, and settles which driver [`DriverKind::Auto`] is. The descriptor is the
    /// same one then for as long as the runtime lives. A duplicate of it may live longer: it never blocks, and what it
    /// says then means nothing.
    ///
    /// [`DriverKind::Auto`]: crate::DriverKind::Auto
    ///
    /// # Errors
    /// [`io::ErrorKind::Unsupported`] where the driver has none: `poll(2)`, which [`DriverKind::Auto`] takes on a Linux
    /// that is older than 5.11, and the manual one. What the system says when the queue cannot be opened; then the loop
    /// goes on without one, and it may be asked for again.
    ///
    /// ```
    /// use std::time::Duration;
    /// use runtime::Runtime;
    ///
    /// let runtime = Runtime::new()?;
    /// match runtime.as_fd() {
    ///     Ok(fd) => println!("add {fd:?} to the other loop, and call `turn` when it is readable"),
    ///     Err(error) => println!("{error}"),
    /// }
    /// let handle = runtime.spawn(async { 6 * 7 }); // Now it is readable.
    /// runtime.turn(Some(Duration::ZERO))?;
    /// assert!(handle.is_finished());
    /// # std::io::Result::Ok(())
    /// ```
    pub fn as_fd(&self) -> io::Result<BorrowedFd<'_>> {
        let was_watched = self.reactor.is_watched();
        let queue = self.reactor.queue()?;
        if !was_watched {
            self.rest_unless_running();
        }
        Ok(queue)
    }
}
