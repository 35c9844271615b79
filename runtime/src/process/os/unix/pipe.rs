//! Our end of a pipe to a child, on Unix; it knows nothing of which end it is.
//!
//! The pipe is the standard library's, and our end is an open file of its own: that it does not block is nothing that
//! the child could notice at the other end. It is registered at its first use: so a child that was started is never
//! refused because the reactor has no descriptor left, and what is only handed on to the next child costs nothing.

use std::cell::OnceCell;
use std::fs::File;
use std::io::{self, IoSlice, Read, Write};
use std::os::fd::OwnedFd;
use std::process::Stdio;
use std::rc::Rc;
use std::task::{Context, Poll};

use reactor::{Direction, Handle, Registration, Sharing, SourceKind, set_nonblocking};

#[derive(Debug)]
pub(in crate::process) struct Pipe {
    handle: Handle,
    registration: OnceCell<Registration<Rc<File>>>,
    /// A share of its own, so that a registration that was refused can be tried again.
    file: Rc<File>,
}

impl Pipe {
    pub(in crate::process) fn new(handle: &Handle, end: impl Into<OwnedFd>) -> Pipe {
        Pipe {
            handle: handle.clone(),
            registration: OnceCell::new(),
            file: Rc::new(File::from(end.into())),
        }
    }

    fn registration(&self) -> io::Result<&Registration<Rc<File>>> {
        if let Some(registration) = self.registration.get() {
            return Ok(registration);
        }
        set_nonblocking(&self.file, true)?;
        let registration = Registration::new(
            self.handle.clone(),
            self.file.clone(),
            SourceKind::Other,
            Sharing::Sole,
        )?;
        Ok(self.registration.get_or_init(|| registration))
    }

    pub(in crate::process) fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let read = |file: &Rc<File>| (&**file).read(buffer);
        self.registration()?.poll_io(cx, Direction::Read, read)
    }

    pub(in crate::process) fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let write = |file: &Rc<File>| (&**file).write(bytes);
        self.registration()?.poll_io(cx, Direction::Write, write)
    }

    pub(in crate::process) fn poll_write_vectored(
        &mut self,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let write = |file: &Rc<File>| (&**file).write_vectored(parts);
        self.registration()?.poll_io(cx, Direction::Write, write)
    }

    /// What was written is in the pipe.
    pub(in crate::process) fn poll_flush(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    /// The descriptor, in blocking mode, as it was made.
    pub(in crate::process) fn into_owned(self) -> io::Result<OwnedFd> {
        if let Some(registration) = self.registration.into_inner() {
            drop(registration.into_inner()?);
        }
        // Also where the registration was refused.
        set_nonblocking(&self.file, false)?;
        match Rc::try_unwrap(self.file) {
            Ok(file) => Ok(file.into()),
            Err(_) => Err(io::Error::other("the system still watches this pipe")),
        }
    }

    pub(in crate::process) fn into_stdio(self) -> io::Result<Stdio> {
        self.into_owned().map(Stdio::from)
    }
}
