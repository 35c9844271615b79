//! Everything in this crate that differs between operating systems; the rest of it knows of one.

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
pub(crate) use self::linux::{best_driver, epoll_driver, uring_driver};
#[cfg(not(target_os = "linux"))]
pub(crate) use self::other::{best_driver, epoll_driver, uring_driver};
#[cfg(unix)]
pub(crate) use self::unix::{CANCELLED, borrow, raw};
#[cfg(unix)]
pub use self::unix::{OwnedHandle, Pollable, set_nonblocking};
#[cfg(windows)]
pub(crate) use self::windows::{CANCELLED, borrow, raw};
#[cfg(windows)]
pub use self::windows::{OwnedHandle, Pollable, set_nonblocking};
