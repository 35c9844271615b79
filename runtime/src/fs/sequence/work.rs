//! What a thread does with a file at the file's own position; it knows nothing of who waits for it.

use std::fs;
use std::io::{self, IsTerminal, Read, Seek, SeekFrom, Write};
use std::mem;
use std::ops::Range;
use std::sync::Arc;

use crate::fs::os::Turns;
use crate::fs::way::uninterrupted;

/// What lies with a file between two operations. Its memory serves all of them.
#[derive(Default)]
pub(super) struct Buffers {
    /// Bytes that were read and that nobody has taken yet, because a read was dropped, or was for fewer the second
    /// time. The system's position is behind the last of them, the user's is at the first.
    pub(super) unread: Unread,
    /// What is to be written.
    pub(super) unwritten: Vec<u8>,
}

/// A part of memory that was filled.
#[derive(Default)]
pub(super) struct Unread {
    /// All of it has been something once, so that nothing need be cleared before it is filled.
    memory: Vec<u8>,
    part: Range<usize>,
    /// The system's position when it had been read.
    behind: Option<u64>,
}

impl Unread {
    pub(super) fn len(&self) -> usize {
        self.part.len()
    }

    /// Takes as many as there is room for.
    pub(super) fn take(&mut self, room: &mut [u8]) -> usize {
        let count = self.len().min(room.len());
        let taken = self.part.start..self.part.start + count;
        room[..count].copy_from_slice(&self.memory[taken]);
        self.part.start += count;
        count
    }

    /// Fills it by one call that reads, when nothing is left in it.
    fn fill(
        &mut self,
        most: usize,
        mut read: impl FnMut(&mut [u8]) -> io::Result<usize>,
    ) -> io::Result<usize> {
        if self.memory.len() < most {
            self.memory.resize(most, 0);
        }
        self.part = 0..0;
        let count = uninterrupted(|| read(&mut self.memory[..most]))?;
        self.part = 0..count;
        Ok(count)
    }
}

/// A file and its buffers, on their way to a thread and back.
pub(super) struct Work {
    file: Arc<fs::File>,
    turns: Turns,
    buffers: Buffers,
}

/// What a thread is to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Task {
    /// Read once, so many bytes at most. The result is how many.
    Read(usize),
    /// Write all that is to be written.
    Write,
    /// The result is the new position.
    Seek(SeekFrom),
}

impl Work {
    pub(super) fn new(file: &Arc<fs::File>, turns: &Turns, buffers: Buffers) -> Self {
        Work {
            file: file.clone(),
            turns: turns.clone(),
            buffers,
        }
    }

    pub(super) fn into_buffers(self) -> Buffers {
        self.buffers
    }

    pub(super) fn carry_out(&mut self, task: Task) -> io::Result<u64> {
        let (mut file, buffers) = (&*self.file, &mut self.buffers);
        self.turns.in_sequence(|| match task {
            Task::Read(most) => {
                let count = buffers.unread.fill(most, |room| file.read(room))?;
                buffers.unread.behind = file.stream_position().ok();
                Ok(count as u64)
            }
            Task::Write => {
                // A terminal or a pipe has no position: what was read stays, and is read before anything else.
                let _ = put_back(file, &mut buffers.unread);
                let bytes = mem::take(&mut buffers.unwritten);
                let result = file.write_all(&bytes);
                buffers.unwritten = bytes;
                result.map(|()| 0)
            }
            Task::Seek(place) => {
                put_back(file, &mut buffers.unread)?;
                file.seek(place)
            }
        })
    }
}

/// Makes the system's position the user's. What was read ahead is read again, if at all. Where a clone has moved the
/// position meanwhile, the user's is there, too: what was read stands nowhere any more, and is forgotten.
pub(super) fn put_back(mut file: &fs::File, unread: &mut Unread) -> io::Result<()> {
    if unread.len() > 0 {
        let here = file.stream_position()?;
        // Windows tells a position of a pipe, too, which does not move; and macOS and FreeBSD one of a terminal, in
        // which a seek puts nothing back.
        let behind = unread.behind.filter(|_| !file.is_terminal());
        let before = behind.and_then(|behind| behind.checked_sub(unread.len() as u64));
        let before = before.ok_or(io::ErrorKind::NotSeekable)?;
        if behind == Some(here) {
            file.seek(SeekFrom::Start(before))?;
        }
        unread.part = 0..0;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
