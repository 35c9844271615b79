//! A channel for one value: the answer to a question, the result of a task.
//!
//! Sending needs no waiting, and the [`Receiver`] is itself the future of the value. Each side learns when the other
//! one is gone.
//!
//! ```
//! use runtime::spawn;
//! use runtime::sync::oneshot;
//!
//! runtime::block_on(async {
//!     let (sender, receiver) = oneshot::channel();
//!     spawn(async move { sender.send(6 * 7) });
//!     assert_eq!(receiver.await, Ok(42));
//! });
//! ```

pub mod error;
mod receiver;
mod sender;

use std::cell::Cell;
use std::rc::Rc;

use error::RecvError;
pub use receiver::Receiver;
pub use sender::Sender;

use crate::sync::waker_slot::WakerSlot;

/// Makes a channel for one value.
///
/// ```
/// let (sender, mut receiver) = runtime::sync::oneshot::channel();
/// sender.send("word").unwrap();
/// assert_eq!(receiver.try_recv(), Ok("word"));
/// ```
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let shared = Rc::new(Shared {
        value: Cell::new(None),
        sent: Cell::new(false),
        closed: Cell::new(false),
        receiver: WakerSlot::default(),
        sender: WakerSlot::default(),
    });
    (Sender::new(shared.clone()), Receiver::new(shared))
}

/// What both sides have.
struct Shared<T> {
    value: Cell<Option<T>>,
    /// The sender has sent, or is gone: no value will come that is not here.
    sent: Cell<bool>,
    /// The receiver wants no value that is not here already.
    closed: Cell<bool>,
    /// Waits for the value.
    receiver: WakerSlot,
    /// Waits for `closed`.
    sender: WakerSlot,
}

impl<T> Shared<T> {
    /// The end of the receiver's waiting, if it has come.
    fn outcome(&self) -> Option<Result<T, RecvError>> {
        match self.value.take() {
            Some(value) => Some(Ok(value)),
            None if self.sent.get() || self.closed.get() => Some(Err(RecvError(()))),
            None => None,
        }
    }

    fn holds_a_value(&self) -> bool {
        let value = self.value.take();
        let holds = value.is_some();
        self.value.set(value);
        holds
    }

    fn close(&self) {
        self.closed.set(true);
        self.sender.wake();
        self.receiver.wake();
    }
}
