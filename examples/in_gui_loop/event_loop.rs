//! A loop as GUIs have one, with frames instead of a window; of the runtime it knows what a tick is, and no more.

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use runtime::guest::Tick;

const FRAME: Duration = Duration::from_millis(16);

/// What comes to the loop: its own events, and one for what other threads send.
pub(crate) enum Event {
    Redraw,
    User(Tick),
}

/// A loop as GUIs have one. It knows nothing of the runtime.
pub(crate) struct EventLoop {
    queue: Receiver<Tick>,
    proxy: Sender<Tick>,
}

impl EventLoop {
    pub(crate) fn new() -> EventLoop {
        let (proxy, queue) = channel();
        EventLoop { queue, proxy }
    }

    pub(crate) fn create_proxy(&self) -> Sender<Tick> {
        self.proxy.clone()
    }

    /// Calls `handle` for each event until that says that it is the last one.
    pub(crate) fn run(self, mut handle: impl FnMut(Event) -> io::Result<bool>) -> io::Result<()> {
        let mut frame = Instant::now();
        loop {
            let rest = frame.saturating_duration_since(Instant::now());
            let event = match self.queue.recv_timeout(rest) {
                Ok(event) => Event::User(event),
                Err(RecvTimeoutError::Timeout) => {
                    frame = Instant::now() + FRAME;
                    Event::Redraw
                }
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            };
            if handle(event)? {
                return Ok(());
            }
        }
    }
}
