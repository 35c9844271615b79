//! What differs between systems: positioned reads and writes, the file's own position, what only one system has, and
//! the way out to the descriptor or handle.

#[cfg_attr(unix, path = "own_unix.rs")]
#[cfg_attr(windows, path = "own_windows.rs")]
mod own;
#[cfg_attr(unix, path = "unix.rs")]
#[cfg_attr(windows, path = "windows.rs")]
mod system;
#[cfg_attr(unix, path = "turns_unix.rs")]
#[cfg_attr(windows, path = "turns_windows.rs")]
mod turns;

pub(super) use own::Mode;
#[cfg(unix)]
pub use own::symlink;
#[cfg(windows)]
pub use own::{symlink_dir, symlink_file};
pub(super) use system::{Opening, pollable, read_at, write_at};
pub(super) use turns::{Turns, turns};
