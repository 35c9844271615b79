//! Tasks: spawned futures, their handles, and how they give way to each other.

pub use executor::{Id, JoinError, JoinHandle, YieldNow, spawn, yield_now};
