//! Children whose handle was dropped while they ran: they are reaped all the same, by a thread each.
//!
//! A thread that reaps everybody's children could only wait for any child at all, and would take the status of those
//! that others wait for. One that waits for its own child disturbs nobody, and needs neither a runtime nor a signal.

use std::io;
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::io::Errno;
use rustix::process::{Pid, WaitId, WaitIdOptions, WaitOptions, waitid, waitpid};

use crate::process::watch::Watch;

/// Those for whom the system has started no thread. Their number stays theirs until they are reaped.
static LEFT: Mutex<Vec<Pid>> = Mutex::new(Vec::new());

fn left() -> MutexGuard<'static, Vec<Pid>> {
    LEFT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts a thread that watches this child.
pub(super) fn watch(pid: Pid) -> io::Result<Watch> {
    Watch::start(move || sleep_until_it_ends(pid), move || reap(pid))
}

/// Takes care of a child that nobody waits for any more: reaps it if it has ended, else a thread does when it ends. One
/// that watches it already will do.
pub(super) fn adopt(pid: Pid, watch: Option<Watch>) {
    if watch.is_some_and(Watch::abandon) || has_ended(pid) {
        return;
    }
    let reaping = move || {
        reap(pid);
        Ok(())
    };
    if Watch::start(reaping, || {}).is_err() {
        left().push(pid);
    }
}

/// Reaps the child if it has ended. If somebody else has reaped it, there is nothing left to do, either.
fn has_ended(pid: Pid) -> bool {
    !matches!(waitpid(Some(pid), WaitOptions::NOHANG), Ok(None))
}

/// Does what could not be done before: reaps those that have ended, and tries again to have a thread for the others.
pub(super) fn sweep() {
    let all = mem::take(&mut *left());
    for pid in all {
        adopt(pid, None);
    }
}

/// Reaps a child when it ends. This is the standard library's call, and not the one that only looks: where a sandbox
/// forbids that one, there are no zombies all the same.
fn reap(pid: Pid) {
    while let Err(Errno::INTR) = waitpid(Some(pid), WaitOptions::empty()) {}
}

/// Sleeps until this child has ended, and leaves it to be reaped. If somebody has reaped it, that is an end, too.
fn sleep_until_it_ends(pid: Pid) -> io::Result<()> {
    let ends = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    loop {
        match waitid(WaitId::Pid(pid), ends) {
            Ok(_) | Err(Errno::CHILD) => return Ok(()),
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}
