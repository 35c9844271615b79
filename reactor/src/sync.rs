//! Chooses between std's primitives and loom's models of them; nothing else in the crate knows that loom exists.

#[cfg(not(loom))]
pub(crate) use std::sync::atomic::AtomicU8;

#[cfg(loom)]
pub(crate) use loom::sync::atomic::AtomicU8;
