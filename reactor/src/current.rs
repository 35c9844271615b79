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
    #[must_use]
    pub fn current_for(what: &str, caller: &Location<'_>) -> Handle {
        match Handle::try_current() {
            Some(handle) => handle,
            None => outside(what, &format!(", at {caller}")),
        }
    }

    /// The current reactor of this thread, if there is one.
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
