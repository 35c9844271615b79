//! What differs between systems: the calls that read and write, and block until something was moved.

#[cfg_attr(unix, path = "unix.rs")]
#[cfg_attr(windows, path = "windows.rs")]
mod system;

pub(super) use system::{read, write};
