//! A value that is made once, by a future, when it is first asked for.

use std::cell;
use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::future::Future;

use super::gate::Gate;

/// A place for one value, which an async initialiser fills: a connection, a configuration that is fetched.
///
/// Any number of tasks may ask at once: one initialiser runs, and the others wait for what it gives. If it fails,
/// panics or is dropped, the one who waits longest runs its own. It is local: the value need not be `Send`.
///
/// An initialiser that asks the cell it is to fill waits for ever.
///
/// The name is tokio's. What differs: it is local, and so [`SetError::InitializingError`] tells of a task that waits in
/// its initialiser, never of a race.
///
/// ```
/// use runtime::sync::OnceCell;
/// use runtime::task::yield_now;
///
/// async fn fetch() -> String {
///     yield_now().await; // It asks a server.
///     "settings".to_owned()
/// }
///
/// runtime::block_on(async {
///     let settings = OnceCell::new();
///     let (one, two) = runtime::join!(settings.get_or_init(fetch), settings.get_or_init(fetch));
///     assert!(std::ptr::eq(one, two));
/// });
/// ```
pub struct OnceCell<T> {
    /// Whoever is inside makes the value; when it is there the gate stands open.
    gate: Gate,
    value: cell::OnceCell<T>,
}

impl<T> OnceCell<T> {
    /// An empty one.
    ///
    /// ```
    /// use runtime::sync::OnceCell;
    ///
    /// thread_local!(static NAME: OnceCell<String> = const { OnceCell::new() });
    /// NAME.with(|name| assert_eq!(name.get(), None));
    /// ```
    pub const fn new() -> Self {
        OnceCell {
            gate: Gate::new(),
            value: cell::OnceCell::new(),
        }
    }

    /// One that has its value already, or an empty one.
    ///
    /// ```
    /// use runtime::sync::OnceCell;
    ///
    /// assert_eq!(OnceCell::new_with(Some(1)).get(), Some(&1));
    /// assert_eq!(OnceCell::<i32>::new_with(None).get(), None);
    /// ```
    pub fn new_with(value: Option<T>) -> Self {
        match value {
            Some(value) => OnceCell::from(value),
            None => OnceCell::new(),
        }
    }

    /// The value, if it is there.
    ///
    /// ```
    /// use runtime::sync::OnceCell;
    ///
    /// let cell = OnceCell::new();
    /// assert_eq!(cell.get(), None);
    /// cell.set(1).unwrap();
    /// assert_eq!(cell.get(), Some(&1));
    /// ```
    pub fn get(&self) -> Option<&T> {
        self.value.get()
    }

    /// The value, to be changed, if it is there.
    ///
    /// ```
    /// use runtime::sync::OnceCell;
    ///
    /// let mut cell = OnceCell::from(1);
    /// *cell.get_mut().unwrap() += 1;
    /// assert_eq!(cell.get(), Some(&2));
    /// ```
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.value.get_mut()
    }

    /// True if the value is there.
    ///
    /// ```
    /// use runtime::sync::OnceCell;
    ///
    /// assert!(OnceCell::from(1).initialized());
    /// ```
    pub fn initialized(&self) -> bool {
        self.get().is_some()
    }

    /// Fills the cell, if it is empty and nobody is about to fill it.
    ///
    /// # Errors
    /// [`SetError`], which gives the value back.
    ///
    /// ```
    /// use runtime::sync::{OnceCell, SetError};
    ///
    /// let cell = OnceCell::new();
    /// assert_eq!(cell.set(1), Ok(()));
    /// assert_eq!(cell.set(2), Err(SetError::AlreadyInitializedError(2)));
    /// ```
    pub fn set(&self, value: T) -> Result<(), SetError<T>> {
        if self.initialized() {
            return Err(SetError::AlreadyInitializedError(value));
        }
        let Some(held) = self.gate.try_enter() else {
            return Err(SetError::InitializingError(value));
        };
        let set = self.value.set(value);
        assert!(set.is_ok(), "{ONE_AT_A_TIME}");
        held.finish();
        Ok(())
    }

    /// The value; if it is not there, `init` makes it, or somebody else who is about to.
    ///
    /// # Cancel safety
    /// If the future is dropped while it runs `init`, that is dropped, and the one who waits longest runs its own. If
    /// it is dropped while it waits, nothing happens.
    ///
    /// ```
    /// use runtime::sync::OnceCell;
    ///
    /// runtime::block_on(async {
    ///     let cell = OnceCell::new();
    ///     assert_eq!(cell.get_or_init(async || 1).await, &1);
    ///     assert_eq!(cell.get_or_init(async || 2).await, &1);
    /// });
    /// ```
    pub async fn get_or_init<F, Fut>(&self, init: F) -> &T
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = T>,
    {
        let made = self.get_or_try_init(|| async { Ok::<T, Infallible>(init().await) });
        match made.await {
            Ok(value) => value,
            Err(never) => match never {},
        }
    }

    /// The value; if it is not there, `init` makes it or fails, or somebody else who is about to.
    ///
    /// # Cancel safety
    /// As with [`get_or_init`](OnceCell::get_or_init).
    ///
    /// # Errors
    /// That of its own `init`. The cell stays empty then, and the one who waits longest runs its own.
    ///
    /// ```
    /// use runtime::sync::OnceCell;
    ///
    /// runtime::block_on(async {
    ///     let cell = OnceCell::new();
    ///     assert_eq!(cell.get_or_try_init(async || Err("no")).await, Err("no"));
    ///     assert_eq!(cell.get_or_try_init(async || Ok::<_, &str>(1)).await, Ok(&1));
    /// });
    /// ```
    pub async fn get_or_try_init<E, F, Fut>(&self, init: F) -> Result<&T, E>
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<T, E>>,
    {
        if let Some(held) = self.gate.enter().await {
            let value = init().await?;
            let set = self.value.set(value);
            assert!(set.is_ok(), "{ONE_AT_A_TIME}");
            held.finish();
        }
        Ok(self
            .get()
            .expect("the gate stands open when the value is there"))
    }

    /// The value, without the cell, if it is there.
    ///
    /// ```
    /// use runtime::sync::OnceCell;
    ///
    /// assert_eq!(OnceCell::from(1).into_inner(), Some(1));
    /// ```
    pub fn into_inner(self) -> Option<T> {
        self.value.into_inner()
    }

    /// Takes the value out, if it is there: the cell is empty then, and may be filled anew.
    ///
    /// ```
    /// use runtime::sync::OnceCell;
    ///
    /// let mut cell = OnceCell::from(1);
    /// assert_eq!(cell.take(), Some(1));
    /// assert_eq!(cell.set(2), Ok(()));
    /// ```
    pub fn take(&mut self) -> Option<T> {
        std::mem::take(self).into_inner()
    }
}

const ONE_AT_A_TIME: &str = "only whoever is inside of the gate fills the cell";

impl<T> Default for OnceCell<T> {
    fn default() -> Self {
        OnceCell::new()
    }
}

impl<T: Clone> Clone for OnceCell<T> {
    fn clone(&self) -> Self {
        OnceCell::new_with(self.get().cloned())
    }
}

impl<T: PartialEq> PartialEq for OnceCell<T> {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl<T: Eq> Eq for OnceCell<T> {}

impl<T> From<T> for OnceCell<T> {
    fn from(value: T) -> Self {
        OnceCell {
            gate: Gate::done(),
            value: cell::OnceCell::from(value),
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for OnceCell<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

/// Why a [`OnceCell`] was not filled, with the value.
///
/// ```
/// use runtime::sync::{OnceCell, SetError};
///
/// let error: SetError<i32> = OnceCell::from(1).set(2).unwrap_err();
/// assert!(error.is_already_init_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetError<T> {
    /// The cell has a value.
    AlreadyInitializedError(T),
    /// A task is about to fill it.
    InitializingError(T),
}

impl<T> SetError<T> {
    /// True if the cell has a value.
    ///
    /// ```
    /// use runtime::sync::OnceCell;
    ///
    /// assert!(OnceCell::from(1).set(2).unwrap_err().is_already_init_err());
    /// ```
    pub fn is_already_init_err(&self) -> bool {
        matches!(self, SetError::AlreadyInitializedError(_))
    }

    /// True if a task is about to fill the cell.
    ///
    /// ```
    /// use runtime::future::poll_once;
    /// use runtime::sync::OnceCell;
    ///
    /// runtime::block_on(async {
    ///     let cell = OnceCell::new();
    ///     let mut filling = Box::pin(cell.get_or_init(|| std::future::pending()));
    ///     assert!(poll_once(&mut filling).await.is_none());
    ///     assert!(cell.set(1).unwrap_err().is_initializing_err());
    /// });
    /// ```
    pub fn is_initializing_err(&self) -> bool {
        matches!(self, SetError::InitializingError(_))
    }
}

impl<T> fmt::Display for SetError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SetError::AlreadyInitializedError(_) => "the cell has its value already",
            SetError::InitializingError(_) => "a task is about to fill the cell",
        })
    }
}

impl<T: fmt::Debug> Error for SetError<T> {}
