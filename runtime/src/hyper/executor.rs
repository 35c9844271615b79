//! Where hyper's own tasks run: on the current runtime; it knows nothing of what they do.

use hyper::rt::Executor;

/// Runs the tasks that HTTP/2 needs beside a connection, by [`spawn`](crate::spawn). They need not be `Send`, and so
/// neither need services, bodies and what they hold.
///
/// Nobody joins them: they end with the connection, or with the runtime. A panic in one is the end of its exchange, and
/// the connection's other exchanges go on.
///
/// # Panics
/// [`execute`](Executor::execute) panics outside of a runtime, as [`spawn`](crate::spawn) does.
///
/// ```
/// use std::cell::Cell;
/// use std::rc::Rc;
/// use hyper::rt::Executor;
/// use runtime::hyper::HyperExecutor;
///
/// runtime::block_on(async {
///     let done = Rc::new(Cell::new(false));
///     let seen = done.clone();
///     HyperExecutor.execute(async move { seen.set(true) });
///     runtime::task::yield_now().await;
///     assert!(done.get());
/// });
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct HyperExecutor;

impl<F> Executor<F> for HyperExecutor
where
    F: Future + 'static,
    F::Output: 'static,
{
    #[track_caller]
    fn execute(&self, future: F) {
        drop(crate::spawn(future));
    }
}
