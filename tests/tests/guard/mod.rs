//! Runs a future to its end, but not for ever: a test that hangs has failed.

use std::future::Future;
use std::time::Duration;

/// Nothing waits so long in a test that passes.
const PATIENCE: Duration = Duration::from_secs(10);

#[track_caller]
pub(crate) fn run<F: Future>(future: F) -> F::Output {
    let guarded = runtime::block_on(async { runtime::time::timeout(PATIENCE, future).await });
    guarded.expect("it hangs: an event was lost")
}
