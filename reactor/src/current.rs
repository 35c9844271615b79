//! The reactor that sockets and timers mean: the one whose context this thread is in.

use std::cell::RefCell;
use std::fmt;
use std::mem::ManuallyDrop;
use std::panic::Location;
use std::rc::Rc;

use crate::instant::Instant;
use crate::reactor::Core;

thread_local! {
    /// `ManuallyDrop`, because the thread's end must not take it away while a runtime that lives in another
    /// thread-local is dropped, whose tasks have destructors. Nothing is left in it then: each guard restores.
    static CURRENT: RefCell<ManuallyDrop<Option<Handle>>> =
        const { RefCell::new(ManuallyDrop::new(None)) };
}

/// A share of a reactor, for what registers with it. Not `Send`, like the reactor.
///
/// ```
/// # use std::time::Duration;
/// # use reactor::{DriverKind, Instant, Reactor, Timer};
/// # let reactor = Reactor::new(DriverKind::Auto)?;
/// let handle = reactor.handle();
/// let timer = Timer::new(handle.clone(), handle.now() + Duration::from_secs(1));
/// assert!(timer.deadline() > Instant::now());
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone)]
pub struct Handle {
    core: Rc<Core>,
}

impl Handle {
    pub(crate) fn new(core: Rc<Core>) -> Self {
        Handle { core }
    }

    /// The current reactor of this thread.
    ///
    /// # Panics
    /// If there is none. `what` is the call to name in the message.
    ///
    /// ```
    /// # use reactor::{DriverKind, Handle, Reactor};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// let _context = reactor.context();
    /// let handle = Handle::current("wait");
    /// assert!(handle.now() <= reactor.handle().now());
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    #[track_caller]
    #[inline]
    pub fn current(what: &str) -> Handle {
        match Handle::try_current() {
            Some(handle) => handle,
            None => outside(what, ""),
        }
    }

    /// As [`current`](Self::current), for a future that finds it out when it is polled: the message names the line
    /// where it was made.
    ///
    /// # Panics
    /// If there is none.
    ///
    /// ```
    /// # use std::panic::{Location, catch_unwind};
    /// # use reactor::Handle;
    /// let here = Location::caller();
    /// let panic = catch_unwind(|| Handle::current_for("wait", here)).unwrap_err();
    /// let words = panic.downcast_ref::<String>().unwrap();
    /// assert!(words.starts_with("`wait` was called outside of a runtime, at "));
    /// ```
    #[must_use]
    pub fn current_for(what: &str, caller: &Location<'_>) -> Handle {
        match Handle::try_current() {
            Some(handle) => handle,
            None => outside(what, &format!(", at {caller}")),
        }
    }

    /// The current reactor of this thread, if there is one.
    ///
    /// ```
    /// # use reactor::{DriverKind, Handle, Reactor};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// assert!(Handle::try_current().is_none());
    /// let _context = reactor.context();
    /// assert!(Handle::try_current().is_some());
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    #[inline]
    pub fn try_current() -> Option<Handle> {
        Handle::with_current(Handle::clone)
    }

    #[inline]
    pub(crate) fn with_current<R>(use_it: impl FnOnce(&Handle) -> R) -> Option<R> {
        CURRENT
            .try_with(|current| current.borrow().as_ref().map(use_it))
            .unwrap_or(None)
    }

    /// The time on the reactor's clock.
    ///
    /// ```
    /// # use reactor::{DriverKind, Reactor};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// let handle = reactor.handle();
    /// let earlier = handle.now();
    /// assert!(handle.now() >= earlier);
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    #[inline]
    pub fn now(&self) -> Instant {
        self.core.now()
    }

    pub(crate) fn core(&self) -> &Core {
        &self.core
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Handle").field(&self.core).finish()
    }
}

#[cold]
#[track_caller]
fn outside(what: &str, place: &str) -> ! {
    panic!(
        "`{what}` was called outside of a runtime{place}: call it from a future that runs inside `runtime::block_on` \
         or under `#[runtime::main]`, or hold the guard of `Runtime::enter`"
    )
}

/// While it lives, its reactor is the current one on this thread; see [`Reactor::context`](crate::Reactor::context).
///
/// ```
/// # use reactor::{DriverKind, Handle, Reactor};
/// # let reactor = Reactor::new(DriverKind::Auto)?;
/// let context = reactor.context();
/// assert!(Handle::try_current().is_some());
/// drop(context);
/// assert!(Handle::try_current().is_none());
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug)]
#[must_use = "dropping it leaves the context at once"]
pub struct Context {
    before: Option<Handle>,
}

impl Context {
    pub(crate) fn enter(handle: Handle) -> Context {
        Context {
            before: replace(Some(handle)),
        }
    }

    /// When it is dropped, no reactor is current, whichever was before: that one is gone.
    ///
    /// ```
    /// # use reactor::{DriverKind, Handle, Reactor};
    /// # let reactor = Reactor::new(DriverKind::Auto)?;
    /// # let gone = Reactor::new(DriverKind::Auto)?;
    /// let before = gone.context();
    /// let mut context = reactor.context();
    /// context.restore_nothing();
    /// drop(context);
    /// assert!(Handle::try_current().is_none());
    /// # drop(before);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn restore_nothing(&mut self) {
        self.before = None;
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        drop(replace(self.before.take()));
    }
}

fn replace(handle: Option<Handle>) -> Option<Handle> {
    CURRENT
        .try_with(|current| ManuallyDrop::into_inner(current.replace(ManuallyDrop::new(handle))))
        .unwrap_or(None)
}
