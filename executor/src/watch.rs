//! Whoever wants to be told of each poll as it begins and ends; it knows nothing of clocks.

use std::panic::Location;

use crate::cell::Id;

/// Is told of each poll as it begins and when it has ended; `None` is the future that the loop itself polls.
///
/// What it does should be short: it stands between the polls. A panic in it is caught.
///
/// ```
/// # use std::cell::Cell;
/// # use std::panic::Location;
/// # use std::rc::Rc;
/// # use std::task::Waker;
/// # use executor::{Executor, Id, Step};
/// use executor::Watch;
///
/// #[derive(Default)]
/// struct Count(Cell<u32>);
/// impl Watch for Count {
///     fn poll_began(&self, _: Option<Id>, _: &'static Location<'static>) {}
///     fn poll_ended(&self, _: Option<Id>) {
///         self.0.set(self.0.get() + 1);
///     }
/// }
/// let count = Rc::new(Count::default());
/// # let executor = Executor::new(Waker::noop().clone());
/// executor.watch(count.clone());
/// executor.spawn(executor::yield_now());
/// # let entered = executor.enter();
/// # while entered.step() != Step::Idle {}
/// assert_eq!(count.0.get(), 2);
/// ```
pub trait Watch {
    /// A poll begins, or the dropping of a future that was cancelled.
    fn poll_began(&self, task: Option<Id>, spawned_at: &'static Location<'static>);
    /// It has ended, and the task stands where it belongs.
    fn poll_ended(&self, task: Option<Id>);
}
