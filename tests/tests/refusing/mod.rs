//! A kernel that refuses a system call, for one thread; it knows nothing of who calls it.

#![allow(dead_code, reason = "each test file takes what it needs")]

use std::thread;

use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch, apply_filter};

pub(crate) const EPERM: u32 = 1;
pub(crate) const ENOSYS: u32 = 38;
/// These numbers are the same on every architecture.
pub(crate) const EPOLL_PWAIT2: i64 = 441;
pub(crate) const IO_URING_SETUP: i64 = 425;
pub(crate) const PIDFD_OPEN: i64 = 434;
pub(crate) const PIDFD_SEND_SIGNAL: i64 = 424;

/// Runs `call` on a thread of its own, on which the system calls of these numbers fail with `errno`. A filter cannot be
/// taken off again; it ends with the thread.
pub(crate) fn while_the_kernel_refuses(numbers: &[i64], errno: u32, call: impl FnOnce() + Send) {
    let architecture = TargetArch::try_from(std::env::consts::ARCH).expect("seccomp knows it");
    let filter = SeccompFilter::new(
        numbers.iter().map(|number| (*number, vec![])).collect(),
        SeccompAction::Allow,
        SeccompAction::Errno(errno),
        architecture,
    );
    let program = BpfProgram::try_from(filter.expect("a plain filter")).expect("it is small");
    thread::scope(|scope| {
        scope.spawn(|| {
            apply_filter(&program).expect("every process may restrict itself");
            call();
        });
    });
}
