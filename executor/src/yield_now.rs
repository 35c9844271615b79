//! A future that lets everybody else run once; it knows nothing of the executor but its waker.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Lets every other task that is ready run once, then goes on.
///
/// ```
/// # use std::{cell::RefCell, rc::Rc, task::Waker};
/// # use executor::{Executor, Step, yield_now};
/// # let executor = Executor::new(Waker::noop().clone());
/// # use ::executor as runtime;
/// # let _context = executor.context();
/// let order = Rc::new(RefCell::new(Vec::new()));
/// for name in ["a", "b"] {
///     let order = order.clone();
///     runtime::spawn(async move {
///         order.borrow_mut().push(name);
///         yield_now().await;
///         order.borrow_mut().push(name);
///     });
/// }
/// # let entered = executor.enter();
/// # while entered.step() != Step::Idle {}
/// assert_eq!(*order.borrow(), ["a", "b", "a", "b"]);
/// ```
pub fn yield_now() -> YieldNow {
    YieldNow { yielded: false }
}

/// The future of [`yield_now`].
///
/// ```
/// # use std::pin::pin;
/// # use std::task::{Context, Waker};
/// # use ::executor as runtime;
/// # let mut cx = Context::from_waker(Waker::noop());
/// # use runtime::{YieldNow, yield_now};
/// let mut turn: std::pin::Pin<&mut YieldNow> = pin!(yield_now());
/// assert!(turn.as_mut().poll(&mut cx).is_pending()); // It has woken us, too.
/// assert!(turn.as_mut().poll(&mut cx).is_ready());
/// ```
#[derive(Debug)]
#[must_use = "futures do nothing unless awaited"]
pub struct YieldNow {
    yielded: bool,
}

impl Future for YieldNow {
    type Output = ();

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.yielded {
            return Poll::Ready(());
        }
        self.yielded = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}
