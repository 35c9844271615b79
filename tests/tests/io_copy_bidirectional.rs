//! `copy_bidirectional` between streams in memory: both ways, half-closes, and dialogues.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker, ready};

use runtime::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use runtime::{block_on, join};

/// One way of a stream in memory. It holds few bytes, so that every copy has to wait at times.
#[derive(Default)]
struct Way {
    bytes: VecDeque<u8>,
    closed: bool,
    waker: Option<Waker>,
}

const ROOM: usize = 5;

impl Way {
    fn wait<T>(&mut self, cx: &Context<'_>) -> Poll<T> {
        self.waker = Some(cx.waker().clone());
        Poll::Pending
    }

    fn wake(&mut self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

/// One end of a stream in memory.
struct End {
    incoming: Rc<RefCell<Way>>,
    outgoing: Rc<RefCell<Way>>,
    /// What was written and not yet flushed; `None` if it does not hold anything back.
    held: Option<VecDeque<u8>>,
}

fn pair() -> (End, End) {
    let (there, back) = (Rc::<RefCell<Way>>::default(), Rc::<RefCell<Way>>::default());
    let (incoming, outgoing) = (back.clone(), there.clone());
    let near = End {
        incoming,
        outgoing,
        held: None,
    };
    let far = End {
        incoming: there,
        outgoing: back,
        held: None,
    };
    (near, far)
}

impl AsyncRead for End {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let mut way = self.incoming.borrow_mut();
        if way.bytes.is_empty() && !way.closed {
            return way.wait(cx);
        }
        let count = io::Read::read(&mut way.bytes, buffer)?;
        way.wake();
        Poll::Ready(Ok(count))
    }
}

impl AsyncWrite for End {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        let End { outgoing, held, .. } = self.get_mut();
        if let Some(held) = held {
            held.extend(buffer);
            return Poll::Ready(Ok(buffer.len()));
        }
        let mut way = outgoing.borrow_mut();
        assert!(!way.closed, "written after the close");
        let count = buffer.len().min(ROOM.saturating_sub(way.bytes.len()));
        if count == 0 {
            return way.wait(cx);
        }
        way.bytes.extend(&buffer[..count]);
        way.wake();
        Poll::Ready(Ok(count))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let End { outgoing, held, .. } = self.get_mut();
        let mut way = outgoing.borrow_mut();
        while let Some(byte) = held.as_mut().and_then(VecDeque::pop_front) {
            way.bytes.push_back(byte);
            way.wake();
        }
        if way.bytes.len() > ROOM {
            return way.wait(cx);
        }
        Poll::Ready(Ok(()))
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.as_mut().poll_flush(cx))?;
        let mut way = self.outgoing.borrow_mut();
        way.closed = true;
        way.wake();
        Poll::Ready(Ok(()))
    }
}

async fn send(end: &mut End, words: &str) {
    end.write_all(words.as_bytes()).await.unwrap();
    end.close().await.unwrap();
}

async fn read_all(end: &mut End) -> String {
    let mut words = String::new();
    end.read_to_string(&mut words).await.unwrap();
    words
}

#[test]
fn the_way_back_goes_on_after_a_half_close() {
    block_on(async {
        let ((mut client, mut inside), (mut outside, mut server)) = (pair(), pair());
        let proxy =
            runtime::spawn(async move { copy_bidirectional(&mut inside, &mut outside).await });
        let ((), words) = join!(send(&mut client, "a long request"), read_all(&mut server));
        assert_eq!(words, "a long request");
        assert!(!proxy.is_finished());

        let ((), words) = join!(
            send(&mut server, "an even longer answer"),
            read_all(&mut client)
        );
        assert_eq!(words, "an even longer answer");
        assert_eq!(proxy.await.unwrap().unwrap(), (14, 21));
    });
}

#[test]
fn either_side_may_end_first_and_both_may_be_empty() {
    block_on(async {
        for server_first in [true, false] {
            let ((mut client, mut inside), (mut outside, mut server)) = (pair(), pair());
            let (first, second) = if server_first {
                (&mut server, &mut client)
            } else {
                (&mut client, &mut server)
            };
            first.close().await.unwrap();
            let (copied, ()) = join!(copy_bidirectional(&mut inside, &mut outside), async {
                assert_eq!(read_all(second).await, "");
                second.close().await.unwrap();
            });
            assert_eq!(copied.unwrap(), (0, 0));
        }
    });
}

/// While there is nothing to read, what a buffered writer holds back is flushed: else a dialogue stands still.
#[test]
fn a_dialogue_through_buffered_writers_goes_on() {
    block_on(async {
        let ((mut client, mut inside), (mut outside, mut server)) = (pair(), pair());
        (inside.held, outside.held) = (Some(VecDeque::new()), Some(VecDeque::new()));
        let proxy =
            runtime::spawn(async move { copy_bidirectional(&mut inside, &mut outside).await });
        for _ in 0..10 {
            let mut word = [0; 4];
            client.write_all(b"ping").await.unwrap();
            server.read_exact(&mut word).await.unwrap();
            server.write_all(b"pong").await.unwrap();
            client.read_exact(&mut word).await.unwrap();
            assert_eq!(&word, b"pong");
        }
        client.close().await.unwrap();
        server.close().await.unwrap();
        assert_eq!(proxy.await.unwrap().unwrap(), (40, 40));
    });
}
