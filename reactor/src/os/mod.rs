//! Everything in this crate that differs between operating systems; the rest of it knows of one.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
pub use self::linux::{EpollDriver, PollDriver};
#[cfg(target_os = "linux")]
pub(crate) use self::linux::{best_driver, epoll_driver};
#[cfg(not(target_os = "linux"))]
pub(crate) use self::other::{best_driver, epoll_driver};
#[cfg(unix)]
pub use self::unix::{Pollable, set_nonblocking};
#[cfg(unix)]
pub(crate) use self::unix::{borrow, raw};
#[cfg(windows)]
pub use self::windows::{Pollable, set_nonblocking};
#[cfg(windows)]
pub(crate) use self::windows::{borrow, raw};
