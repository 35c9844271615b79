//! A thread for calls that may block for ever, there while there is work; it knows nothing of streams.

use std::io;
use std::ops::{Deref, DerefMut};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// A call needs little, and the waker that is called behind it somewhat more. It is said here so that it need not be
/// looked for in the environment.
const STACK_SIZE: usize = 256 << 10;

/// A thread that had nothing to do for so long ends.
pub(super) const IDLE: Duration = Duration::from_secs(10);

/// What lies on a desk: work for its thread, one job at a time, and what has come of it.
pub(super) trait Work: Send + Sized + 'static {
    type Job;

    /// The thread's name.
    fn name(&self) -> &'static str;

    /// Takes the next job, if there is one.
    fn next(&mut self) -> Option<Self::Job>;

    /// Does it, on the thread. The desk is not locked, and must not be while the job blocks. It must not panic.
    fn carry_out(desk: &Desk<Self>, job: Self::Job);
}

/// A desk, and a thread for what lies on it.
///
/// It is a static: the thread may stand in its call for ever, and nobody waits for it, neither a runtime at its end nor
/// the process at its own.
///
/// ```text
///             call                        no job for a while
///   nobody ────────▶ a thread is at work ────────────────────▶ nobody
/// ```
pub(super) struct Desk<W> {
    state: Mutex<State<W>>,
    /// Notified when there is a job.
    called: Condvar,
    /// How long a thread waits for the next job.
    idle: Duration,
}

pub(super) struct State<W> {
    work: W,
    /// There is a thread. It looks for a job once more before it ends.
    staffed: bool,
}

impl<W> Deref for State<W> {
    type Target = W;

    fn deref(&self) -> &W {
        &self.work
    }
}

impl<W> DerefMut for State<W> {
    fn deref_mut(&mut self) -> &mut W {
        &mut self.work
    }
}

impl<W: Work> Desk<W> {
    pub(super) const fn new(work: W, idle: Duration) -> Self {
        Desk {
            state: Mutex::new(State {
                work,
                staffed: false,
            }),
            called: Condvar::new(),
            idle,
        }
    }

    /// No user code may run under this lock, a waker's neither: it may come back here.
    pub(super) fn lock(&self) -> MutexGuard<'_, State<W>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has the thread look for a job, and starts it if there is none.
    ///
    /// # Errors
    /// When the system starts no thread.
    pub(super) fn call(&'static self, state: &mut State<W>) -> io::Result<()> {
        if state.staffed {
            self.called.notify_one();
            return Ok(());
        }
        thread::Builder::new()
            .name(state.work.name().to_owned())
            .stack_size(STACK_SIZE)
            .spawn(|| self.serve())?;
        state.staffed = true;
        Ok(())
    }

    /// What the thread does.
    fn serve(&self) {
        let mut state = self.lock();
        let mut rested = false;
        loop {
            if let Some(job) = state.work.next() {
                drop(state);
                W::carry_out(self, job);
                state = self.lock();
                rested = false;
            } else if rested {
                state.staffed = false;
                return;
            } else {
                let waited = self.called.wait_timeout(state, self.idle);
                let (again, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
                state = again;
                rested = timeout.timed_out();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Instant;

    use super::*;

    /// Jobs tell which thread does them.
    struct Calls(Vec<mpsc::Sender<thread::ThreadId>>);

    impl Work for Calls {
        type Job = mpsc::Sender<thread::ThreadId>;

        fn name(&self) -> &'static str {
            "desk-test"
        }

        fn next(&mut self) -> Option<Self::Job> {
            self.0.pop()
        }

        fn carry_out(_: &Desk<Calls>, job: Self::Job) {
            job.send(thread::current().id()).unwrap();
        }
    }

    fn call(desk: &'static Desk<Calls>) -> thread::ThreadId {
        let (sender, receiver) = mpsc::channel();
        let mut state = desk.lock();
        state.0.push(sender);
        desk.call(&mut state).unwrap();
        drop(state);
        receiver.recv().unwrap()
    }

    #[test]
    fn one_thread_does_all_the_jobs() {
        static DESK: Desk<Calls> = Desk::new(Calls(Vec::new()), Duration::MAX);
        assert!(!DESK.lock().staffed);
        let first = call(&DESK);
        assert!((0..100).all(|_| call(&DESK) == first));
    }

    #[test]
    fn a_thread_that_has_nothing_to_do_ends_and_loses_no_job() {
        static DESK: Desk<Calls> = Desk::new(Calls(Vec::new()), Duration::from_micros(50));
        let first = call(&DESK);
        while DESK.lock().staffed {
            thread::yield_now();
        }
        assert_ne!(call(&DESK), first);
        // Sometimes it is just about to end.
        for pause in (0..100).cycle().map(Duration::from_micros).take(2000) {
            let start = Instant::now();
            while start.elapsed() < pause {}
            call(&DESK);
        }
    }
}
