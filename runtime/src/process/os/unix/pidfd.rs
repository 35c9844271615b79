//! A descriptor of a process, which becomes readable when that ends; it knows nothing of who reaps it.

use std::io;
use std::os::fd::OwnedFd;

use reactor::{Direction, Handle, Registration, Sharing, SourceKind};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

/// A child's descriptor, registered with the reactor. It stands for this one process, whoever has its number later.
#[derive(Debug)]
pub(super) struct Pidfd {
    registration: Registration<OwnedFd>,
}

impl Pidfd {
    /// `None` if there is none: the kernel is older than 5.3 or in a sandbox, no descriptor is left for this or for the
    /// reactor's queue, or the child has ended and somebody else has reaped it.
    pub(super) fn open(handle: &Handle, pid: Pid) -> Option<Pidfd> {
        let pidfd = pidfd_open(pid, PidfdFlags::empty()).ok()?;
        let registration =
            Registration::new(handle.clone(), pidfd, SourceKind::Other, Sharing::Sole);
        Some(Pidfd {
            registration: registration.ok()?,
        })
    }

    /// Waits until the process has ended.
    ///
    /// # Errors
    /// When the reactor does not watch it: it is gone, or has no room.
    pub(super) async fn ended(&self) -> io::Result<()> {
        self.registration.ready(Direction::Read).await
    }

    /// Kills it, and nobody else who may have its number by now.
    ///
    /// # Errors
    /// What the system says; also that it is no more.
    pub(super) fn kill(&self) -> rustix::io::Result<()> {
        pidfd_send_signal(self.registration.get_ref(), Signal::KILL)
    }
}
