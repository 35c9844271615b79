//! A thread that sleeps until a child has ended and then says so; it knows nothing of how a system tells.

use std::future::poll_fn;
use std::io;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread;

use net::while_doing;

/// All that such a thread does is to sleep in one system call, and to call a waker.
const STACK_SIZE: usize = 128 << 10;

/// The thread that watches one child. Dropping this leaves it to itself: it ends with the child, and reaps nothing.
#[derive(Debug)]
pub(super) struct Watch {
    stage: Arc<Mutex<Stage>>,
}

/// ```text
///              the child ends (the thread says so)
///   running ─────────────────────────────────────▶ ended
///      │
///      └──▶ abandoned ─────▶ the child ends: the thread reaps it
/// ```
#[derive(Debug)]
enum Stage {
    Running(Option<Waker>),
    Ended(io::Result<()>),
    /// The child's handle was dropped: the thread reaps it.
    Abandoned,
}

impl Watch {
    /// Starts the thread. `wait` sleeps until the child has ended and leaves it there to be reaped; `reap` reaps it.
    ///
    /// # Errors
    /// When the system starts no thread.
    pub(super) fn start(
        wait: impl FnOnce() -> io::Result<()> + Send + 'static,
        reap: impl FnOnce() + Send + 'static,
    ) -> io::Result<Watch> {
        let stage = Arc::new(Mutex::new(Stage::Running(None)));
        let threads = stage.clone();
        let watch = move || {
            let waited = wait();
            let before = mem::replace(&mut *lock(&threads), Stage::Ended(waited));
            match before {
                Stage::Running(Some(waker)) => waker.wake(),
                Stage::Running(None) | Stage::Ended(_) => {}
                Stage::Abandoned => reap(),
            }
        };
        let thread = thread::Builder::new().name("runtime-child".to_owned());
        match thread.stack_size(STACK_SIZE).spawn(watch) {
            Ok(_) => Ok(Watch { stage }),
            Err(error) => {
                let doing = "starting a thread to wait for a child process";
                Err(while_doing(doing, error))
            }
        }
    }

    /// Waits until the child has ended.
    ///
    /// # Errors
    /// When the thread could not wait for it.
    ///
    /// # Cancel safety
    /// Dropping the future withdraws its waker; the thread goes on.
    pub(super) async fn ended(&self) -> io::Result<()> {
        let listening = Listening(self);
        poll_fn(|cx| listening.0.poll_ended(cx)).await
    }

    fn poll_ended(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut *lock(&self.stage) {
            Stage::Running(Some(waker)) => waker.clone_from(cx.waker()),
            Stage::Running(none) => *none = Some(cx.waker().clone()),
            // An error is told once. Whoever asks again may start another thread.
            Stage::Ended(waited) => return Poll::Ready(mem::replace(waited, Ok(()))),
            Stage::Abandoned => unreachable!("who abandons it has it no more"),
        }
        Poll::Pending
    }

    /// Leaves the child to the thread, which reaps it. False if the thread has come to its end already: it has not.
    pub(super) fn abandon(self) -> bool {
        let mut stage = lock(&self.stage);
        if let Stage::Ended(_) = *stage {
            return false;
        }
        let before = mem::replace(&mut *stage, Stage::Abandoned);
        drop(stage);
        drop(before); // A waker, which is anybody's code.
        true
    }
}

fn lock(stage: &Mutex<Stage>) -> MutexGuard<'_, Stage> {
    stage.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Somebody who waits. Dropping it takes the waker back.
struct Listening<'a>(&'a Watch);

impl Drop for Listening<'_> {
    fn drop(&mut self) {
        let waker = match &mut *lock(&self.0.stage) {
            Stage::Running(waker) => waker.take(),
            Stage::Ended(_) | Stage::Abandoned => None,
        };
        drop(waker);
    }
}
