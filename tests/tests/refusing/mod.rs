//! A kernel that refuses a system call, for one thread; it knows nothing of who calls it.

use std::thread;

use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch, apply_filter};

pub(crate) const EPERM: u32 = 1;
pub(crate) const ENOSYS: u32 = 38;
/// The number is the same on every architecture.
pub(crate) const EPOLL_PWAIT2: i64 = 441;

/// Runs `call` on a thread of its own, on which the system call of this number fails with `errno`. A filter cannot be
/// taken off again; it ends with the thread.
pub(crate) fn while_the_kernel_refuses(number: i64, errno: u32, call: impl FnOnce() + Send) {
    let architecture = TargetArch::try_from(std::env::consts::ARCH).expect("seccomp knows it");
    let filter = SeccompFilter::new(
        [(number, vec![])].into(),
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
