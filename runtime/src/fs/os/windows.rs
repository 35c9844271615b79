//! Positioned reads and writes, and the way out to the handle, on Windows. Both move the file's cursor.

use std::fs;
use std::io;
use std::os::windows::fs::FileExt;
use std::os::windows::io::{AsHandle, AsRawHandle, BorrowedHandle, RawHandle};
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use reactor::{Handle, Pollable};

use crate::fs::File;

/// The system takes offsets above this for words of another kind: "behind the end", "where the cursor is".
const LAST_OFFSET: u64 = i64::MAX as u64;

fn checked(offset: u64) -> io::Result<u64> {
    if offset <= LAST_OFFSET {
        Ok(offset)
    } else {
        Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "no file reaches as far as this offset",
        ))
    }
}

pub(in crate::fs) fn read_at(file: &fs::File, room: &mut [u8], offset: u64) -> io::Result<usize> {
    file.seek_read(room, checked(offset)?)
}

pub(in crate::fs) fn write_at(file: &fs::File, bytes: &[u8], offset: u64) -> io::Result<usize> {
    file.seek_write(bytes, checked(offset)?)
}

/// No driver here takes files.
pub(in crate::fs) fn pollable(_: &Arc<fs::File>) -> Option<Rc<dyn Pollable>> {
    None
}

/// A file that the driver opens by itself: there is none.
pub(in crate::fs) enum Opening {}

impl Opening {
    pub(in crate::fs) fn begin(_: &Handle, _: &Path, _: bool) -> Option<Opening> {
        None
    }

    pub(in crate::fs) fn poll(&mut self, _: &mut Context<'_>) -> Poll<io::Result<fs::File>> {
        match *self {}
    }
}

impl AsHandle for File {
    fn as_handle(&self) -> BorrowedHandle<'_> {
        self.shared.as_handle()
    }
}

impl AsRawHandle for File {
    fn as_raw_handle(&self) -> RawHandle {
        self.shared.as_raw_handle()
    }
}
