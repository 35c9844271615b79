//! Writing several buffers at once to a socket whose peer may be gone, without a deadly signal.

use std::io::{self, IoSlice};
use std::os::fd::AsFd;

use rustix::net::{SendAncillaryBuffer, SendFlags, sendmsg};

/// What the systems take at least; more is an error, so the rest waits for the next call.
const MOST_SLICES: usize = 1024;

/// The standard library uses `writev` here, which raises SIGPIPE. Its own programs ignore that signal, but a C
/// program that we are embedded in may not, nor a command-line tool that wants to die of a closed pipe.
pub(crate) fn write_slices(socket: &impl AsFd, slices: &[IoSlice<'_>]) -> io::Result<usize> {
    let slices = &slices[..slices.len().min(MOST_SLICES)];
    let mut nothing = SendAncillaryBuffer::default();
    Ok(sendmsg(socket, slices, &mut nothing, SendFlags::NOSIGNAL)?)
}
