//! What differs between systems: how a program is told of Ctrl-C.

#[cfg_attr(unix, path = "unix.rs")]
#[cfg_attr(windows, path = "windows.rs")]
mod system;

pub(super) use system::Presses;
