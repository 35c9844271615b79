//! Child processes: started, talked to by pipes, waited for, and never left behind as zombies.
//!
//! | to | use |
//! |---|---|
//! | say what to start | [`Command`], which has the names of [`std::process::Command`] |
//! | have all that it prints | [`Command::output`] |
//! | know only how it ended | [`Command::status`] |
//! | talk to it while it runs | [`Command::spawn`], and the pipes of the [`Child`] |
//! | wait for it, or look whether it has ended | [`Child::wait`], [`Child::try_wait`] |
//! | end it | [`Child::kill`], [`Command::kill_on_drop`] |
//! | let one child's output be the next one's input | `Stdio::try_from(`[`ChildStdout`]`)` |
//!
//! **On Linux** no thread is started: the system gives a descriptor for the child (a pidfd), which becomes readable
//! when the child ends, and the loop waits for that as for a socket. Where there is none (before Linux 5.3, in some
//! sandboxes, when the descriptors have run out, on other systems), a thread sleeps for each child that is waited for.
//! No signal handler is installed, and no signal is masked.
//!
//! **On Windows** no queue watches pipes, and threads of the pool read and write them: each pipe that is waited for
//! takes one of [`max_blocking_threads`](crate::Builder::max_blocking_threads) meanwhile.
//!
//! **No zombie is left.** A [`Child`] that is dropped goes on, as in the standard library, but is reaped when it ends:
//! at once if it has ended by then, else by a thread of its own, which sleeps until then. That needs no runtime and
//! holds also when it is gone. If the system starts no thread, the child is reaped by the next use of this module that
//! starts a child, drops one or sees one end. Where children are dropped in great numbers while they run, keep their
//! handles and [`wait`](Child::wait) in a task each instead: that takes no threads.
//!
//! A process that ignores `SIGCHLD` (it may have inherited that), or that calls `waitpid(-1)` by other means, takes the
//! status of our children away. Waiting then ends when the child does, with an error that says so.
//!
//! ```
//! use runtime::process::Command;
//!
//! # if cfg!(windows) { return Ok(()); }
//! runtime::block_on(async {
//!     let output = Command::new("sh").args(["-c", "echo hello; exit 3"]).output().await?;
//!     assert_eq!(output.stdout, b"hello\n");
//!     assert_eq!(output.status.code(), Some(3));
//!     std::io::Result::Ok(())
//! })?;
//! # std::io::Result::Ok(())
//! ```

mod child;
mod command;
mod os;
mod stdio;
mod watch;

pub use std::process::{ExitStatus, Output, Stdio};

pub use child::Child;
pub use command::Command;
pub use stdio::{ChildStderr, ChildStdin, ChildStdout};
