//! What differs between systems: how the end of a child is seen, who reaps it, and how its pipes are read and written.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(super) use unix::{Process, StderrPipe, StdinPipe, StdoutPipe};
#[cfg(windows)]
pub(super) use windows::{Process, StderrPipe, StdinPipe, StdoutPipe};
