//! A set of tasks, joined in the order in which they end; it knows nothing of how tasks run.

mod member;

use std::fmt;
use std::future::{Future, poll_fn};
use std::mem;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker, ready};

use executor::{AbortHandle, JoinError, JoinHandle};
use reactor::{Handle, budget};
use slab::Slab;

use self::member::{Ended, Member};

/// Tasks that give values of one type, to be joined as they end. Dropping the set aborts those that are left.
///
/// Each task says by itself when it has ended: joining one costs the same among ten and among ten thousand. The set is
/// not `Send`, like its tasks, and belongs to no runtime: [`spawn`](Self::spawn) takes the current one, and when a
/// runtime is dropped its tasks are joined as cancelled.
///
/// # From within its own tasks
/// A task may spawn into its own set, or drop it, if it shares it with whoever joins. But who joins must not keep it
/// borrowed while it waits, as [`join_next`](Self::join_next) does. Then [`poll_join_next`](Self::poll_join_next)
/// serves:
///
/// ```
/// use std::cell::RefCell;
/// use std::future::poll_fn;
/// use std::rc::Rc;
/// use runtime::task::JoinSet;
///
/// runtime::block_on(async {
///     let set = Rc::new(RefCell::new(JoinSet::new()));
///     let shared = Rc::downgrade(&set); // The set has the task, so the task must not have the set.
///     set.borrow_mut().spawn(async move {
///         if let Some(set) = shared.upgrade() {
///             set.borrow_mut().spawn(async { "the task's task" });
///         }
///         "the first task"
///     });
///     let mut told = Vec::new();
///     while let Some(word) = poll_fn(|cx| set.borrow_mut().poll_join_next(cx)).await {
///         told.push(word.unwrap());
///     }
///     assert_eq!(told, ["the first task", "the task's task"]);
/// });
/// ```
///
/// A task that drops its own set is aborted with the others, when its poll is over.
///
/// # Example
///
/// ```
/// use runtime::task::{JoinSet, yield_now};
///
/// runtime::block_on(async {
///     let mut set = JoinSet::new();
///     set.spawn(async {
///         yield_now().await;
///         "slow"
///     });
///     set.spawn(async { "quick" });
///     assert_eq!(set.join_next().await.unwrap().unwrap(), "quick");
///     assert_eq!(set.join_next().await.unwrap().unwrap(), "slow");
///     assert!(set.join_next().await.is_none());
/// });
/// ```
#[must_use = "dropping the set aborts its tasks"]
pub struct JoinSet<T> {
    /// A task's place is its key in here.
    handles: Slab<JoinHandle<T>>,
    ended: Rc<Ended>,
}

impl<T> JoinSet<T> {
    /// Makes an empty set. It needs no runtime.
    ///
    /// ```
    /// let set = runtime::task::JoinSet::<u8>::new();
    /// assert!(set.is_empty());
    /// ```
    pub fn new() -> Self {
        JoinSet {
            handles: Slab::new(),
            ended: Rc::default(),
        }
    }

    /// Spawns a task on the current runtime, as a member of the set.
    ///
    /// # Panics
    /// Outside of a runtime.
    ///
    /// ```
    /// use std::future::pending;
    /// use runtime::task::JoinSet;
    ///
    /// runtime::block_on(async {
    ///     let mut set = JoinSet::new();
    ///     let endless = set.spawn(pending::<()>());
    ///     endless.abort();
    ///     let error = set.join_next().await.unwrap().unwrap_err();
    ///     assert!(error.is_cancelled());
    ///     assert_eq!(error.id(), endless.id());
    /// });
    /// ```
    #[track_caller]
    pub fn spawn<F>(&mut self, future: F) -> AbortHandle
    where
        F: Future<Output = T> + 'static,
        T: 'static,
    {
        // Asked before there is a member: one that nobody spawned would give notice when it is dropped.
        drop(Handle::current("JoinSet::spawn"));
        let place = self.handles.vacant_key();
        let handle = executor::spawn(Member::new(future, &self.ended, place));
        let abort = handle.abort_handle();
        self.handles.insert(handle);
        abort
    }

    /// Waits until another task has ended, and gives its value, or the [`JoinError`] if it panicked or was cancelled.
    /// `None` when the set is empty.
    ///
    /// Each counts as one of the operations that a task may do in one poll, so that a flood of them holds nobody up.
    ///
    /// # Cancel safety
    /// Dropping the future loses nothing: no task leaves the set but with its result.
    ///
    /// ```
    /// use runtime::task::JoinSet;
    ///
    /// runtime::block_on(async {
    ///     let mut set: JoinSet<u32> = (1..=4).map(|n| async move { n * n }).collect();
    ///     let mut sum = 0;
    ///     while let Some(square) = set.join_next().await {
    ///         sum += square.unwrap();
    ///     }
    ///     assert_eq!(sum, 30);
    /// });
    /// ```
    pub async fn join_next(&mut self) -> Option<Result<T, JoinError>> {
        poll_fn(|cx| self.poll_join_next(cx)).await
    }

    /// [`join_next`](Self::join_next) as a poll, for sets that are shared with their own tasks. Of several wakers the
    /// last one is called.
    ///
    /// ```
    /// use std::task::{Context, Poll, Waker};
    /// use runtime::task::{JoinSet, yield_now};
    ///
    /// runtime::block_on(async {
    ///     let mut set = JoinSet::new();
    ///     set.spawn(async { 6 * 7 });
    ///     let mut cx = Context::from_waker(Waker::noop());
    ///     assert!(set.poll_join_next(&mut cx).is_pending());
    ///     yield_now().await;
    ///     assert!(matches!(set.poll_join_next(&mut cx), Poll::Ready(Some(Ok(42)))));
    ///     assert!(matches!(set.poll_join_next(&mut cx), Poll::Ready(None)));
    /// });
    /// ```
    pub fn poll_join_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, JoinError>>> {
        if self.handles.is_empty() {
            return Poll::Ready(None);
        }
        ready!(budget::poll_left(cx));
        let Some(place) = self.ended.take_first() else {
            self.ended.keep_waiter(cx.waker());
            return Poll::Pending;
        };
        let Poll::Ready(result) = Pin::new(&mut self.handles[place]).poll(cx) else {
            // Its future is gone, and what else is dropped at its end asks us. It wakes us when that is over.
            self.ended.put_back(place);
            return Poll::Pending;
        };
        drop(self.handles.remove(place));
        budget::spend();
        Poll::Ready(Some(result))
    }

    /// The result of a task that has ended already, if there is one. It spends nothing of a task's budget.
    ///
    /// ```
    /// use runtime::task::{JoinSet, yield_now};
    ///
    /// runtime::block_on(async {
    ///     let mut set = JoinSet::new();
    ///     set.spawn(async { 6 * 7 });
    ///     assert!(set.try_join_next().is_none());
    ///     yield_now().await; // Its turn.
    ///     assert_eq!(set.try_join_next().unwrap().unwrap(), 42);
    /// });
    /// ```
    pub fn try_join_next(&mut self) -> Option<Result<T, JoinError>> {
        let place = self.ended.take_first()?;
        if !self.handles[place].is_finished() {
            self.ended.put_back(place); // As above.
            return None;
        }
        let mut handle = self.handles.remove(place);
        match Pin::new(&mut handle).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(result) => Some(result),
            Poll::Pending => unreachable!("a task that has ended has a result"),
        }
    }

    /// Aborts every task of the set. They stay in it until they are joined; those that have ended before keep their
    /// results.
    ///
    /// ```
    /// use std::future::pending;
    /// use runtime::task::JoinSet;
    ///
    /// runtime::block_on(async {
    ///     let mut set: JoinSet<()> = (0..3).map(|_| pending()).collect();
    ///     set.abort_all();
    ///     assert_eq!(set.len(), 3);
    ///     while let Some(result) = set.join_next().await {
    ///         assert!(result.unwrap_err().is_cancelled());
    ///     }
    /// });
    /// ```
    pub fn abort_all(&mut self) {
        self.handles.iter().for_each(|(_, handle)| handle.abort());
    }

    /// Aborts every task and waits until all have ended: then everything that they had is dropped. Their results are
    /// dropped, too, and so are panics.
    ///
    /// # Cancel safety
    /// Dropping the future leaves the tasks aborted, and those that were not waited for in the set.
    ///
    /// ```
    /// use std::future::pending;
    /// use std::rc::Rc;
    /// use runtime::task::JoinSet;
    ///
    /// runtime::block_on(async {
    ///     let shared = Rc::new("in use");
    ///     let theirs = shared.clone();
    ///     let mut set = JoinSet::new();
    ///     set.spawn(async move {
    ///         pending::<()>().await;
    ///         drop(theirs);
    ///     });
    ///     set.shutdown().await;
    ///     assert!(set.is_empty());
    ///     assert_eq!(Rc::strong_count(&shared), 1);
    /// });
    /// ```
    pub async fn shutdown(&mut self) {
        self.abort_all();
        while self.join_next().await.is_some() {}
    }

    /// Lets go of every task: they go on, and their results are dropped when they have them. The set is empty then,
    /// and may be used again.
    ///
    /// ```
    /// use std::cell::Cell;
    /// use std::rc::Rc;
    /// use runtime::task::{JoinSet, yield_now};
    ///
    /// runtime::block_on(async {
    ///     let done = Rc::new(Cell::new(false));
    ///     let theirs = done.clone();
    ///     let mut set = JoinSet::new();
    ///     set.spawn(async move { theirs.set(true) });
    ///     set.detach_all();
    ///     assert!(set.is_empty());
    ///     yield_now().await;
    ///     assert!(done.get());
    /// });
    /// ```
    pub fn detach_all(&mut self) {
        // Those that let go of here give notice to nobody, also when others have their places.
        let ended = mem::take(&mut self.ended);
        let handles = mem::take(&mut self.handles);
        ended.wake(); // Whoever waits finds the set empty.
        drop(handles);
    }

    /// How many tasks are in the set: those that run, and those that have ended and were not joined.
    ///
    /// ```
    /// use runtime::task::JoinSet;
    ///
    /// runtime::block_on(async {
    ///     let mut set: JoinSet<()> = (0..3).map(|_| async {}).collect();
    ///     assert_eq!(set.len(), 3);
    ///     set.join_next().await;
    ///     assert_eq!(set.len(), 2);
    /// });
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.handles.len()
    }

    /// True when there is nobody left to join.
    ///
    /// ```
    /// use runtime::task::JoinSet;
    ///
    /// runtime::block_on(async {
    ///     let mut set = JoinSet::new();
    ///     assert!(set.is_empty());
    ///     set.spawn(async {});
    ///     assert!(!set.is_empty());
    /// });
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.handles.is_empty()
    }

    /// Waits for all of the tasks, and gives their values in the order in which they ended.
    ///
    /// # Panics
    /// With the first panic of a task, which goes on here, and if a task was cancelled. The other tasks are aborted
    /// then; to have each result, call [`join_next`](Self::join_next).
    ///
    /// # Cancel safety
    /// Dropping the future drops the set: the tasks are aborted, and the values so far are lost.
    ///
    /// ```
    /// use runtime::task::JoinSet;
    ///
    /// runtime::block_on(async {
    ///     let set: JoinSet<u32> = (1..=3).map(|n| async move { n * n }).collect();
    ///     assert_eq!(set.join_all().await, [1, 4, 9]);
    /// });
    /// ```
    pub async fn join_all(mut self) -> Vec<T> {
        let mut values = Vec::with_capacity(self.len());
        while let Some(result) = self.join_next().await {
            match result.map_err(JoinError::try_into_panic) {
                Ok(value) => values.push(value),
                Err(Ok(payload)) => resume_unwind(payload),
                Err(Err(cancelled)) => panic!("`JoinSet::join_all`: {cancelled}"),
            }
        }
        values
    }
}

impl<T> Default for JoinSet<T> {
    fn default() -> Self {
        JoinSet::new()
    }
}

/// Spawns each of the futures, on the current runtime.
///
/// # Panics
/// Outside of a runtime.
impl<F: Future + 'static> FromIterator<F> for JoinSet<F::Output> {
    fn from_iter<I: IntoIterator<Item = F>>(futures: I) -> Self {
        let mut set = JoinSet::new();
        for future in futures {
            set.spawn(future);
        }
        set
    }
}

impl<T> Drop for JoinSet<T> {
    fn drop(&mut self) {
        self.abort_all();
    }
}

impl<T> fmt::Debug for JoinSet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinSet")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}
