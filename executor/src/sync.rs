//! Chooses between std's atomics and loom's models of them; nothing else in the crate knows that loom exists.

#[cfg(not(loom))]
pub(crate) use std::sync::atomic::{AtomicBool, fence};

#[cfg(loom)]
pub(crate) use loom::sync::atomic::{AtomicBool, fence};
