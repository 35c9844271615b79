//! Many senders, many receivers: every receiver gets every value. The last values are kept for those who are slow.
//!
//! A sender never waits. A receiver that lets more values come than the capacity is told how many it has lost, and goes
//! on with the oldest that is kept; the others are not held back by it.
//!
//! ```
//! use runtime::spawn;
//! use runtime::sync::broadcast;
//!
//! runtime::block_on(async {
//!     let (sender, mut one) = broadcast::channel(16);
//!     let mut two = sender.subscribe();
//!     spawn(async move { sender.send("word") });
//!     assert_eq!(one.recv().await, Ok("word"));
//!     assert_eq!(two.recv().await, Ok("word"));
//! });
//! ```

pub mod error;
mod receiver;
mod sender;
mod shared;

pub use receiver::Receiver;
pub use sender::Sender;

/// Makes a channel that keeps so many values for those who are slow.
///
/// Memory is taken as values come, and not for the capacity; a value that everybody has seen is not kept.
///
/// # Panics
/// When the capacity is 0.
///
/// ```
/// let (sender, mut receiver) = runtime::sync::broadcast::channel(16);
/// sender.send("word").unwrap();
/// assert_eq!(receiver.try_recv(), Ok("word"));
/// ```
#[track_caller]
pub fn channel<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    let sender = Sender::new(capacity);
    let receiver = sender.subscribe();
    (sender, receiver)
}
