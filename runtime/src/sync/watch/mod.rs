//! One value that changes, and those who look at it: each change is told to everybody, and only the last one is kept.
//!
//! It is for what somebody else decides and many follow: a configuration, a state, a request to shut down.
//!
//! ```
//! use runtime::spawn;
//! use runtime::sync::watch;
//!
//! runtime::block_on(async {
//!     let (sender, mut receiver) = watch::channel("starting");
//!     spawn(async move { sender.send("running") });
//!     receiver.changed().await.unwrap();
//!     assert_eq!(*receiver.borrow_and_update(), "running");
//! });
//! ```

mod borrowed;
pub mod error;
mod receiver;
mod sender;
mod shared;

pub use borrowed::Ref;
pub use receiver::Receiver;
pub use sender::Sender;

/// Makes a channel with its first value, which the receiver has seen.
///
/// ```
/// let (sender, receiver) = runtime::sync::watch::channel(1);
/// assert_eq!(receiver.has_changed(), Ok(false));
/// sender.send(2).unwrap();
/// assert_eq!(*receiver.borrow(), 2);
/// ```
pub fn channel<T>(value: T) -> (Sender<T>, Receiver<T>) {
    let sender = Sender::new(value);
    let receiver = sender.subscribe();
    (sender, receiver)
}
