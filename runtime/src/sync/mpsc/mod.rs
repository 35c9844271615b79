//! Many senders, one receiver: every value is received once, in the order in which they were sent.
//!
//! A [`channel`] has so many places, and senders wait when they are filled: so a quick sender is held back to its
//! receiver's pace. An [`unbounded_channel`] has no limit, and its senders never wait.
//!
//! ```
//! use runtime::spawn;
//! use runtime::sync::mpsc;
//!
//! runtime::block_on(async {
//!     let (sender, mut receiver) = mpsc::channel(2);
//!     for name in ["one", "two", "three"] {
//!         let sender = sender.clone();
//!         spawn(async move { sender.send(name).await });
//!     }
//!     drop(sender);
//!     let mut names = Vec::new();
//!     while let Some(name) = receiver.recv().await {
//!         names.push(name);
//!     }
//!     assert_eq!(names, ["one", "two", "three"]);
//! });
//! ```

pub mod error;
mod permit;
mod receiver;
mod reserve;
mod sender;
mod sending;
mod shared;
mod unbounded;

use std::rc::Rc;

pub use permit::Permit;
pub use receiver::{Receiver, UnboundedReceiver};
pub use sender::{Sender, WeakSender};
use sending::Sending;
use shared::Shared;
pub use unbounded::{UnboundedSender, WeakUnboundedSender};

/// Makes a channel for so many values at a time.
///
/// Memory is taken as values come, and not for the capacity.
///
/// # Panics
/// When the capacity is 0. A channel that hands each value over from the sender to the receiver is
/// [`oneshot`](crate::sync::oneshot), for one value.
///
/// ```
/// use runtime::sync::mpsc;
///
/// runtime::block_on(async {
///     let (sender, mut receiver) = mpsc::channel(8);
///     sender.send("word").await.unwrap();
///     assert_eq!(receiver.recv().await, Some("word"));
/// });
/// ```
#[track_caller]
pub fn channel<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    assert!(
        capacity > 0,
        "a channel without any room can pass nothing: give `mpsc::channel` a capacity of at least 1"
    );
    let shared = Rc::new(Shared::new(capacity));
    let sending = Sending::new(shared.clone());
    (Sender::new(sending), Receiver::new(shared))
}

/// Makes a channel whose senders never wait.
///
/// ```
/// use runtime::sync::mpsc;
///
/// let (sender, mut receiver) = mpsc::unbounded_channel();
/// sender.send("word").unwrap();
/// assert_eq!(receiver.try_recv(), Ok("word"));
/// ```
pub fn unbounded_channel<T>() -> (UnboundedSender<T>, UnboundedReceiver<T>) {
    let shared = Rc::new(Shared::new(usize::MAX));
    let sending = Sending::new(shared.clone());
    (UnboundedSender::new(sending), Receiver::new(shared))
}
