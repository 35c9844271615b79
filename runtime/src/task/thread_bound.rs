//! A value that stays on its thread inside of a wrapper that may go anywhere; it knows nothing of tasks.

use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::mem;
use std::ops::{Deref, DerefMut};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::thread::{self, ThreadId};

thread_local! {
    /// This thread, once something was bound to it. It needs no destructor, so that it can be asked for to the thread's
    /// very end, by the destructors of other thread-locals.
    static HERE: Cell<Option<ThreadId>> = const { Cell::new(None) };
}

/// A value that is `Send` and `Sync` by its wrapper, and is checked instead: only the thread that made it reaches it.
///
/// It is for places that ask for `Send` where nothing is sent: a callback of a library that may be called from
/// anywhere but is called here, the error type of an interface, a `static`. Access costs one compare. Around a stream
/// it has the traits of `futures-io`, too, and around a future it is one: so a web framework that asks for handlers
/// whose futures are `Send` can be given `ThreadBound::new(Box::pin(async { … })).await`.
///
/// On another thread an access panics, and so does the drop, unless another panic passes already. The value is not
/// dropped then but leaked: its destructor must not run there. A value that needs no drop may go anywhere.
///
/// ```
/// use std::rc::Rc;
/// use std::thread;
/// use runtime::task::ThreadBound;
///
/// let bound = ThreadBound::new(Rc::new(5));
/// assert_eq!(**bound, 5);
/// let back = thread::spawn(move || {
///     assert!(bound.get().is_none()); // Not here, but it may pass.
///     bound
/// });
/// assert_eq!(*back.join().unwrap().into_inner(), 5);
/// ```
///
/// A future of ours where one is asked for that is `Send`:
///
/// ```
/// use runtime::task::ThreadBound;
/// use runtime::time::{Duration, sleep};
///
/// fn handler() -> impl Future<Output = &'static str> + Send {
///     ThreadBound::new(Box::pin(async {
///         sleep(Duration::from_millis(1)).await; // Neither `Send` nor sent.
///         "answered"
///     }))
/// }
///
/// assert_eq!(runtime::block_on(handler()), "answered");
/// ```
pub struct ThreadBound<T> {
    /// `None` only while the wrapper ends.
    value: Option<T>,
    home: ThreadId,
}

// SAFETY: the obligation is that nothing of the `T` is used on another thread than that which made it, whoever owns the
// wrapper. The field is private, and each way to the value asks `is_here` first: `get`, `get_mut`, `into_inner` and,
// by these, `Deref`, `DerefMut` and `Debug`. `Drop` asks, too, and elsewhere it takes the value out and forgets it,
// which moves its bytes and runs no code of `T`; then the field has nothing to drop. `is_here` is right: a `ThreadId`
// belongs to no second thread of the process, and `HERE` is written with the thread's own only.
unsafe impl<T> Send for ThreadBound<T> {}

// SAFETY: as above: by a shared reference the value is reached through `get`, which gives it to its own thread only. So
// no two threads ever have a reference to it.
unsafe impl<T> Sync for ThreadBound<T> {}

impl<T> ThreadBound<T> {
    /// Binds the value to this thread.
    ///
    /// ```
    /// use std::cell::Cell;
    /// use runtime::task::ThreadBound;
    ///
    /// let bound = ThreadBound::new(Cell::new(1));
    /// bound.set(2);
    /// assert_eq!(bound.get().unwrap().get(), 2);
    /// ```
    #[must_use]
    pub fn new(value: T) -> Self {
        let home = HERE.get().unwrap_or_else(|| thread::current().id());
        HERE.set(Some(home));
        ThreadBound {
            value: Some(value),
            home,
        }
    }

    /// True on the thread that the value is bound to.
    ///
    /// ```
    /// use runtime::task::ThreadBound;
    ///
    /// let bound = ThreadBound::new(());
    /// assert!(bound.is_here());
    /// std::thread::scope(|scope| {
    ///     scope.spawn(|| assert!(!bound.is_here()));
    /// });
    /// ```
    #[must_use]
    #[inline]
    pub fn is_here(&self) -> bool {
        HERE.get() == Some(self.home)
    }

    /// The value; `None` on another thread.
    ///
    /// ```
    /// use runtime::task::ThreadBound;
    ///
    /// assert_eq!(ThreadBound::new(5).get(), Some(&5));
    /// ```
    #[must_use]
    #[inline]
    pub fn get(&self) -> Option<&T> {
        if self.is_here() {
            self.value.as_ref()
        } else {
            None
        }
    }

    /// The value, to change it; `None` on another thread.
    ///
    /// ```
    /// use runtime::task::ThreadBound;
    ///
    /// let mut bound = ThreadBound::new(5);
    /// *bound.get_mut().unwrap() += 1;
    /// assert_eq!(*bound, 6);
    /// ```
    #[must_use]
    #[inline]
    pub fn get_mut(&mut self) -> Option<&mut T> {
        if self.is_here() {
            self.value.as_mut()
        } else {
            None
        }
    }

    /// Unbinds the value.
    ///
    /// # Panics
    /// On another thread. The value is leaked then.
    ///
    /// ```
    /// use runtime::task::ThreadBound;
    ///
    /// assert_eq!(ThreadBound::new("bound").into_inner(), "bound");
    /// ```
    #[must_use]
    #[track_caller]
    pub fn into_inner(mut self) -> T {
        let value = if self.is_here() {
            self.value.take()
        } else {
            None
        };
        value.unwrap_or_else(|| elsewhere("unbound"))
    }
}

impl<T> Deref for ThreadBound<T> {
    type Target = T;

    /// # Panics
    /// On another thread than that which made it; [`ThreadBound::get`] does not.
    #[inline]
    #[track_caller]
    fn deref(&self) -> &T {
        match self.get() {
            Some(value) => value,
            None => elsewhere("used"),
        }
    }
}

impl<T> DerefMut for ThreadBound<T> {
    /// # Panics
    /// On another thread than that which made it; [`ThreadBound::get_mut`] does not.
    #[inline]
    #[track_caller]
    fn deref_mut(&mut self) -> &mut T {
        match self.get_mut() {
            Some(value) => value,
            None => elsewhere("used"),
        }
    }
}

/// A future that is `Unpin`, as one in a box is.
impl<F: Future + Unpin> Future for ThreadBound<F> {
    type Output = F::Output;

    /// # Panics
    /// On another thread than that which made it.
    #[track_caller]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        Pin::new(&mut **self).poll(cx)
    }
}

#[cold]
#[track_caller]
fn elsewhere(what: &str) -> ! {
    panic!(
        "a `ThreadBound` value was {what} on another thread than that which made it: send it back before, or do it \
         there by a task of `Remote::spawn`"
    )
}

impl<T> Drop for ThreadBound<T> {
    /// # Panics
    /// On another thread than that which made it, unless it panics already, if the value has a destructor. The value is
    /// leaked then.
    fn drop(&mut self) {
        if self.is_here() || !mem::needs_drop::<T>() {
            return;
        }
        let leaked = self.value.take().map(mem::forget).is_some();
        if leaked && !thread::panicking() {
            elsewhere("dropped");
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for ThreadBound<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.get() {
            Some(value) => f.debug_tuple("ThreadBound").field(value).finish(),
            None => f
                .debug_tuple("ThreadBound")
                .field(&format_args!("on another thread"))
                .finish(),
        }
    }
}
