//! A server in a thread and a runtime of its own, for as long as a test has it; it does not know which server.

use std::future::Future;
use std::io;
use std::thread::{self, JoinHandle};

use async_channel::{Receiver, Sender, bounded};
use runtime::future::or;

/// Ends the server, and waits for its thread, when it is dropped.
pub(super) struct Background {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl Background {
    /// Runs what the recipe makes. It is handed a sender, by which it says what the test has to know.
    pub(super) fn start<T, F>(recipe: impl FnOnce(Sender<T>) -> F + Send + 'static) -> (Self, T)
    where
        T: Send + 'static,
        F: Future<Output = io::Result<()>>,
    {
        let (stop, stopped) = bounded(1);
        let (sender, told) = bounded(1);
        let thread =
            thread::spawn(move || runtime::block_on(or(recipe(sender), until_dropped(stopped))));
        let background = Background {
            stop: Some(stop),
            thread: Some(thread),
        };
        let told = told.recv_blocking().expect("the server starts");
        (background, told)
    }
}

async fn until_dropped(stopped: Receiver<()>) -> io::Result<()> {
    let _ = stopped.recv().await;
    Ok(())
}

impl Drop for Background {
    fn drop(&mut self) {
        drop(self.stop.take());
        let ended = self.thread.take().map(JoinHandle::join);
        let well = matches!(ended, Some(Ok(Ok(()))));
        assert!(well || thread::panicking(), "the server failed");
    }
}
