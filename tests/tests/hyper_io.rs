//! `HyperIo` moves what there is, both ways, and hides nothing of the stream: its ends, errors and vectored writes.

#![cfg(feature = "web")]

mod guard;
mod waiting;

use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::thread;

use hyper::rt::{Read, ReadBuf, ReadBufCursor, Write};
use runtime::hyper::HyperIo;
use runtime::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, Cursor};
use runtime::net::TcpStream;
use runtime::task::ThreadBound;
use waiting::{at_once, waiting};

/// One read by hyper's trait into so much room, some of which may be filled already.
async fn read(stream: &mut (impl Read + Unpin), room: usize, filled: &[u8]) -> io::Result<Vec<u8>> {
    let mut room = vec![0; room];
    let mut buffer = ReadBuf::new(&mut room);
    buffer.unfilled().put_slice(filled);
    poll_fn(|cx| Pin::new(&mut *stream).poll_read(cx, buffer.unfilled())).await?;
    Ok(buffer.filled().to_vec())
}

fn many(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at ^ (at >> 8)) as u8).collect()
}

#[test]
fn a_read_fills_what_is_left_of_the_room() {
    let mut stream = HyperIo::new(Cursor::new(many(100)));
    assert_eq!(at_once(read(&mut stream, 10, b"")).unwrap(), many(10));
    let more = at_once(read(&mut stream, 10, b"before")).unwrap();
    assert_eq!(more, [b"before", &many(14)[10..]].concat());
    assert_eq!(at_once(read(&mut stream, 0, b"")).unwrap(), b"");
    assert_eq!(
        at_once(read(&mut stream, 1000, b"")).unwrap(),
        many(100)[14..]
    );
    assert_eq!(at_once(read(&mut stream, 10, b"")).unwrap(), b"", "the end");
}

/// The room may be larger than what is read at once, and nothing is lost between two reads.
#[test]
fn large_reads_lose_nothing() {
    let bytes = many(300_000);
    let mut stream = HyperIo::new(Cursor::new(bytes.clone()));
    let mut got = Vec::new();
    loop {
        let piece = at_once(read(&mut stream, 200_000, b"")).unwrap();
        if piece.is_empty() {
            break;
        }
        got.extend(piece);
    }
    assert!(got == bytes);
}

/// A stream that reads another one by hyper's trait while it is itself read by that: each has bytes of its own.
#[test]
fn a_read_within_a_read_is_another_one() {
    struct Outer(HyperIo<Cursor<Vec<u8>>>);
    impl AsyncRead for Outer {
        fn poll_read(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            buffer: &mut [u8],
        ) -> Poll<io::Result<usize>> {
            buffer.fill(b'-');
            let mut room = [0; 8];
            let mut inner = ReadBuf::new(&mut room);
            assert!(
                Pin::new(&mut self.0)
                    .poll_read(cx, inner.unfilled())
                    .is_ready()
            );
            assert_eq!(buffer, [b'-'; 12]);
            buffer[2..10].copy_from_slice(inner.filled());
            Poll::Ready(Ok(12))
        }
    }
    let mut stream = HyperIo::new(Outer(HyperIo::new(Cursor::new(many(100)))));
    for turn in 0..3 {
        let got = at_once(read(&mut stream, 12, b"")).unwrap();
        assert_eq!(got, [b"--", &many(100)[turn * 8..][..8], b"--"].concat());
    }
}

/// What a stream was asked to write or to say.
#[derive(Debug, Default)]
struct Log {
    calls: Vec<String>,
    refuses: bool,
}

impl Log {
    fn told(&mut self, call: String) -> Poll<io::Result<usize>> {
        self.calls.push(call);
        if self.refuses {
            Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()))
        } else {
            Poll::Ready(Ok(3))
        }
    }
}

impl AsyncRead for Log {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        self.told(format!("read {}", buffer.len()))
    }
}

impl AsyncWrite for Log {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.told(format!("write {bytes:?}"))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.told(format!("write {buffers:?}"))
    }

    fn poll_flush(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.told("flush".to_owned()).map_ok(drop)
    }

    fn poll_close(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.told("close".to_owned()).map_ok(drop)
    }
}

const CALLS: [&str; 4] = [
    "write [1, 2, 3]",
    "write [[1, 2], [], [3]]",
    "flush",
    "close",
];

/// By hyper's trait, and, with one more `HyperIo` around it, by `futures-io`'s.
#[test]
fn every_call_is_the_streams_own() {
    for refuses in [false, true] {
        let log = Log {
            refuses,
            ..Log::default()
        };
        let mut stream = HyperIo::new(log);
        let slices = [&[1, 2][..], &[], &[3]].map(IoSlice::new);
        assert!(stream.is_write_vectored());
        let ends = at_once(async {
            [
                poll_fn(|cx| Write::poll_write(Pin::new(&mut stream), cx, &[1, 2, 3])).await,
                poll_fn(|cx| Write::poll_write_vectored(Pin::new(&mut stream), cx, &slices)).await,
                poll_fn(|cx| Write::poll_flush(Pin::new(&mut stream), cx))
                    .await
                    .map(|()| 3),
                poll_fn(|cx| Write::poll_shutdown(Pin::new(&mut stream), cx))
                    .await
                    .map(|()| 3),
                read(&mut stream, 3, b"").await.map(|read| read.len()),
            ]
        });
        assert_eq!(stream.get_ref().calls[..4], CALLS);
        assert_eq!(stream.get_ref().calls[4], "read 3");
        assert!(ends.iter().all(|end| end.is_err() == refuses), "{ends:?}");

        stream.get_mut().calls.clear();
        let mut back = HyperIo::new(stream);
        let ends = at_once(async {
            [
                back.write(&[1, 2, 3]).await,
                back.write_vectored(&slices).await,
                back.flush().await.map(|()| 3),
                back.close().await.map(|()| 3),
                back.read(&mut [0; 3]).await,
            ]
        });
        let log = back.into_inner().into_inner();
        assert_eq!(log.calls[..4], CALLS);
        assert_eq!(log.calls[4], "read 3");
        let ends = ends.map(|end| end.map_err(|error| error.kind()));
        let end = if refuses {
            Err(io::ErrorKind::BrokenPipe)
        } else {
            Ok(3)
        };
        assert_eq!(ends, [end; 5]);
    }
}

/// What hyper has may have no vectored writes, and says so: then one buffer at a time is written, and none is lost.
#[test]
fn a_stream_of_hypers_without_vectored_writes_gets_one_buffer() {
    struct Plain(Vec<u8>);
    impl Write for Plain {
        fn poll_write(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<io::Result<usize>> {
            self.0.extend(bytes);
            Poll::Ready(Ok(bytes.len()))
        }
        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }
    let mut stream = HyperIo::new(Plain(Vec::new()));
    let slices = [&[][..], b"one", b"two"].map(IoSlice::new);
    assert_eq!(at_once(stream.write_vectored(&slices)).unwrap(), 3);
    assert_eq!(stream.into_inner().0, b"one");
}

/// A read that is dropped while it waits has taken nothing.
#[test]
fn a_read_that_waits_keeps_nothing() {
    struct Gate(bool);
    impl Read for Gate {
        fn poll_read(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            mut cursor: ReadBufCursor<'_>,
        ) -> Poll<io::Result<()>> {
            if !std::mem::replace(&mut self.0, true) {
                return Poll::Pending;
            }
            cursor.put_slice(b"hello");
            Poll::Ready(Ok(()))
        }
    }
    // Out of hyper's clothes and into them again.
    let mut stream = HyperIo::new(HyperIo::new(Gate(false)));
    drop(waiting(read(&mut stream, 8, b"")));
    assert_eq!(at_once(read(&mut stream, 8, b"")).unwrap(), b"hello");
}

#[test]
fn what_is_bound_to_its_thread_may_be_sent_and_is_refused_there() {
    fn sent<T: Send + Sync + 'static>(stream: T) -> T {
        thread::spawn(|| stream).join().unwrap()
    }
    guard::run(async {
        let listener = runtime::net::TcpListener::bind("127.0.0.1:0").await?;
        let here = TcpStream::connect(listener.local_addr()?).await?;
        let mut here = sent(HyperIo::new(ThreadBound::new(here)));
        let mut there = ThreadBound::new(listener.accept().await?.0);
        poll_fn(|cx| Write::poll_write(Pin::new(&mut here), cx, b"hello")).await?;
        poll_fn(|cx| Write::poll_shutdown(Pin::new(&mut here), cx)).await?;
        let mut words = String::new();
        there.read_to_string(&mut words).await?;
        assert_eq!(words, "hello");
        let slices = [IoSlice::new(b"by"), IoSlice::new(b"e")];
        assert_eq!(there.write_vectored(&slices).await?, 3);
        there.close().await?;
        let mut words = [0; 2];
        let mut slices = [io::IoSliceMut::new(&mut words)];
        assert_eq!(here.get_mut().read_vectored(&mut slices).await?, 2);
        assert_eq!(read(&mut here, 8, b"").await?, b"e");

        let words: String = thread::scope(|scope| {
            let reads = scope.spawn(|| at_once(there.read(&mut [0])));
            *reads.join().unwrap_err().downcast().unwrap()
        });
        assert!(words.contains("on another thread"), "{words}");
        io::Result::Ok(())
    })
    .unwrap();
}
