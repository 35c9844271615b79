//! A child process on Windows: a thread waits for it, and the system itself forgets it with its last handle.

use std::io;
use std::process::{Child, ExitStatus};
use std::sync::Arc;

use reactor::Handle;
use shared_child::SharedChild;

use crate::process::watch::Watch;

/// A child that was started.
#[derive(Debug)]
pub(in crate::process) struct Process {
    child: Arc<SharedChild>,
    end: Option<ExitStatus>,
    watch: Option<Watch>,
    kill_on_drop: bool,
}

impl Process {
    pub(in crate::process) fn new(
        _: &Handle,
        child: Child,
        kill_on_drop: bool,
    ) -> io::Result<Process> {
        Ok(Process {
            child: Arc::new(SharedChild::new(child)?),
            end: None,
            watch: None,
            kill_on_drop,
        })
    }

    pub(in crate::process) fn id(&self) -> Option<u32> {
        self.end.is_none().then(|| self.child.id())
    }

    pub(in crate::process) fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        if self.end.is_none() {
            self.end = self.child.try_wait()?;
        }
        Ok(self.end)
    }

    /// Waits until [`try_wait`](Self::try_wait) has something to say.
    pub(in crate::process) async fn exited(&mut self) -> io::Result<()> {
        if self.watch.is_none() {
            let child = self.child.clone();
            let wait = move || child.wait().map(drop);
            self.watch = Some(Watch::start(wait, || {})?);
        }
        let ended = match &self.watch {
            Some(watch) => watch.ended().await,
            None => Ok(()),
        };
        self.watch = None;
        ended
    }

    pub(in crate::process) fn kill(&mut self) -> io::Result<()> {
        match self.try_wait()? {
            Some(_) => Ok(()),
            None => self.child.kill(),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.kill_on_drop {
            let _ = self.kill();
        }
        // There is nothing to reap: the thread, if there is one, has nothing left to do when the child ends.
        if let Some(watch) = self.watch.take() {
            watch.abandon();
        }
    }
}
