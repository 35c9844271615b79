//! A call that a thread of the pool makes, with what it needs, and its result; it knows nothing of which call.

use std::future::poll_fn;
use std::io;
use std::marker::PhantomData;
use std::panic::Location;
use std::path::Path;
use std::rc::Rc;
use std::task::{Context, Poll};

use net::while_doing;
use reactor::{Handle, budget};

use super::job::Job;

/// Makes the call, which counts as one operation. A future that is dropped before a thread has begun it takes it back.
///
/// # Panics
/// Outside of a runtime: `what` was called there, at `caller`.
pub(super) async fn call<T: Send + 'static>(
    what: &'static str,
    caller: &'static Location<'static>,
    call: impl FnMut() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    drop(Handle::current_for(what, caller));
    poll_fn(budget::poll_left).await;
    // It stays on its thread, as those do that a driver carries out, which tells the thread that has begun them.
    let _stays: PhantomData<Rc<()>> = PhantomData;
    let mut job = Job::start(call, |call| call());
    let (result, _) = poll_fn(|cx| job.poll(cx)).await;
    budget::spend();
    result
}

/// Polls a call that the driver makes by itself, which counts as one operation, too.
pub(super) async fn poll_call<T>(mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>) -> T {
    poll_fn(budget::poll_left).await;
    let result = poll_fn(|cx| poll(cx)).await;
    budget::spend();
    result
}

/// As [`call`], on a path that errors name, too: "`doing` /the/path: …".
#[track_caller]
pub(super) fn on_path<T, F>(
    what: &'static str,
    doing: &'static str,
    path: &Path,
    mut std_call: F,
) -> impl Future<Output = io::Result<T>> + use<T, F>
where
    T: Send + 'static,
    F: FnMut(&Path) -> io::Result<T> + Send + 'static,
{
    let path = path.to_owned();
    call(what, Location::caller(), move || {
        std_call(&path)
            .map_err(|error| while_doing(format_args!("{doing} {}", path.display()), error))
    })
}

/// The same with two paths: "`doing` /from/here to /there: …".
#[track_caller]
pub(super) fn on_paths<T, F>(
    what: &'static str,
    doing: &'static str,
    from: &Path,
    to: &Path,
    mut std_call: F,
) -> impl Future<Output = io::Result<T>> + use<T, F>
where
    T: Send + 'static,
    F: FnMut(&Path, &Path) -> io::Result<T> + Send + 'static,
{
    let (from, to) = (from.to_owned(), to.to_owned());
    call(what, Location::caller(), move || {
        std_call(&from, &to).map_err(|error| {
            let (from, to) = (from.display(), to.display());
            while_doing(format_args!("{doing} {from} to {to}"), error)
        })
    })
}
