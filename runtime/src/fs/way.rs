//! What is read from a place in a file into a buffer, or written there from one, by a thread that may wait for it; it
//! knows nothing of threads.

use std::fs;
use std::io::{self, ErrorKind};
use std::rc::Rc;

use reactor::owned::{FileCall, Read, ReadExact, Write, WriteAll};
use reactor::{Handle, IoBuf, IoBufMut, Pollable};

use super::os;

#[cfg(test)]
mod tests;

/// What a [`Transfer`](super::Transfer) does: [`Read`], [`ReadExact`], [`Write`] or [`WriteAll`]. No other crate can
/// add one.
pub trait Way<B: 'static>: Send + Unpin + sealed::Sealed + 'static {
    /// The method, for the words of a misuse.
    #[doc(hidden)]
    const METHOD: &'static str;

    /// True if nothing was asked for.
    #[doc(hidden)]
    fn is_nothing(&self, buffer: &B) -> bool;

    /// Does it, from `offset` on. Afterwards `done` says how many bytes were moved, also after an error.
    #[doc(hidden)]
    fn carry_out(
        &self,
        file: &fs::File,
        buffer: &mut B,
        offset: u64,
        done: &mut usize,
    ) -> io::Result<()>;

    /// One call, for a driver that makes it by itself; the buffer, if this one does not.
    #[doc(hidden)]
    fn call(
        &self,
        handle: &Handle,
        file: Rc<dyn Pollable>,
        buffer: B,
        done: usize,
        offset: u64,
    ) -> Result<FileCall<B>, B>;

    /// What it is that a call has moved so many bytes. `None`: there is more to do.
    #[doc(hidden)]
    fn after(&self, buffer: &B, moved: usize, done: &mut usize) -> Option<io::Result<()>>;

    /// Makes the buffer's length tell what was moved into it.
    #[doc(hidden)]
    fn settle(&self, buffer: &mut B, done: usize);
}

mod sealed {
    /// Only this crate knows when an operation may give its buffer back.
    pub trait Sealed {}
}

pub(super) use sealed::Sealed;

impl Sealed for Read {}
impl Sealed for ReadExact {}
impl Sealed for Write {}
impl Sealed for WriteAll {}

/// A signal that comes meanwhile ends a call, but is nobody's error.
pub(super) fn uninterrupted(mut call: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match call() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// One read behind the first `from` bytes of the buffer.
fn read<B: IoBufMut>(
    buffer: &mut B,
    from: usize,
    mut call: impl FnMut(&mut [u8]) -> io::Result<usize>,
) -> io::Result<usize> {
    uninterrupted(|| {
        buffer.fill_by(from, |room| {
            let room = room.initialise();
            let length = call(room)?;
            Ok(&mut room[..length])
        })
    })
}

/// Where the next call begins. No file reaches so far that it wraps: behind the last offset the system refuses it.
fn place(offset: u64, done: usize) -> u64 {
    offset.saturating_add(done as u64)
}

/// As many calls as it takes to move `wanted` bytes. Each is told where it begins, and moves nothing only when no other
/// would move more: then there is the error `none`.
fn until(
    wanted: usize,
    offset: u64,
    done: &mut usize,
    none: fn() -> io::Error,
    mut call: impl FnMut(usize, u64) -> io::Result<usize>,
) -> io::Result<()> {
    while *done < wanted {
        match call(*done, place(offset, *done))? {
            0 => return Err(none()),
            moved => *done += moved,
        }
    }
    Ok(())
}

/// What it is that one call of several has moved so many bytes.
fn so_far(
    wanted: usize,
    moved: usize,
    done: &mut usize,
    none: fn() -> io::Error,
) -> Option<io::Result<()>> {
    *done += moved;
    match moved {
        0 => Some(Err(none())),
        _ => (*done >= wanted).then_some(Ok(())),
    }
}

/// And what it is of the only one.
fn at_once(moved: usize, done: &mut usize) -> Option<io::Result<()>> {
    *done = moved;
    Some(Ok(()))
}

#[cold]
fn ended_early() -> io::Error {
    io::Error::new(
        ErrorKind::UnexpectedEof,
        "the file ended before the buffer was full",
    )
}

#[cold]
fn nothing_written() -> io::Error {
    io::Error::new(
        ErrorKind::WriteZero,
        "the file took none of the bytes that were left",
    )
}

impl<B: IoBufMut + Send> Way<B> for Read {
    const METHOD: &'static str = "File::read_at";

    fn is_nothing(&self, buffer: &B) -> bool {
        buffer.room() == 0
    }

    fn carry_out(
        &self,
        file: &fs::File,
        buffer: &mut B,
        offset: u64,
        done: &mut usize,
    ) -> io::Result<()> {
        *done = read(buffer, 0, |room| os::read_at(file, room, offset))?;
        Ok(())
    }

    fn call(
        &self,
        handle: &Handle,
        file: Rc<dyn Pollable>,
        buffer: B,
        _: usize,
        offset: u64,
    ) -> Result<FileCall<B>, B> {
        FileCall::read(handle, file, buffer, 0, offset)
    }

    fn after(&self, _: &B, moved: usize, done: &mut usize) -> Option<io::Result<()>> {
        at_once(moved, done)
    }

    fn settle(&self, buffer: &mut B, done: usize) {
        buffer.keep_first(done);
    }
}

impl<B: IoBufMut + Send> Way<B> for ReadExact {
    const METHOD: &'static str = "File::read_exact_at";

    fn is_nothing(&self, buffer: &B) -> bool {
        buffer.room() == 0
    }

    fn carry_out(
        &self,
        file: &fs::File,
        buffer: &mut B,
        offset: u64,
        done: &mut usize,
    ) -> io::Result<()> {
        until(buffer.room(), offset, done, ended_early, |from, offset| {
            read(buffer, from, |room| os::read_at(file, room, offset))
        })
    }

    fn call(
        &self,
        handle: &Handle,
        file: Rc<dyn Pollable>,
        buffer: B,
        done: usize,
        offset: u64,
    ) -> Result<FileCall<B>, B> {
        FileCall::read(handle, file, buffer, done, place(offset, done))
    }

    fn after(&self, buffer: &B, moved: usize, done: &mut usize) -> Option<io::Result<()>> {
        so_far(buffer.room(), moved, done, ended_early)
    }

    fn settle(&self, buffer: &mut B, done: usize) {
        buffer.keep_first(done);
    }
}

impl<B: IoBuf + Send> Way<B> for Write {
    const METHOD: &'static str = "File::write_at";

    fn is_nothing(&self, buffer: &B) -> bool {
        buffer.is_empty()
    }

    fn carry_out(
        &self,
        file: &fs::File,
        buffer: &mut B,
        offset: u64,
        done: &mut usize,
    ) -> io::Result<()> {
        *done = uninterrupted(|| os::write_at(file, buffer.as_bytes(), offset))?;
        Ok(())
    }

    fn call(
        &self,
        handle: &Handle,
        file: Rc<dyn Pollable>,
        buffer: B,
        _: usize,
        offset: u64,
    ) -> Result<FileCall<B>, B> {
        FileCall::write(handle, file, buffer, 0, offset)
    }

    fn after(&self, _: &B, moved: usize, done: &mut usize) -> Option<io::Result<()>> {
        at_once(moved, done)
    }

    fn settle(&self, _: &mut B, _: usize) {}
}

impl<B: IoBuf + Send> Way<B> for WriteAll {
    const METHOD: &'static str = "File::write_all_at";

    fn is_nothing(&self, buffer: &B) -> bool {
        buffer.is_empty()
    }

    fn carry_out(
        &self,
        file: &fs::File,
        buffer: &mut B,
        offset: u64,
        done: &mut usize,
    ) -> io::Result<()> {
        let bytes = buffer.as_bytes();
        until(
            bytes.len(),
            offset,
            done,
            nothing_written,
            |from, offset| uninterrupted(|| os::write_at(file, &bytes[from..], offset)),
        )
    }

    fn call(
        &self,
        handle: &Handle,
        file: Rc<dyn Pollable>,
        buffer: B,
        done: usize,
        offset: u64,
    ) -> Result<FileCall<B>, B> {
        FileCall::write(handle, file, buffer, done, place(offset, done))
    }

    fn after(&self, buffer: &B, moved: usize, done: &mut usize) -> Option<io::Result<()>> {
        so_far(buffer.len(), moved, done, nothing_written)
    }

    fn settle(&self, _: &mut B, _: usize) {}
}
