//! Calls user code whose panic has nobody to go to; it knows nothing of what is called.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Calls user code whose panic has nobody to go to but the hook that has printed it already: somebody else's waker, and
/// the destructor of what comes second.
///
/// The payload is user code, too: its destructor may panic with another payload.
pub(crate) fn quietly(call: impl FnOnce()) {
    let mut caught = catch_unwind(AssertUnwindSafe(call));
    while let Err(payload) = caught {
        caught = catch_unwind(AssertUnwindSafe(|| drop(payload)));
    }
}
