//! `copy_bidirectional` when one way never rests: the budget of a poll must not all go to it.

use std::cell::Cell;
use std::future::Future;
use std::io;
use std::net::UdpSocket;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use runtime::block_on;
use runtime::io::{Async, AsyncRead, AsyncWrite, copy_bidirectional};

/// A stream that is always ready; it counts what is read and written against the poll's budget, as sockets do.
struct Busy {
    socket: Async<UdpSocket>,
    reads: Rc<Cell<usize>>,
    /// It ends when both sides have been read often enough.
    other: Rc<Cell<usize>>,
}

const ENOUGH: usize = 100;

impl AsyncRead for Busy {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        _: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        ready!(pin!(self.socket.read_with(|_| Ok(()))).poll(cx))?;
        self.reads.set(self.reads.get() + 1);
        assert!(self.reads.get() < 100 * ENOUGH, "the other way is starved");
        let both = self.reads.get().min(self.other.get());
        Poll::Ready(Ok((both < ENOUGH).into()))
    }
}

impl AsyncWrite for Busy {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(pin!(self.socket.write_with(|_| Ok(()))).poll(cx))?;
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[test]
fn a_way_that_never_rests_does_not_starve_the_other() {
    block_on(async {
        let busy = |reads: &Rc<Cell<usize>>, other: &Rc<Cell<usize>>| Busy {
            socket: Async::new(UdpSocket::bind("127.0.0.1:0").unwrap()).unwrap(),
            reads: reads.clone(),
            other: other.clone(),
        };
        let (a, b) = (Rc::default(), Rc::default());
        let (mut near, mut far) = (busy(&a, &b), busy(&b, &a));
        copy_bidirectional(&mut near, &mut far).await.unwrap();
        assert!(a.get() >= ENOUGH && b.get() >= ENOUGH);
    });
}
