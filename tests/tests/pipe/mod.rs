//! Two ends of a stream in memory, for tests on the virtual clock; there is no socket in it.

#![allow(dead_code, reason = "each test file takes what it needs")]

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use runtime::io::{AsyncRead, AsyncWrite};

/// What goes one way. It holds as much as is written.
#[derive(Default)]
struct Way {
    bytes: VecDeque<u8>,
    ended: bool,
    reader: Option<Waker>,
}

impl Way {
    fn wake(&mut self) {
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }
}

pub(crate) struct End {
    incoming: Rc<RefCell<Way>>,
    outgoing: Rc<RefCell<Way>>,
}

pub(crate) fn pipe() -> (End, End) {
    let (there, back) = (Rc::<RefCell<Way>>::default(), Rc::default());
    let here = End {
        incoming: Rc::clone(&back),
        outgoing: Rc::clone(&there),
    };
    let far = End {
        incoming: there,
        outgoing: back,
    };
    (here, far)
}

impl End {
    fn end(&self) {
        let mut way = self.outgoing.borrow_mut();
        way.ended = true;
        way.wake();
    }
}

impl AsyncRead for End {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let mut way = self.incoming.borrow_mut();
        if way.bytes.is_empty() && !way.ended {
            way.reader = Some(cx.waker().clone());
            return Poll::Pending;
        }
        Poll::Ready(io::Read::read(&mut way.bytes, buffer))
    }
}

impl AsyncWrite for End {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let mut way = self.outgoing.borrow_mut();
        way.bytes.extend(bytes);
        way.wake();
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.end();
        Poll::Ready(Ok(()))
    }
}

impl Drop for End {
    fn drop(&mut self) {
        self.end();
    }
}
