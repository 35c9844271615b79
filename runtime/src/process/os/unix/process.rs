//! A child process on Unix: how its end is seen, and that it is reaped exactly once; it knows nothing of pipes.

use std::io;
use std::process::{Child, ExitStatus};

use reactor::Handle;
use rustix::io::Errno;
use rustix::process::Pid;

use super::orphans;
use super::pidfd::Pidfd;
use crate::process::watch::Watch;

/// A child that was started.
///
/// ```text
///            its status is taken (this reaps it)
///   running ─────────────────────────────────────▶ ended: its number may be somebody else's, and is used no more
///      │
///      └── dropped ──▶ reaped at once, or by a thread when it ends (see `orphans.rs`)
/// ```
#[derive(Debug)]
pub(in crate::process) struct Process {
    child: Child,
    pid: Pid,
    end: Option<End>,
    /// On Linux, and if there was none to be had, `None`.
    pidfd: Option<Pidfd>,
    /// The descriptor has said that it has ended, and yet there was no status.
    announced: bool,
    /// The thread that waits for it where no descriptor tells.
    watch: Option<Watch>,
    kill_on_drop: bool,
}

#[derive(Clone, Copy, Debug)]
enum End {
    Status(ExitStatus),
    /// Somebody else has reaped it.
    Lost,
}

impl Process {
    pub(in crate::process) fn new(
        handle: &Handle,
        child: Child,
        kill_on_drop: bool,
    ) -> io::Result<Process> {
        orphans::sweep();
        let pid = Pid::from_child(&child);
        Ok(Process {
            pid,
            pidfd: Pidfd::open(handle, pid),
            child,
            end: None,
            announced: false,
            watch: None,
            kill_on_drop,
        })
    }

    /// Its number, while it is its own.
    pub(in crate::process) fn id(&self) -> Option<u32> {
        self.end.is_none().then(|| self.child.id())
    }

    /// How it has ended, if it has.
    pub(in crate::process) fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        if self.end.is_none() {
            match self.child.try_wait() {
                Ok(Some(status)) => self.ended(End::Status(status)),
                Ok(None) => return Ok(None),
                Err(error) if Errno::from_io_error(&error) == Some(Errno::CHILD) => {
                    self.ended(End::Lost);
                }
                Err(error) => return Err(error),
            }
        }
        match self.end {
            Some(End::Status(status)) => Ok(Some(status)),
            Some(End::Lost) => Err(lost()),
            None => Ok(None),
        }
    }

    fn ended(&mut self, end: End) {
        self.end = Some(end);
        self.pidfd = None;
        self.watch = None;
        orphans::sweep();
    }

    /// Waits until [`try_wait`](Self::try_wait) has something to say, or a little less: ask it again.
    ///
    /// # Cancel safety
    /// Dropping the future loses nothing.
    pub(in crate::process) async fn exited(&mut self) -> io::Result<()> {
        if let (Some(pidfd), None, false) = (&self.pidfd, &self.watch, self.announced) {
            // What the reactor does not watch, because it is gone, say, the thread does.
            if pidfd.ended().await.is_ok() {
                // A debugger is told before the parent is, and until then there is no status, though the descriptor
                // is readable, and stays so. Whoever comes again for that waits on the thread, and not in a circle.
                self.announced = true;
                return Ok(());
            }
        }
        if self.watch.is_none() {
            self.watch = Some(orphans::watch(self.pid)?);
        }
        let ended = match &self.watch {
            Some(watch) => watch.ended().await,
            None => Ok(()),
        };
        self.watch = None;
        ended
    }

    /// Kills it, unless it has ended. A number that somebody else may have by now is not touched.
    pub(in crate::process) fn kill(&mut self) -> io::Result<()> {
        if self.end.is_some() {
            return Ok(());
        }
        // It fails if somebody else has reaped the child, and in a sandbox that lets it be opened and forbids this.
        if let Some(Ok(())) = self.pidfd.as_ref().map(Pidfd::kill) {
            return Ok(());
        }
        match self.try_wait() {
            Ok(None) => self.child.kill(),
            Err(error) if self.end.is_none() => Err(error),
            Ok(Some(_)) | Err(_) => Ok(()),
        }
    }
}

impl Drop for Process {
    /// It goes on, and is reaped when it ends.
    fn drop(&mut self) {
        if self.kill_on_drop {
            let _ = self.kill();
        }
        if self.end.is_none() {
            orphans::adopt(self.pid, self.watch.take());
        }
        orphans::sweep();
    }
}

#[cold]
fn lost() -> io::Error {
    io::Error::other(
        "the child has ended and its status is lost, for somebody else has reaped it: this process ignores SIGCHLD, or \
         calls `waitpid` for any child. Set SIGCHLD to its default, and wait for children by their number",
    )
}
