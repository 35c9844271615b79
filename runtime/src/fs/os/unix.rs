//! Positioned reads and writes, and the way out to the descriptor, on Unix.

use std::ffi::CString;
use std::fs;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use reactor::owned::FileCall;
use reactor::{Handle, Pollable};

use crate::fs::File;

pub(in crate::fs) fn read_at(file: &fs::File, room: &mut [u8], offset: u64) -> io::Result<usize> {
    file.read_at(room, offset)
}

pub(in crate::fs) fn write_at(file: &fs::File, bytes: &[u8], offset: u64) -> io::Result<usize> {
    file.write_at(bytes, offset)
}

/// The file as a driver takes it.
pub(in crate::fs) fn pollable(file: &Arc<fs::File>) -> Option<Rc<dyn Pollable>> {
    Some(Rc::new(file.clone()))
}

/// A file that the driver opens by itself.
pub(in crate::fs) struct Opening(FileCall<CString>);

impl Opening {
    /// `None` if this driver does not, or the path is none.
    pub(in crate::fs) fn begin(handle: &Handle, path: &Path, creates: bool) -> Option<Opening> {
        let path = CString::new(path.as_os_str().as_bytes()).ok()?;
        FileCall::open(handle, path, creates).map(Opening)
    }

    pub(in crate::fs) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<fs::File>> {
        let (result, _) = ready!(self.0.poll(cx));
        let opened = self.0.take_opened().map(fs::File::from);
        Poll::Ready(result.and_then(|_| opened.ok_or_else(|| io::ErrorKind::Other.into())))
    }
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
