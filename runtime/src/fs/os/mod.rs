//! What differs between systems: positioned reads and writes, and the way out to the descriptor or handle.

#[cfg_attr(unix, path = "unix.rs")]
#[cfg_attr(windows, path = "windows.rs")]
mod system;

pub(super) use system::{Opening, pollable, read_at, write_at};
