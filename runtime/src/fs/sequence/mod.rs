//! The sequential operations of one file, one after another, each by a thread; it knows nothing of traits and names.
//!
//! ```text
//!          poll_write: copied, and Ready        ┌──▶ writing ─┐
//!   idle ── poll_read: waits ───────────────────┼──▶ reading ─┼──▶ idle: what was read and not taken is kept,
//!     ▲     poll_seek: waits                    └──▶ seeking ─┘    the error of a write is kept until it is told
//!     └─────────────────────────────────────────────────────────┘
//! ```
//!
//! Whoever comes while one is under way waits for its end. A write is detached when the file is dropped, for its bytes
//! were taken; a read or a seek that has not begun is taken back.

use std::fs;
use std::io::{self, SeekFrom};
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use reactor::Handle;

use self::bell::Bell;
use self::work::{Buffers, Task, Work, put_back};
use super::job::Job;
use super::os::Turns;

mod bell;
mod work;

/// As much as one operation moves, unless it is told otherwise.
const MOST: usize = 2 << 20;

/// What is under way, and what is left of what was.
pub(super) struct Sequence {
    state: Mutex<State>,
    bell: Arc<Bell>,
    /// Rings the bell. A job has room for one waker, and a write may have several who wait for it.
    ringer: Waker,
}

struct State {
    stage: Stage,
    /// Of a write that ended when nobody waited for it.
    failed: Option<io::Error>,
    /// How many writes there were, and how many have ended.
    begun: u64,
    ended: u64,
    most: usize,
}

enum Stage {
    Idle(Buffers),
    Busy(Task, Job<Work, u64>),
}

/// Which writes somebody waits for: those that had begun when it was first asked.
#[derive(Default)]
pub(super) struct Written(Option<u64>);

impl Sequence {
    pub(super) fn new() -> Arc<Self> {
        let bell = Arc::new(Bell::default());
        Arc::new(Sequence {
            state: Mutex::new(State {
                stage: Stage::Idle(Buffers::default()),
                failed: None,
                begun: 0,
                ended: 0,
                most: MOST,
            }),
            ringer: Waker::from(bell.clone()),
            bell,
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn set_most(&self, bytes: usize) {
        self.lock().most = bytes;
    }

    /// Waits for what is under way: what it was and its result, or nothing if nothing was. The error of a write is
    /// kept.
    fn poll_end(
        &self,
        state: &mut State,
        cx: &mut Context<'_>,
    ) -> Poll<Option<(Task, io::Result<u64>)>> {
        if let Stage::Busy(..) = state.stage {
            self.bell.add(cx.waker());
        }
        state.poll_end(&self.ringer)
    }

    pub(super) fn poll_read(
        &self,
        file: &Arc<fs::File>,
        turns: &Turns,
        room: &mut [u8],
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        let mut state = self.lock();
        loop {
            match ready!(self.poll_end(&mut state, cx)) {
                Some((Task::Read(_), Ok(0))) => return Poll::Ready(Ok(0)),
                Some((Task::Read(_), Err(error))) => return Poll::Ready(Err(error)),
                _ => {}
            }
            state.told()?;
            let taken = state.buffers().unread.take(room);
            if taken > 0 {
                return Poll::Ready(Ok(taken));
            }
            let most = room.len().min(state.most);
            state.start(file, turns, Task::Read(most));
        }
    }

    /// Takes what it can, and says so at once; nothing is written yet. It takes nothing if no thread will write it.
    pub(super) fn poll_write<'a>(
        &self,
        file: &Arc<fs::File>,
        turns: &Turns,
        pieces: impl Iterator<Item = &'a [u8]>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        let mut state = self.lock();
        ready!(self.poll_end(&mut state, cx));
        state.told()?;
        let most = state.most;
        let bytes = &mut state.buffers().unwritten;
        bytes.clear();
        for piece in pieces {
            let room = most - bytes.len();
            bytes.extend_from_slice(&piece[..piece.len().min(room)]);
        }
        let count = bytes.len();
        state.start(file, turns, Task::Write);
        if state.was_refused() {
            // Told now, while the bytes are the caller's still: nobody may ask for the end of a write.
            let _ = state.poll_end(&self.ringer);
            state.told()?;
        }
        Poll::Ready(Ok(count))
    }

    pub(super) fn poll_seek(
        &self,
        file: &Arc<fs::File>,
        turns: &Turns,
        place: SeekFrom,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<u64>> {
        let mut state = self.lock();
        loop {
            // One that was dropped and was for the same place is as good: either may have happened, but not both.
            if let Some((Task::Seek(sought), result)) = ready!(self.poll_end(&mut state, cx)) {
                if sought == place {
                    return Poll::Ready(result);
                }
            }
            state.told()?;
            state.start(file, turns, Task::Seek(place));
        }
    }

    /// Waits until all has been written that had begun to be when it was first asked, and keeps the error.
    pub(super) fn poll_written(&self, written: &mut Written, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.lock();
        let last = *written.0.get_or_insert(state.begun);
        while state.ended < last {
            ready!(self.poll_end(&mut state, cx));
        }
        Poll::Ready(())
    }

    /// The error of a write, once.
    pub(super) fn told(&self) -> io::Result<()> {
        self.lock().told()
    }

    /// Makes the system's position the user's, if nothing is under way and nobody need wait for it.
    pub(super) fn put_back(&self, file: &fs::File, turns: &Turns) {
        let mut state = self.lock();
        if let Stage::Busy(Task::Read(_), _) = state.stage {
            // It may be over, though nobody has asked. (Whoever still waits for it reads again.)
            drop(state.poll_end(&self.ringer));
        }
        if let Stage::Idle(buffers) = &mut state.stage {
            let _ = turns.at_once(|| put_back(file, &mut buffers.unread));
        }
    }

    /// Ends what is under way, if it need not be waited for, and puts back what was read. False if something would be
    /// lost without this sequence: a write, its error, or bytes that cannot be put back.
    pub(super) fn settle(&self, file: &fs::File, turns: &Turns) -> bool {
        let mut state = self.lock();
        let revoked = match &mut state.stage {
            Stage::Busy(Task::Read(_) | Task::Seek(_), job) => job.revoke(),
            _ => None,
        };
        match revoked {
            Some(work) => state.stage = Stage::Idle(work.into_buffers()),
            None => drop(state.poll_end(&self.ringer)),
        }
        let Stage::Idle(buffers) = &mut state.stage else {
            return false;
        };
        let unread = &mut buffers.unread;
        let _ = turns.at_once(|| put_back(file, unread));
        unread.len() == 0 && state.failed.is_none()
    }
}

impl State {
    fn start(&mut self, file: &Arc<fs::File>, turns: &Turns, task: Task) {
        drop(Handle::current(match task {
            Task::Read(_) => "File::poll_read",
            Task::Write => "File::poll_write",
            Task::Seek(_) => "File::poll_seek",
        }));
        let work = Work::new(file, turns, mem::take(self.buffers()));
        let job = Job::start(work, move |work| work.carry_out(task));
        self.stage = Stage::Busy(task, job);
        if task == Task::Write {
            self.begun += 1;
        }
    }

    /// No thread could be started for what was just begun.
    fn was_refused(&self) -> bool {
        matches!(&self.stage, Stage::Busy(_, job) if job.is_refused())
    }

    fn poll_end(&mut self, ringer: &Waker) -> Poll<Option<(Task, io::Result<u64>)>> {
        let Stage::Busy(task, job) = &mut self.stage else {
            return Poll::Ready(None);
        };
        let task = *task;
        let (mut result, work) = ready!(job.poll(&mut Context::from_waker(ringer)));
        self.stage = Stage::Idle(work.into_buffers());
        if task == Task::Write {
            self.ended += 1;
            if let Err(error) = mem::replace(&mut result, Ok(0)) {
                self.failed = Some(error);
            }
        }
        Poll::Ready(Some((task, result)))
    }

    fn told(&mut self) -> io::Result<()> {
        self.failed.take().map_or(Ok(()), Err)
    }

    fn buffers(&mut self) -> &mut Buffers {
        match &mut self.stage {
            Stage::Idle(buffers) => buffers,
            Stage::Busy(..) => unreachable!("whoever asks has waited for the end"),
        }
    }
}

impl Drop for State {
    /// What was taken from a writer is written, though nobody will hear of it.
    fn drop(&mut self) {
        let nothing = Stage::Idle(Buffers::default());
        if let Stage::Busy(Task::Write, job) = mem::replace(&mut self.stage, nothing) {
            job.detach();
        }
    }
}
