//! Work for a thread of the pool, which can be taken back until a thread has begun it; it knows nothing of files.

use std::any::Any;
use std::fmt;
use std::io;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::thread;

use executor::{Blocking, unblock};
use net::while_doing;

/// Work that was handed in, and what comes of it. Dropping it takes back what has not begun; what has goes on to its
/// end, and what comes of it is dropped there. [Detaching](Job::detach) it takes nothing back.
pub(super) struct Job<W, T> {
    desk: Arc<Desk<W, T>>,
    /// Says when a thread is done with it, or that none will ever be. `None` if there is none.
    blocking: Option<Blocking<()>>,
    /// Why there is no thread.
    refusal: Option<io::Error>,
}

/// Where the work lies, so that somebody has it at any time. `Away` is with a thread, or with whoever has it back.
///
/// ```text
///             a thread takes it          the thread brings it back
///   waiting ─────────────────────▶ away ──────────────────────────▶ over
///      │                            ▲ ▲                               │
///      └────────────────────────────┘ └───────────────────────────────┘
///        revoke, drop; poll, when       poll
///        none will ever take it
/// ```
type Desk<W, T> = Mutex<Stage<W, T>>;

enum Stage<W, T> {
    Waiting(W, Wanted),
    Away,
    Over(W, thread::Result<io::Result<T>>),
}

/// The pool skips what nobody waits for. Whoever waited for work that was detached lies beside it, and so the pool
/// begins it nevertheless.
type Wanted = Option<Blocking<()>>;

impl<W: Send + 'static, T: Send + 'static> Job<W, T> {
    /// Hands the work to the pool of the current runtime, which has to be there.
    pub(super) fn start(
        work: W,
        run: impl FnOnce(&mut W) -> io::Result<T> + Send + 'static,
    ) -> Self {
        let desk = Arc::new(Mutex::new(Stage::Waiting(work, None)));
        let threads = desk.clone();
        let (blocking, refusal) = match unblock(move || carry_out(&threads, run)) {
            Ok(blocking) => (Some(blocking), None),
            Err(error) => (None, Some(error)),
        };
        Job {
            desk,
            blocking,
            refusal,
        }
    }

    /// What has come of it, and the work itself, once. The work is as it was if it has not begun and never will.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<(io::Result<T>, W)> {
        if let Some(blocking) = &mut self.blocking {
            // The desk knows more of the end than the pool does.
            let _ = ready!(Pin::new(blocking).poll(cx));
        }
        Poll::Ready(match take(&self.desk) {
            Stage::Over(work, Ok(result)) => (result, work),
            Stage::Over(work, Err(payload)) => (Err(panicked(&*payload)), work),
            Stage::Waiting(work, _) => {
                let error = self.refusal.take().map_or_else(given_up, |error| {
                    while_doing("starting a thread for work that blocks", error)
                });
                (Err(error), work)
            }
            Stage::Away => unreachable!("whoever takes the work polls the job no more"),
        })
    }
}

impl<W, T> Job<W, T> {
    /// True if no thread will ever do it, for none could be started.
    pub(super) fn is_refused(&self) -> bool {
        self.refusal.is_some()
    }

    /// Takes the work back, if no thread has begun it.
    pub(super) fn revoke(&mut self) -> Option<W> {
        let mut stage = self.desk.lock().unwrap_or_else(PoisonError::into_inner);
        match mem::replace(&mut *stage, Stage::Away) {
            Stage::Waiting(work, _) => Some(work),
            begun => {
                *stage = begun;
                None
            }
        }
    }

    /// Lets it be done, also if it has not begun, though nobody will ask what has come of it. Only the end of the
    /// runtime takes it back.
    pub(super) fn detach(mut self) {
        let waiter = self.blocking.take();
        let mut stage = self.desk.lock().unwrap_or_else(PoisonError::into_inner);
        if let Stage::Waiting(_, wanted) = &mut *stage {
            *wanted = waiter;
        }
    }
}

impl<W, T> Drop for Job<W, T> {
    /// Now, and not when the pool comes to it: what the work has is free again.
    fn drop(&mut self) {
        if self.blocking.is_some() {
            drop(self.revoke());
        }
    }
}

impl<W, T> fmt::Debug for Job<W, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Job").field(&self.blocking).finish()
    }
}

fn take<W, T>(desk: &Desk<W, T>) -> Stage<W, T> {
    let mut stage = desk.lock().unwrap_or_else(PoisonError::into_inner);
    mem::replace(&mut *stage, Stage::Away)
}

/// What a thread does. Neither the work nor its destructor runs under the lock.
fn carry_out<W, T>(desk: &Desk<W, T>, run: impl FnOnce(&mut W) -> io::Result<T>) {
    let Stage::Waiting(mut work, _wanted) = take(desk) else {
        return; // Taken back.
    };
    // What a panic leaves is given back as it is: it is bytes and their number.
    let result = catch_unwind(AssertUnwindSafe(|| run(&mut work)));
    *desk.lock().unwrap_or_else(PoisonError::into_inner) = Stage::Over(work, result);
}

#[cold]
fn panicked(payload: &(dyn Any + Send)) -> io::Error {
    let words = payload.downcast_ref::<&'static str>().copied();
    let words = words.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    io::Error::other(format!(
        "the operation panicked on its thread: {}",
        words.unwrap_or("…")
    ))
}

#[cold]
pub(super) fn given_up() -> io::Error {
    io::Error::other(
        "the operation was given up before it began, for its runtime is gone: keep the `Runtime` while files are used \
         on it",
    )
}
