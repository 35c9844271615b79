//! Everything in this crate that differs between operating systems; the rest of it knows of one.

#[cfg_attr(unix, path = "accept_error_unix.rs")]
#[cfg_attr(windows, path = "accept_error_windows.rs")]
mod accept_error;

#[cfg_attr(unix, path = "descriptor_unix.rs")]
#[cfg_attr(windows, path = "descriptor_windows.rs")]
mod descriptor;

// One system call makes a socket that is non-blocking and closed on exec, where the system can.
#[cfg_attr(
    not(any(
        windows,
        target_vendor = "apple",
        target_os = "aix",
        target_os = "haiku"
    )),
    path = "open_at_once.rs"
)]
#[cfg_attr(
    any(target_vendor = "apple", target_os = "aix", target_os = "haiku"),
    path = "open_in_steps.rs"
)]
#[cfg_attr(windows, path = "open_windows.rs")]
mod open;

#[cfg_attr(
    not(any(
        windows,
        target_vendor = "apple",
        target_os = "aix",
        target_os = "haiku"
    )),
    path = "accept_at_once.rs"
)]
#[cfg_attr(
    any(
        windows,
        target_vendor = "apple",
        target_os = "aix",
        target_os = "haiku"
    ),
    path = "accept_in_steps.rs"
)]
mod accept;

#[cfg(feature = "listen-fds")]
#[cfg_attr(unix, path = "passed_unix.rs")]
#[cfg_attr(windows, path = "passed_windows.rs")]
mod passed;

#[cfg_attr(unix, path = "receive_unix.rs")]
#[cfg_attr(windows, path = "receive_windows.rs")]
mod receive;

// Elsewhere a socket cannot raise SIGPIPE, or has an option against it.
#[cfg_attr(
    not(any(windows, target_vendor = "apple")),
    path = "write_slices_no_signal.rs"
)]
#[cfg_attr(any(windows, target_vendor = "apple"), path = "write_slices.rs")]
mod write_slices;

#[cfg_attr(
    not(any(
        target_os = "haiku",
        target_os = "nto",
        target_os = "openbsd",
        target_os = "redox"
    )),
    path = "keepalive.rs"
)]
#[cfg_attr(
    any(
        target_os = "haiku",
        target_os = "nto",
        target_os = "openbsd",
        target_os = "redox"
    ),
    path = "keepalive_fixed.rs"
)]
pub(crate) mod keepalive;

// Solaris and its kin know the option, but rustix does not.
#[cfg(all(unix, not(any(target_os = "solaris", target_os = "illumos"))))]
mod reuse_port;

#[cfg(unix)]
#[cfg_attr(target_os = "linux", path = "unix_stream_linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "unix_stream_other.rs")]
mod unix_stream;
#[cfg(unix)]
mod unix_taken;

pub(crate) use accept::accept;
pub(crate) use accept_error::accept_error;
pub(crate) use descriptor::{descriptor, into_listener};
pub(crate) use open::{REUSE_AT_BIND, connect_goes_on, open_stream};
#[cfg(feature = "listen-fds")]
pub(crate) use passed::Passed;
#[cfg(unix)]
pub(crate) use receive::receive;
pub(crate) use receive::{receive_datagram, receive_from, receive_stream};
#[cfg(unix)]
pub(crate) use unix_stream::{connectable, open_unix_stream, peer_cred, read_unix_stream};
pub(crate) use write_slices::write_slices;
