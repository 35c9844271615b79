//! Values that belong to a task: each is put in its place around every poll; they know nothing of the executor.

use std::cell::RefCell;
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::thread;

use pin_project_lite::pin_project;

/// Declares keys of task-local values, as [`std::thread_local!`] does for threads.
///
/// Each is a `static` [`LocalKey`], which has no value but inside of a
/// [`scope`](crate::task::LocalKey::scope).
///
/// ```
/// use runtime::task_local;
///
/// task_local! {
///     /// Whose request is served.
///     pub static USER: String;
///     static DEPTH: u32;
/// }
///
/// runtime::block_on(async {
///     let served = USER.scope("ada".to_owned(), async {
///         DEPTH.scope(1, async { format!("{} at {}", USER.get(), DEPTH.get()) }).await
///     });
///     assert_eq!(served.await, "ada at 1");
///     assert!(USER.try_with(|_| ()).is_err());
/// });
/// ```
#[macro_export]
macro_rules! task_local {
    () => {};
    ($(#[$attribute:meta])* $visible:vis static $name:ident: $type:ty; $($rest:tt)*) => {
        $crate::task_local!($(#[$attribute])* $visible static $name: $type);
        $crate::task_local!($($rest)*);
    };
    ($(#[$attribute:meta])* $visible:vis static $name:ident: $type:ty) => {
        $(#[$attribute])*
        $visible static $name: $crate::task::LocalKey<$type> = {
            ::std::thread_local! {
                static PLACE: ::core::cell::RefCell<::core::option::Option<$type>> =
                    const { ::core::cell::RefCell::new(::core::option::Option::None) };
            }
            $crate::__private::local_key(PLACE)
        };
    };
}

/// The key of a task-local value; [`task_local!`](crate::task_local) declares it.
///
/// A value belongs to a future and not to a task: it is there while that future is polled, and dropped with it. A task
/// that is spawned meanwhile does not have it; give the new task a scope of its own if it should.
///
/// ```
/// use runtime::task::{self, LocalKey};
///
/// runtime::task_local! {
///     static REQUEST: u64;
/// }
///
/// async fn handle() -> u64 {
///     task::yield_now().await; // The others have theirs meanwhile.
///     REQUEST.get()
/// }
///
/// runtime::block_on(async {
///     let key: &'static LocalKey<u64> = &REQUEST;
///     let tasks = [7, 8].map(|number| runtime::spawn(key.scope(number, handle())));
///     for (number, task) in [7, 8].into_iter().zip(tasks) {
///         assert_eq!(task.await.unwrap(), number);
///     }
/// });
/// ```
pub struct LocalKey<T: 'static> {
    /// Where the value is while its future is polled. Then what was here before is in the future's hands.
    place: thread::LocalKey<RefCell<Option<T>>>,
}

impl<T: 'static> LocalKey<T> {
    pub(crate) const fn new(place: thread::LocalKey<RefCell<Option<T>>>) -> Self {
        LocalKey { place }
    }

    /// A future in which the key has this value. Within it may be other scopes of the same key: the innermost counts.
    ///
    /// If `future` panics, or is dropped before its end, the value that was there before is there again; the
    /// destructors of `future` have the value of the scope still, wherever they run.
    ///
    /// # Cancel safety
    /// As that of `future`.
    ///
    /// # Panics
    /// The future panics when it is polled within [`with`](Self::with) of the same key, or after its end.
    ///
    /// ```
    /// runtime::task_local! {
    ///     static NUMBER: u32;
    /// }
    ///
    /// runtime::block_on(NUMBER.scope(1, async {
    ///     assert_eq!(NUMBER.scope(2, async { NUMBER.get() }).await, 2);
    ///     assert_eq!(NUMBER.get(), 1);
    /// }));
    /// ```
    pub fn scope<F: Future>(&'static self, value: T, future: F) -> TaskLocalFuture<T, F> {
        TaskLocalFuture {
            key: self,
            value: Some(value),
            future: Some(future),
        }
    }

    /// Calls a function in which the key has this value.
    ///
    /// # Panics
    /// Within [`with`](Self::with) of the same key. A panic of `call` passes through.
    ///
    /// ```
    /// runtime::task_local! {
    ///     static NUMBER: u32;
    /// }
    ///
    /// assert_eq!(NUMBER.sync_scope(7, || NUMBER.get()), 7);
    /// ```
    #[track_caller]
    pub fn sync_scope<R>(&'static self, value: T, call: impl FnOnce() -> R) -> R {
        let mut value = Some(value);
        match self.lend(&mut value, call) {
            Ok(result) => result,
            Err(refused) => refused.panic(),
        }
    }

    /// Calls a function with the value.
    ///
    /// # Panics
    /// Outside of the key's scopes; [`try_with`](Self::try_with) does not.
    ///
    /// ```
    /// runtime::task_local! {
    ///     static NAME: String;
    /// }
    ///
    /// runtime::block_on(NAME.scope("ada".to_owned(), async {
    ///     assert_eq!(NAME.with(String::len), 3);
    /// }));
    /// ```
    #[track_caller]
    pub fn with<R>(&'static self, call: impl FnOnce(&T) -> R) -> R {
        match self.try_with(call) {
            Ok(result) => result,
            Err(error) => panic!("{error}"),
        }
    }

    /// Calls a function with the value, if there is one.
    ///
    /// # Errors
    /// [`AccessError`] outside of the key's scopes.
    ///
    /// ```
    /// runtime::task_local! {
    ///     static NAME: String;
    /// }
    ///
    /// assert!(NAME.try_with(String::len).is_err());
    /// let length = NAME.sync_scope("ada".to_owned(), || NAME.try_with(String::len));
    /// assert_eq!(length, Ok(3));
    /// ```
    pub fn try_with<R>(&'static self, call: impl FnOnce(&T) -> R) -> Result<R, AccessError> {
        let with = |place: &RefCell<Option<T>>| place.borrow().as_ref().map(call);
        match self.place.try_with(with) {
            Ok(Some(result)) => Ok(result),
            Ok(None) | Err(_) => Err(AccessError(())),
        }
    }

    /// A clone of the value.
    ///
    /// # Panics
    /// Outside of the key's scopes.
    ///
    /// ```
    /// runtime::task_local! {
    ///     static NUMBER: u32;
    /// }
    ///
    /// assert_eq!(runtime::block_on(NUMBER.scope(7, async { NUMBER.get() })), 7);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn get(&'static self) -> T
    where
        T: Clone,
    {
        self.with(T::clone)
    }

    /// Puts the value into its place for the time of the call. Then it is in `value` again, and in its place is what
    /// was there before, also when the call panics.
    fn lend<R>(
        &'static self,
        value: &mut Option<T>,
        call: impl FnOnce() -> R,
    ) -> Result<R, Refused> {
        struct Lent<'a, T: 'static> {
            key: &'static LocalKey<T>,
            value: &'a mut Option<T>,
        }

        impl<T: 'static> Drop for Lent<'_, T> {
            fn drop(&mut self) {
                // Whoever borrowed the place within the call has given it back.
                let _ = self.key.swap(self.value);
            }
        }

        self.swap(value)?;
        let _lent = Lent { key: self, value };
        Ok(call())
    }

    fn swap(&'static self, value: &mut Option<T>) -> Result<(), Refused> {
        let swap = |place: &RefCell<Option<T>>| match place.try_borrow_mut() {
            Ok(mut there) => {
                mem::swap(&mut *there, value);
                Ok(())
            }
            Err(_) => Err(Refused::InUse),
        };
        self.place.try_with(swap).unwrap_or(Err(Refused::Gone))
    }
}

impl<T: 'static> fmt::Debug for LocalKey<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalKey").finish_non_exhaustive()
    }
}

/// Why a value could not be put in its place.
enum Refused {
    /// Somebody looks at the one that is there.
    InUse,
    /// The thread is at its end and has given its places up.
    Gone,
}

impl Refused {
    #[cold]
    #[track_caller]
    fn panic(&self) -> ! {
        match self {
            Refused::InUse => panic!(
                "a scope of a task-local value was entered within `with` of the same key: clone the value, and enter \
                 the scope outside"
            ),
            Refused::Gone => panic!("a task-local value cannot be set at the end of its thread"),
        }
    }
}

pin_project! {
    /// The future of [`LocalKey::scope`].
    ///
    /// ```
    /// use std::future::Ready;
    /// use runtime::task::TaskLocalFuture;
    ///
    /// runtime::task_local! {
    ///     static NUMBER: u32;
    /// }
    ///
    /// let scope: TaskLocalFuture<u32, Ready<&str>> = NUMBER.scope(1, std::future::ready("done"));
    /// assert_eq!(runtime::block_on(scope), "done");
    /// ```
    #[must_use = "futures do nothing unless awaited"]
    pub struct TaskLocalFuture<T: 'static, F> {
        key: &'static LocalKey<T>,
        // The value between two polls; during one, what was in its place before.
        value: Option<T>,
        #[pin]
        future: Option<F>,
    }

    impl<T: 'static, F> PinnedDrop for TaskLocalFuture<T, F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if this.future.is_some() {
                // Where it cannot have its value, it is dropped without.
                let _ = this.key.lend(this.value, || this.future.set(None));
            }
        }
    }
}

impl<T: 'static, F> TaskLocalFuture<T, F> {
    /// Takes the value back when the future is at its end, or before: then the key has no value in what is left of it.
    ///
    /// ```
    /// use std::cell::Cell;
    /// use std::pin::pin;
    ///
    /// runtime::task_local! {
    ///     static COUNT: Cell<u32>;
    /// }
    ///
    /// runtime::block_on(async {
    ///     let mut counting = pin!(COUNT.scope(Cell::new(0), async { COUNT.with(|count| count.set(3)) }));
    ///     counting.as_mut().await;
    ///     assert_eq!(counting.take_value().unwrap().get(), 3);
    /// });
    /// ```
    pub fn take_value(self: Pin<&mut Self>) -> Option<T> {
        self.project().value.take()
    }
}

impl<T: 'static, F: Future> Future for TaskLocalFuture<T, F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        let polled = this.key.lend(this.value, || {
            let future = this.future.as_mut().as_pin_mut();
            let poll = future
                .expect("the future of `scope` was polled after its end")
                .poll(cx);
            if poll.is_ready() {
                this.future.set(None); // While it has its value.
            }
            poll
        });
        match polled {
            Ok(poll) => poll,
            Err(refused) => refused.panic(),
        }
    }
}

impl<T: 'static, F> fmt::Debug for TaskLocalFuture<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskLocalFuture").finish_non_exhaustive()
    }
}

/// There is no task-local value here: it is looked for outside of the key's scopes. The error of
/// [`LocalKey::try_with`].
///
/// ```
/// use runtime::task::AccessError;
///
/// runtime::task_local! {
///     static NUMBER: u32;
/// }
///
/// let error: AccessError = NUMBER.try_with(|_| ()).unwrap_err();
/// assert!(error.to_string().contains("outside of its scope"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessError(());

impl fmt::Display for AccessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a task-local value was looked for outside of its scope: call this within `scope` or `sync_scope` of its key",
        )
    }
}

impl Error for AccessError {}
