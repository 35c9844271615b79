//! Positioned reads and writes, and the way out to the descriptor, on Unix.

use std::fs;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::os::unix::fs::FileExt;

use crate::fs::File;

pub(in crate::fs) fn read_at(file: &fs::File, room: &mut [u8], offset: u64) -> io::Result<usize> {
    file.read_at(room, offset)
}

pub(in crate::fs) fn write_at(file: &fs::File, bytes: &[u8], offset: u64) -> io::Result<usize> {
    file.write_at(bytes, offset)
}

impl AsFd for File {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.shared.as_fd()
    }
}

impl AsRawFd for File {
    fn as_raw_fd(&self) -> RawFd {
        self.shared.as_raw_fd()
    }
}
