//! Child processes on Unix: the parts, and what they are called elsewhere.

mod command;
mod orphans;
mod pipe;
mod process;

#[cfg_attr(target_os = "linux", path = "pidfd.rs")]
#[cfg_attr(not(target_os = "linux"), path = "no_pidfd.rs")]
mod pidfd;

pub(in crate::process) use pipe::{Pipe as StderrPipe, Pipe as StdinPipe, Pipe as StdoutPipe};
pub(in crate::process) use process::Process;
