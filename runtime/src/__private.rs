//! What the macros expand to; not for anybody else.

use std::future::Future;

pub use crate::future::maybe_done::MaybeDone;

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
