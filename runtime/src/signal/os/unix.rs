//! Ctrl-C on Unix: the terminal sends a signal.

use std::io;
use std::task::{Context, Poll};

use reactor::Handle;

use crate::signal::unix::{Signal, SignalKind};

/// Who listens for Ctrl-C.
pub(in crate::signal) struct Presses(Signal);

impl Presses {
    pub(in crate::signal) fn listen(handle: Handle) -> io::Result<Presses> {
        Signal::listen(handle, SignalKind::interrupt()).map(Presses)
    }

    pub(in crate::signal) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.poll_arrival(cx)
    }
}
