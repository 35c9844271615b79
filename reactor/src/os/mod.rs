//! Everything in this crate that differs between operating systems; the rest of it knows of one.

// Where the crate `polling` has a queue with a descriptor, and was not told to do without.
#[cfg_attr(
    not(all(
        not(polling_test_poll_backend),
        any(
            target_os = "linux",
            target_os = "android",
            target_os = "illumos",
            target_os = "solaris",
            target_vendor = "apple",
            target_os = "freebsd",
            target_os = "netbsd",
            target_os = "openbsd",
            target_os = "dragonfly",
        )
    )),
    path = "hidden_queue.rs"
)]
mod shown_queue;

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(all(target_os = "linux", feature = "uring"))]
pub use self::linux::UringDriver;
#[cfg(target_os = "linux")]
pub use self::linux::{EpollDriver, PollDriver};
#[cfg(target_os = "linux")]
pub(crate) use self::linux::{best_driver, epoll_driver, lookout_for_once, uring_driver};
#[cfg(not(target_os = "linux"))]
pub(crate) use self::other::{best_driver, epoll_driver, uring_driver};
pub(crate) use self::shown_queue::show;
#[cfg(unix)]
pub(crate) use self::unix::{CANCELLED, borrow, lookout, raw};
#[cfg(unix)]
pub use self::unix::{OwnedHandle, Pollable, QueueHandle, set_nonblocking};
#[cfg(windows)]
pub(crate) use self::windows::{CANCELLED, borrow, lookout, raw};
#[cfg(windows)]
pub use self::windows::{OwnedHandle, Pollable, QueueHandle, set_nonblocking};
