//! What is read from a place in a file into a buffer, or written there from one, by a thread that may wait for it; it
//! knows nothing of threads.

use std::fs;
use std::io::{self, ErrorKind};

use reactor::owned::{Read, ReadExact, Write, WriteAll};
use reactor::{IoBuf, IoBufMut};

use super::os;

#[cfg(test)]
mod tests;

/// What a [`Transfer`](super::Transfer) does: [`Read`], [`ReadExact`], [`Write`] or [`WriteAll`]. No other crate can
/// add one.
pub trait Way<B>: Send + Unpin + sealed::Sealed + 'static {
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
fn uninterrupted(mut call: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
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
        // No file reaches so far: behind the last offset the system refuses the call.
        match call(*done, offset.saturating_add(*done as u64))? {
            0 => return Err(none()),
            moved => *done += moved,
        }
    }
    Ok(())
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

    fn settle(&self, _: &mut B, _: usize) {}
}
