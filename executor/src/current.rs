//! Which executor `spawn` means: the one whose context this thread is in.

use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::mem::ManuallyDrop;
use std::rc::Rc;

use crate::core::Core;
use crate::handle::JoinHandle;
use crate::remote::Remote;

thread_local! {
    /// `ManuallyDrop`, because the thread's end must not take it away while a runtime that lives in another
    /// thread-local is dropped, whose tasks have destructors. Nothing is left in it then: each guard restores.
    static CURRENT: RefCell<ManuallyDrop<Option<Rc<Core>>>> =
        const { RefCell::new(ManuallyDrop::new(None)) };
}

/// While it lives, its executor is the current one on this thread; see [`Executor::context`](crate::Executor::context).
///
/// ```
/// # use std::task::Waker;
/// # use executor::Executor;
/// # let executor = Executor::new(Waker::noop().clone());
/// let context = executor.context();
/// assert!(executor::has_current());
/// drop(context);
/// assert!(!executor::has_current());
/// ```
#[must_use = "dropping it leaves the context at once"]
pub struct Context {
    /// The executor that was current before; `None` when there was none.
    before: Option<Rc<Core>>,
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").finish_non_exhaustive()
    }
}

pub(crate) fn set(core: Rc<Core>) -> Context {
    Context {
        before: replace(Some(core)),
    }
}

impl Context {
    /// When it is dropped, no executor is current, whichever was before: that one is gone.
    ///
    /// ```
    /// # use std::task::Waker;
    /// # use executor::Executor;
    /// # let executor = Executor::new(Waker::noop().clone());
    /// # let gone = Executor::new(Waker::noop().clone());
    /// let before = gone.context();
    /// let mut context = executor.context();
    /// context.restore_nothing();
    /// drop(context);
    /// assert!(!executor::has_current());
    /// # drop(before);
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

fn replace(core: Option<Rc<Core>>) -> Option<Rc<Core>> {
    CURRENT
        .try_with(|current| ManuallyDrop::into_inner(current.replace(ManuallyDrop::new(core))))
        .unwrap_or(None)
}

pub(crate) fn get() -> Option<Rc<Core>> {
    CURRENT
        .try_with(|current| current.borrow().as_ref().cloned())
        .unwrap_or(None)
}

/// True when this thread is in the context of an executor, so that [`spawn`] works.
///
/// ```
/// # use std::task::Waker;
/// # use executor::Executor;
/// # let executor = Executor::new(Waker::noop().clone());
/// assert!(!executor::has_current());
/// let context = executor.context();
/// assert!(executor::has_current());
/// ```
#[must_use]
pub fn has_current() -> bool {
    CURRENT
        .try_with(|current| current.borrow().is_some())
        .unwrap_or(false)
}

/// Spawns a task on the current executor. The future need not be `Send`: it stays on this thread.
///
/// The task runs whether or not the handle is awaited; dropping the handle detaches it.
///
/// # Panics
/// If no executor is current on this thread.
///
/// ```
/// # use std::{pin::Pin, task::{Context, Poll, Waker}};
/// # use executor::{Executor, Step};
/// # let executor = Executor::new(Waker::noop().clone());
/// # use ::executor as runtime;
/// # let mut shown = executor.spawn(async {
/// let handle = runtime::spawn(async { "done" });
/// assert_eq!(handle.await.unwrap(), "done");
/// # });
/// # let entered = executor.enter();
/// # while entered.step() != Step::Idle {}
/// # let mut cx = Context::from_waker(Waker::noop());
/// # assert!(matches!(Pin::new(&mut shown).poll(&mut cx), Poll::Ready(Ok(()))));
/// ```
#[track_caller]
#[inline]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    match get() {
        Some(core) => Core::spawn(&core, future),
        None => outside("spawn"),
    }
}

/// The way into the current executor from other threads, for whoever does not have the executor itself: a task, say.
///
/// While it is kept, a task may come through it. So a program that keeps one is never said to hang.
///
/// # Panics
/// If no executor is current on this thread.
///
/// ```
/// # use std::{pin::Pin, task::{Context, Poll, Waker}};
/// # use executor::{Executor, Step};
/// # let executor = Executor::new(Waker::noop().clone());
/// # use ::executor as runtime;
/// # let mut shown = executor.spawn(async {
/// let remote = runtime::remote();
/// let thread = std::thread::spawn(move || remote.spawn(|| async { 6 * 7 }));
/// assert_eq!(thread.join().unwrap().await.unwrap(), 42);
/// # });
/// # let entered = executor.enter();
/// # while entered.step() != Step::Idle {}
/// # let mut cx = Context::from_waker(Waker::noop());
/// # assert!(matches!(Pin::new(&mut shown).poll(&mut cx), Poll::Ready(Ok(()))));
/// ```
#[must_use]
#[track_caller]
pub fn remote() -> Remote {
    match get() {
        Some(core) => core.remote(),
        None => outside("remote"),
    }
}

#[cold]
#[track_caller]
pub(crate) fn outside(what: &str) -> ! {
    panic!(
        "`{what}` was called outside of a runtime: call it from a future that runs inside `runtime::block_on` or \
         under `#[runtime::main]`, or hold the guard of `Runtime::enter`"
    )
}
