//! Child processes on Windows: the parts, and what they are called elsewhere.

mod command;
mod pipe;
mod process;

use std::process::{ChildStderr, ChildStdin, ChildStdout};

pub(in crate::process) type StdinPipe = pipe::Writing<ChildStdin>;
pub(in crate::process) type StdoutPipe = pipe::Reading<ChildStdout>;
pub(in crate::process) type StderrPipe = pipe::Reading<ChildStderr>;
pub(in crate::process) use process::Process;
