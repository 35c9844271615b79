//! How many operations a task may still do in this poll; it knows nothing of tasks or operations.
//!
//! A reader whose socket is always ready never meets a `Pending`, and so it would hold the loop for ever. The loop
//! refills the budget before every poll, each operation that was done takes one, and when nothing is left the next one
//! wakes its task and gives `Pending` instead of trying. The idea is tokio's cooperative scheduling.
//!
//! Outside the loop there is no budget: a future that some other executor polls has nobody who would refill it.

use std::cell::Cell;
use std::task::{Context, Poll};

/// Operations in one poll of one task.
///
/// ```
/// # use reactor::budget;
/// budget::refill(); // The budget of one poll.
/// assert_eq!(budget::refill(), 0); // Nothing was spent.
/// assert_eq!(budget::OPERATIONS_PER_POLL, 128);
/// ```
pub const OPERATIONS_PER_POLL: u32 = 128;

const UNLIMITED: u32 = u32::MAX;

thread_local! {
    static LEFT: Cell<u32> = const { Cell::new(UNLIMITED) };
}

/// Grants the next poll its full budget, and tells how many operations the last one has spent. The loop calls it
/// before every poll.
///
/// ```
/// # use reactor::budget;
/// budget::refill();
/// budget::spend();
/// budget::spend();
/// assert_eq!(budget::refill(), 2);
/// ```
#[inline]
pub fn refill() -> u32 {
    let left = LEFT.try_with(|left| left.replace(OPERATIONS_PER_POLL));
    left.map_or(0, |left| OPERATIONS_PER_POLL.saturating_sub(left))
}

/// Lifts the limit: the loop ends, or runs user code that is no poll.
///
/// ```
/// # use std::task::{Context, Waker};
/// # use reactor::budget;
/// # let mut cx = Context::from_waker(Waker::noop());
/// budget::refill();
/// budget::lift();
/// for _ in 0..2 * budget::OPERATIONS_PER_POLL {
///     assert!(budget::poll_spend(&mut cx).is_ready());
/// }
/// ```
#[inline]
pub fn lift() {
    let _ = LEFT.try_with(|left| left.set(UNLIMITED));
}

/// Ready while something is left of the budget. When nothing is, wakes the task, which goes on in its next poll.
///
/// An operation asks this first, and [spends](spend) only when it was done. One that has to wait has cost nothing: a
/// task may wait for any number of them, and each has its turn.
///
/// ```
/// # use std::task::{Context, Waker};
/// # use reactor::budget;
/// # let mut cx = Context::from_waker(Waker::noop());
/// budget::refill();
/// assert!(budget::poll_left(&mut cx).is_ready());
/// (0..budget::OPERATIONS_PER_POLL).for_each(|_| budget::spend());
/// assert!(budget::poll_left(&mut cx).is_pending());
/// ```
#[inline]
pub fn poll_left(cx: &mut Context<'_>) -> Poll<()> {
    if LEFT.try_with(Cell::get) != Ok(0) {
        return Poll::Ready(());
    }
    cx.waker().wake_by_ref();
    Poll::Pending
}

/// Takes one operation from the budget, if anything is left.
///
/// ```
/// # use reactor::budget;
/// budget::refill();
/// budget::spend();
/// assert_eq!(budget::refill(), 1);
/// ```
#[inline]
pub fn spend() {
    let _ = LEFT.try_with(|left| match left.get() {
        UNLIMITED => {}
        some => left.set(some.saturating_sub(1)),
    });
}

/// Takes one operation from the budget; [as above](poll_left) when nothing is left.
///
/// ```
/// use std::task::{Context, Poll, Waker};
/// use reactor::budget;
///
/// let mut cx = Context::from_waker(Waker::noop());
/// budget::refill();
/// for _ in 0..budget::OPERATIONS_PER_POLL {
///     assert!(budget::poll_spend(&mut cx).is_ready());
/// }
/// assert!(budget::poll_spend(&mut cx).is_pending());
/// assert_eq!(budget::refill(), budget::OPERATIONS_PER_POLL);
/// budget::lift();
/// assert!(budget::poll_spend(&mut cx).is_ready());
/// ```
#[inline]
pub fn poll_spend(cx: &mut Context<'_>) -> Poll<()> {
    let left = poll_left(cx);
    if left.is_ready() {
        spend();
    }
    left
}
