//! Why a task gave no value; it knows nothing of how tasks run.

use std::any::Any;
use std::fmt;
use std::sync::Mutex;

use crate::cell::Id;

/// A task ended without a value: it panicked, or it was cancelled.
///
/// A task is cancelled by [`JoinHandle::abort`](crate::JoinHandle::abort), or because its runtime was dropped.
///
/// ```
/// # use std::{pin::Pin, task::{Context, Poll, Waker}};
/// # use executor::{Executor, Step};
/// # let executor = Executor::new(Waker::noop().clone());
/// # use ::executor as runtime;
/// # let mut shown = executor.spawn(async {
/// let handle = runtime::spawn(std::future::pending::<()>());
/// handle.abort();
/// let error = handle.await.unwrap_err();
/// assert!(error.is_cancelled() && !error.is_panic());
/// # });
/// # let entered = executor.enter();
/// # while entered.step() != Step::Idle {}
/// # let mut cx = Context::from_waker(Waker::noop());
/// # assert!(matches!(Pin::new(&mut shown).poll(&mut cx), Poll::Ready(Ok(()))));
/// ```
pub struct JoinError {
    id: Id,
    cause: Cause,
}

enum Cause {
    Cancelled,
    /// A payload is `Send` but not `Sync`. The mutex makes the error `Sync`, so that it fits into
    /// `Box<dyn Error + Send + Sync>`; it is locked only to read the panic's words.
    ///
    /// In a box, because every task's cell has room for an error.
    Panic(Box<Mutex<Box<dyn Any + Send + 'static>>>),
}

impl JoinError {
    pub(crate) fn cancelled(id: Id) -> Self {
        JoinError {
            id,
            cause: Cause::Cancelled,
        }
    }

    pub(crate) fn panicked(id: Id, payload: Box<dyn Any + Send + 'static>) -> Self {
        JoinError {
            id,
            cause: Cause::Panic(Box::new(Mutex::new(payload))),
        }
    }

    /// True when the task was aborted, or its runtime was dropped before it ended.
    ///
    /// ```
    /// # use std::{pin::Pin, task::{Context, Poll, Waker}};
    /// # use executor::{Executor, Step};
    /// # use ::executor as runtime;
    /// # let executor = Executor::new(Waker::noop().clone());
    /// # let mut shown = executor.spawn(async {
    /// let handle = runtime::spawn(std::future::pending::<()>());
    /// handle.abort();
    /// assert!(handle.await.unwrap_err().is_cancelled());
    /// # });
    /// # let entered = executor.enter();
    /// # while entered.step() != Step::Idle {}
    /// # let mut cx = Context::from_waker(Waker::noop());
    /// # assert!(matches!(Pin::new(&mut shown).poll(&mut cx), Poll::Ready(Ok(()))));
    /// ```
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        matches!(self.cause, Cause::Cancelled)
    }

    /// True when the task, or the destructor of its future, panicked.
    ///
    /// ```
    /// # use std::{pin::Pin, task::{Context, Poll, Waker}};
    /// # use executor::{Executor, Step};
    /// # use ::executor as runtime;
    /// # let executor = Executor::new(Waker::noop().clone());
    /// # let mut shown = executor.spawn(async {
    /// let handle = runtime::spawn(async { panic!("oh no") });
    /// let error = handle.await.unwrap_err();
    /// assert!(error.is_panic());
    /// assert!(error.to_string().ends_with("panicked: oh no"));
    /// # });
    /// # let entered = executor.enter();
    /// # while entered.step() != Step::Idle {}
    /// # let mut cx = Context::from_waker(Waker::noop());
    /// # assert!(matches!(Pin::new(&mut shown).poll(&mut cx), Poll::Ready(Ok(()))));
    /// ```
    #[must_use]
    pub fn is_panic(&self) -> bool {
        matches!(self.cause, Cause::Panic(_))
    }

    /// Which task this was.
    ///
    /// ```
    /// # use std::{pin::Pin, task::{Context, Poll, Waker}};
    /// # use executor::{Executor, Step};
    /// # use ::executor as runtime;
    /// # let executor = Executor::new(Waker::noop().clone());
    /// # let mut shown = executor.spawn(async {
    /// let handle = runtime::spawn(async { panic!("oh no") });
    /// let id = handle.id();
    /// let error = handle.await.unwrap_err();
    /// assert_eq!(error.id(), id);
    /// # });
    /// # let entered = executor.enter();
    /// # while entered.step() != Step::Idle {}
    /// # let mut cx = Context::from_waker(Waker::noop());
    /// # assert!(matches!(Pin::new(&mut shown).poll(&mut cx), Poll::Ready(Ok(()))));
    /// ```
    #[must_use]
    pub fn id(&self) -> Id {
        self.id
    }

    /// The panic's payload, for [`std::panic::resume_unwind`].
    ///
    /// # Panics
    /// If the task was cancelled; [`try_into_panic`](Self::try_into_panic) does not.
    ///
    /// ```
    /// # use std::{pin::Pin, task::{Context, Poll, Waker}};
    /// # use executor::{Executor, Step};
    /// # use ::executor as runtime;
    /// # let executor = Executor::new(Waker::noop().clone());
    /// # let mut shown = executor.spawn(async {
    /// let handle = runtime::spawn(async { panic!("oh no") });
    /// let error = handle.await.unwrap_err();
    /// let payload = error.into_panic();
    /// assert_eq!(payload.downcast_ref(), Some(&"oh no"));
    /// # });
    /// # let entered = executor.enter();
    /// # while entered.step() != Step::Idle {}
    /// # let mut cx = Context::from_waker(Waker::noop());
    /// # assert!(matches!(Pin::new(&mut shown).poll(&mut cx), Poll::Ready(Ok(()))));
    /// ```
    #[must_use]
    #[track_caller]
    pub fn into_panic(self) -> Box<dyn Any + Send + 'static> {
        match self.try_into_panic() {
            Ok(payload) => payload,
            Err(error) => panic!("`JoinError::into_panic` on a task that did not panic: {error}"),
        }
    }

    /// The panic's payload.
    ///
    /// # Errors
    /// The error itself, if the task was cancelled.
    ///
    /// ```
    /// # use std::{pin::Pin, task::{Context, Poll, Waker}};
    /// # use executor::{Executor, Step};
    /// # use ::executor as runtime;
    /// # let executor = Executor::new(Waker::noop().clone());
    /// # let mut shown = executor.spawn(async {
    /// let handle = runtime::spawn(std::future::pending::<()>());
    /// handle.abort();
    /// let error = handle.await.unwrap_err();
    /// let error = error.try_into_panic().unwrap_err(); // It was no panic.
    /// assert!(error.is_cancelled());
    /// # });
    /// # let entered = executor.enter();
    /// # while entered.step() != Step::Idle {}
    /// # let mut cx = Context::from_waker(Waker::noop());
    /// # assert!(matches!(Pin::new(&mut shown).poll(&mut cx), Poll::Ready(Ok(()))));
    /// ```
    pub fn try_into_panic(self) -> Result<Box<dyn Any + Send + 'static>, JoinError> {
        match self.cause {
            Cause::Panic(payload) => Ok((*payload).into_inner().unwrap_or_else(|e| e.into_inner())),
            Cause::Cancelled => Err(self),
        }
    }

    /// The words of the panic, if it had words, as `panic!("…")` gives them.
    fn panic_message(&self) -> Option<String> {
        let Cause::Panic(payload) = &self.cause else {
            return None;
        };
        let payload = payload.lock().unwrap_or_else(|e| e.into_inner());
        let words = payload.downcast_ref::<&'static str>().copied();
        words
            .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
            .map(str::to_owned)
    }
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.cause, self.panic_message()) {
            (Cause::Cancelled, _) => write!(f, "task {} was cancelled", self.id),
            (Cause::Panic(_), Some(words)) => write!(f, "task {} panicked: {words}", self.id),
            (Cause::Panic(_), None) => write!(f, "task {} panicked", self.id),
        }
    }
}

impl fmt::Debug for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.cause, self.panic_message()) {
            (Cause::Cancelled, _) => write!(f, "JoinError::Cancelled({:?})", self.id),
            (Cause::Panic(_), words) => write!(
                f,
                "JoinError::Panic({:?}, {:?})",
                self.id,
                words.as_deref().unwrap_or("…")
            ),
        }
    }
}

impl std::error::Error for JoinError {}

/// As [`io::ErrorKind::Other`](std::io::ErrorKind::Other), so that `?` works where I/O is done.
impl From<JoinError> for std::io::Error {
    fn from(error: JoinError) -> Self {
        std::io::Error::other(error)
    }
}
