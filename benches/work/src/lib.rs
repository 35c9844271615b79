//! The work that every peer does, written once; it knows a peer by the trait [`Peer`] only.
//!
//! A peer's program is `work::main::<ThePeer>()`. The conductor starts it once for each sample, and reads the
//! figures that it prints, one `name value` a line. See `../README.md` for the protocol.

mod allocations;
mod channel;
mod clock;
mod figures;
mod memory;
mod parallel;
mod peer;
mod program;
mod serve;
mod switches;
mod tasks;
mod timers;

pub use allocations::Counting;
pub use peer::{Joined, Peer};
pub use program::main;
