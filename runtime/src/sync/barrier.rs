//! A point that a number of tasks pass together.

use super::turn::{Queue, Turn};
use super::waiters::{Call, Waiters};

/// Holds tasks back until so many have come, and lets them go on together. Then it begins anew.
///
/// The name is tokio's. What differs: it is local; and a task that gives up waiting (its future is dropped) is no
/// longer counted, so that nobody goes on before so many are really there.
///
/// ```
/// use std::rc::Rc;
/// use runtime::sync::Barrier;
///
/// runtime::block_on(async {
///     let barrier = Rc::new(Barrier::new(3));
///     let tasks = [1, 2, 3].map(|_| {
///         let barrier = barrier.clone();
///         runtime::spawn(async move { barrier.wait().await.is_leader() })
///     });
///     let mut leaders = 0;
///     for task in tasks {
///         leaders += u32::from(task.await.unwrap());
///     }
///     assert_eq!(leaders, 1);
/// });
/// ```
#[derive(Debug)]
pub struct Barrier {
    waiters: Waiters,
    /// How many pass together, without the one that comes last.
    before_the_last: usize,
}

impl Barrier {
    /// One that so many tasks pass together; 0 is as 1, which holds nobody back.
    ///
    /// ```
    /// use runtime::sync::Barrier;
    ///
    /// let barrier = Barrier::new(1);
    /// assert!(runtime::block_on(barrier.wait()).is_leader());
    /// ```
    pub const fn new(tasks: usize) -> Self {
        Barrier {
            waiters: Waiters::new(),
            before_the_last: tasks.saturating_sub(1),
        }
    }

    /// Waits until so many tasks wait here. The last one to come is the leader.
    ///
    /// # Cancel safety
    /// A future that is dropped before the last one has come is not counted any more. Afterwards the others go on, and
    /// have lost nothing.
    ///
    /// ```
    /// use runtime::sync::Barrier;
    ///
    /// runtime::block_on(async {
    ///     let barrier = Barrier::new(2);
    ///     let (first, last) = runtime::join!(barrier.wait(), barrier.wait());
    ///     assert!(!first.is_leader() && last.is_leader());
    /// });
    /// ```
    pub async fn wait(&self) -> BarrierWaitResult {
        let call = Turn::new(self, ()).await;
        BarrierWaitResult(call == Call::InTurn)
    }
}

impl Queue for Barrier {
    type Want = ();

    fn waiters(&self) -> &Waiters {
        &self.waiters
    }

    /// The last one waits for nobody, and calls the others.
    fn take(&self, (): ()) -> Option<Call> {
        if self.waiters.len() < self.before_the_last {
            return None;
        }
        self.waiters.call_all();
        Some(Call::InTurn)
    }

    fn left(&self, (): (), _: Option<Call>) {}
}

/// Whether a task was the one that came last to a [`Barrier`].
///
/// ```
/// use runtime::sync::{Barrier, BarrierWaitResult};
///
/// let result: BarrierWaitResult = runtime::block_on(Barrier::new(1).wait());
/// assert!(result.is_leader());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct BarrierWaitResult(bool);

impl BarrierWaitResult {
    /// True for one of the tasks that passed together: the last one that came.
    ///
    /// ```
    /// use runtime::sync::Barrier;
    ///
    /// assert!(runtime::block_on(Barrier::new(1).wait()).is_leader());
    /// ```
    pub fn is_leader(&self) -> bool {
        self.0
    }
}
