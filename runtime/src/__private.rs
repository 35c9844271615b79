//! What the macros expand to; not for anybody else.

use std::cell::RefCell;
use std::future::Future;
use std::thread;

pub use crate::future::maybe_done::MaybeDone;
use crate::task::LocalKey;

/// The runtime behind `#[runtime::main]`.
#[track_caller]
pub fn main<F: Future>(future: F) -> F::Output {
    crate::block_on(future)
}

/// The runtime behind `#[runtime::test]`.
#[track_caller]
pub fn test<F: Future>(future: F) -> F::Output {
    crate::block_on(future)
}

/// What `task_local!` declares, with the place where its value is during a poll.
pub const fn local_key<T: 'static>(place: thread::LocalKey<RefCell<Option<T>>>) -> LocalKey<T> {
    LocalKey::new(place)
}
