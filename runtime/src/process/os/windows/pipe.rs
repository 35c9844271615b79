//! Our end of a pipe to a child, on Windows, where no queue watches pipes: a thread of the pool reads and writes.
//!
//! Each call takes the pipe and a buffer along and brings both back. Whoever stops waiting loses nothing: the call goes
//! on, and the next one finds what it has brought.

use std::io::{self, IoSlice, Read, Write};
use std::marker::PhantomData;
use std::pin::Pin;
use std::process::Stdio;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use executor::{Blocking, unblock};
use reactor::{Handle, budget};

/// As much as a pipe moves at once.
const ROOM: usize = 64 << 10;

/// A pipe that a thread has at times.
#[derive(Debug)]
enum Stage<T> {
    Here(T),
    Away(Blocking<(T, Vec<u8>, io::Result<usize>)>),
    /// It went with a thread, which gave it up because the runtime has ended.
    Gone,
}

impl<T: Send + 'static> Stage<T> {
    /// Has a thread make the call, with a buffer.
    fn send(
        &mut self,
        mut buffer: Vec<u8>,
        call: impl FnOnce(&mut T, &mut Vec<u8>) -> io::Result<usize> + Send + 'static,
    ) -> io::Result<()> {
        match std::mem::replace(self, Stage::Gone) {
            Stage::Here(mut pipe) => {
                let sent = unblock(move || {
                    let result = call(&mut pipe, &mut buffer);
                    (pipe, buffer, result)
                });
                *self = Stage::Away(sent?);
                Ok(())
            }
            other => {
                *self = other;
                Ok(())
            }
        }
    }

    /// Waits until the pipe is here. If it was away, what the call has brought.
    fn poll_here(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Option<(Vec<u8>, usize)>>> {
        match self {
            Stage::Here(_) => Poll::Ready(Ok(None)),
            Stage::Gone => Poll::Ready(Err(given_up())),
            Stage::Away(away) => {
                let back = ready!(Pin::new(away).poll(cx));
                *self = Stage::Gone;
                let (pipe, buffer, result) = back.map_err(|_| given_up())?;
                *self = Stage::Here(pipe);
                Poll::Ready(result.map(|moved| Some((buffer, moved))))
            }
        }
    }

    fn into_here(self) -> io::Result<T> {
        match self {
            Stage::Here(pipe) => Ok(pipe),
            Stage::Away(_) | Stage::Gone => Err(io::Error::other(
                "this pipe to a child is being read or written: await that first",
            )),
        }
    }
}

#[cold]
fn given_up() -> io::Error {
    io::Error::other(
        "this pipe to a child was given up, for its runtime is gone: keep the `Runtime` for as long as its children",
    )
}

/// A pipe that the child writes to.
#[derive(Debug)]
pub(in crate::process) struct Reading<T> {
    stage: Stage<T>,
    /// What was read, and how much of it was taken.
    read: Vec<u8>,
    taken: usize,
    /// On other systems it is bound to the thread of its runtime. So it is here.
    stays: PhantomData<Rc<()>>,
}

impl<T: Read + Send + Into<Stdio> + 'static> Reading<T> {
    pub(in crate::process) fn new(_: &Handle, pipe: T) -> Self {
        Reading {
            stage: Stage::Here(pipe),
            read: Vec::new(),
            taken: 0,
            stays: PhantomData,
        }
    }

    pub(in crate::process) fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        ready!(budget::poll_left(cx));
        while self.taken == self.read.len() && !buffer.is_empty() {
            if let Stage::Here(_) = self.stage {
                let mut room = std::mem::take(&mut self.read);
                room.clear();
                room.resize(buffer.len().min(ROOM), 0);
                self.taken = 0;
                self.stage.send(room, |pipe, room| pipe.read(room))?;
            }
            if let Some((mut bytes, moved)) = ready!(self.stage.poll_here(cx))? {
                if moved == 0 {
                    budget::spend();
                    return Poll::Ready(Ok(0));
                }
                bytes.truncate(moved);
                self.read = bytes;
            }
        }
        budget::spend();
        Poll::Ready((&self.read[self.taken..]).read(buffer)).map_ok(|moved| {
            self.taken += moved;
            moved
        })
    }

    pub(in crate::process) fn into_stdio(self) -> io::Result<Stdio> {
        if self.taken < self.read.len() {
            let words = "this pipe to a child has brought bytes that nobody took: read them first";
            return Err(io::Error::other(words));
        }
        self.stage.into_here().map(Into::into)
    }
}

/// A pipe that the child reads.
#[derive(Debug)]
pub(in crate::process) struct Writing<T> {
    stage: Stage<T>,
    stays: PhantomData<Rc<()>>,
}

impl<T: Write + Send + Into<Stdio> + 'static> Writing<T> {
    pub(in crate::process) fn new(_: &Handle, pipe: T) -> Self {
        Writing {
            stage: Stage::Here(pipe),
            stays: PhantomData,
        }
    }

    /// Sends the bytes on their way. An error of those before them is told here.
    pub(in crate::process) fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(bytes)])
    }

    /// It copies them anyway, and so it makes one write of them.
    pub(in crate::process) fn poll_write_vectored(
        &mut self,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(budget::poll_left(cx));
        ready!(self.stage.poll_here(cx))?;
        let mut sent = Vec::new();
        for part in parts {
            let room = ROOM - sent.len();
            sent.extend_from_slice(&part[..part.len().min(room)]);
        }
        let length = sent.len();
        if length > 0 {
            let write =
                |pipe: &mut T, bytes: &mut Vec<u8>| pipe.write_all(bytes).map(|()| bytes.len());
            self.stage.send(sent, write)?;
        }
        budget::spend();
        Poll::Ready(Ok(length))
    }

    /// Waits until what was written is in the pipe.
    pub(in crate::process) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stage.poll_here(cx).map_ok(drop)
    }

    pub(in crate::process) fn into_stdio(self) -> io::Result<Stdio> {
        self.stage.into_here().map(Into::into)
    }
}
