//! Code that knows tokio's traits only reads and writes our streams, on each driver.

#![cfg(feature = "web")]

mod each_driver;
mod pair;
mod waiting;

use std::io::{self, IoSlice};
use std::net::Shutdown;
use std::pin::Pin;

use each_driver::on_each_driver;
use futures_util::sink::SinkExt;
use futures_util::stream::StreamExt;
use runtime::net::TcpStream;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio_util::codec::{Framed, LinesCodec};
use waiting::{at_once, waiting};

/// As a library for tokio would ask for a stream.
trait Stream: AsyncRead + AsyncWrite + Unpin + 'static {}
impl<S: AsyncRead + AsyncWrite + Unpin + 'static> Stream for S {}

/// Tests of two ends, which are run with TCP and Unix streams.
macro_rules! tests {
    ($($(#[$attribute:meta])* async fn $name:ident($here:ident, $there:ident) $body:block)*) => {$(
        $(#[$attribute])*
        #[test]
        fn $name() {
            async fn with(
                #[allow(unused_mut, reason = "some tests only move it")] mut $here: impl Stream,
                #[allow(unused_mut, reason = "some tests only move it")] mut $there: impl Stream,
            ) -> io::Result<()> {
                $body
                Ok(())
            }
            on_each_driver(async || {
                let (here, there) = pair::pair().await?;
                with(here, there).await
            });
            #[cfg(unix)]
            on_each_driver(async || {
                let (here, there) = runtime::net::UnixStream::pair()?;
                with(here, there).await
            });
        }
    )*};
}

fn many(length: usize) -> Vec<u8> {
    (0..length)
        .map(|at| (at ^ (at >> 8) ^ (at >> 16)) as u8)
        .collect()
}

tests! {
    async fn frames_go_there_and_back(here, there) {
        let echo = runtime::spawn(async move {
            let mut frames = Framed::new(there, LinesCodec::new());
            while let Some(line) = frames.next().await {
                let line = line.map_err(io::Error::other)?.to_uppercase();
                frames.send(line).await.map_err(io::Error::other)?;
            }
            io::Result::Ok(())
        });
        let mut frames = Framed::new(here, LinesCodec::new());
        for turn in 0..100 {
            frames.send(format!("line {turn}")).await.map_err(io::Error::other)?;
            let line = frames.next().await.expect("an answer").map_err(io::Error::other)?;
            assert_eq!(line, format!("LINE {turn}"));
        }
        drop(frames);
        echo.await??;
    }

    /// Into memory that is initialised, and into a vector's spare room, which is not.
    async fn many_bytes_lose_nothing(here, there) {
        let sent = many(4 << 20);
        let writer = runtime::spawn({
            let sent = sent.clone();
            async move {
                here.write_all(&sent).await?;
                here.write_all(&sent).await?;
                here.flush().await?;
                here.shutdown().await?;
                io::Result::Ok(here)
            }
        });
        let mut first = vec![0; sent.len()];
        there.read_exact(&mut first).await?;
        assert!(first == sent);
        let mut second = Vec::new();
        there.read_to_end(&mut second).await?;
        assert!(second == sent);
        drop(writer.await??);
    }

    async fn a_shut_down_stream_can_still_be_read(here, there) {
        here.shutdown().await?;
        assert_eq!(there.read(&mut [0; 8]).await?, 0, "the end of the stream");
        there.write_all(b"one\ntwo\n").await?;
        drop(there);
        let mut lines = BufReader::new(here).lines();
        assert_eq!(lines.next_line().await?.as_deref(), Some("one"));
        assert_eq!(lines.next_line().await?.as_deref(), Some("two"));
        assert_eq!(lines.next_line().await?, None);
    }

    async fn several_buffers_are_written_at_once(here, there) {
        assert!(here.is_write_vectored());
        let slices = [&b"one"[..], b"", b"two"].map(IoSlice::new);
        assert_eq!(here.write_vectored(&slices).await?, 6);
        let mut got = [0; 6];
        there.read_exact(&mut got).await?;
        assert_eq!(&got, b"onetwo");
    }

    /// A read that waits and is dropped has taken nothing; the next one is woken.
    async fn a_read_that_is_dropped_loses_nothing(here, there) {
        let mut room = [0; 8];
        drop(waiting(there.read(&mut room)));
        let read = runtime::spawn(async move {
            let mut room = [0; 8];
            let read = there.read(&mut room).await?;
            io::Result::Ok(room[..read].to_vec())
        });
        runtime::task::yield_now().await;
        here.write_all(b"hello").await?;
        assert_eq!(read.await??, b"hello");
    }

    async fn all_goes_through_tokios_own_copy(here, there) {
        let echo = runtime::spawn(async move {
            let (mut reader, mut writer) = tokio::io::split(there);
            tokio::io::copy(&mut reader, &mut writer).await?;
            writer.shutdown().await
        });
        let (mut reader, mut writer) = tokio::io::split(here);
        let sent = many(1 << 20);
        let send = async {
            writer.write_all(&sent).await?;
            writer.shutdown().await
        };
        let mut back = Vec::new();
        runtime::future::try_zip(send, reader.read_to_end(&mut back)).await?;
        assert!(back == sent);
        echo.await??;
    }
}

/// The halves have a trait each, borrowed or owned, and so has a shared reference to a stream.
#[test]
fn halves_and_references_have_the_traits() {
    on_each_driver(async || {
        let (mut here, there) = pair::pair().await?;
        let (mut reader, mut writer) = here.split();
        writer.write_all(b"hello").await?;
        let (mut there_reads, mut there_writes) = there.into_split();
        let mut words = [0; 5];
        there_reads.read_exact(&mut words).await?;
        assert_eq!(&words, b"hello");
        there_writes.write_all(b"there").await?;
        there_writes.shutdown().await?;
        let mut words = String::new();
        reader.read_to_string(&mut words).await?;
        assert_eq!(words, "there");
        let mut shared: &TcpStream = &here;
        shared.write_all(b"bye").await?;
        shared.flush().await?;
        AsyncWriteExt::shutdown(&mut shared).await?;
        let mut words = String::new();
        there_reads.read_to_string(&mut words).await?;
        assert_eq!(words, "bye");
        assert_eq!(shared.read(&mut [0; 1]).await?, 0);
        Ok(())
    });
}

/// What a child complains of, and what it answers, until its input is shut down.
#[cfg(unix)]
#[test]
fn the_pipes_of_a_child_have_the_traits() {
    use runtime::process::{Command, Stdio};

    on_each_driver(async || {
        let mut command = Command::new("sh");
        command.args(["-c", "echo oh no >&2; cat"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::piped()).spawn()?;
        let mut stdin = child.stdin.take().expect("it was piped");
        let mut stdout = child.stdout.take().expect("it was piped");
        let mut stderr = child.stderr.take().expect("it was piped");
        stdin.write_all(b"hello").await?;
        stdin.shutdown().await?;
        let error = stdin.write(b"more").await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
        let (mut answer, mut complaint) = (String::new(), String::new());
        stdout.read_to_string(&mut answer).await?;
        stderr.read_to_string(&mut complaint).await?;
        assert_eq!((answer.as_str(), complaint.as_str()), ("hello", "oh no\n"));
        assert!(child.wait().await?.success());
        Ok(())
    });
}

#[test]
fn errors_are_the_streams_own() {
    on_each_driver(async || {
        let (mut here, _there) = pair::pair().await?;
        here.shutdown(Shutdown::Write)?;
        let error = here.write(b"more").await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
        Ok(())
    });
}

/// What was read before stays, and the room that is not initialised is used as well as the rest of it.
#[test]
fn a_buffer_is_filled_behind_what_it_has() {
    on_each_driver(async || {
        let (mut here, mut there) = pair::pair().await?;
        here.write_all(&many(100)).await?;
        let mut room = [const { std::mem::MaybeUninit::uninit() }; 80];
        let mut buffer = tokio::io::ReadBuf::uninit(&mut room);
        buffer.put_slice(b"before");
        buffer.initialize_unfilled_to(10);
        let read = std::future::poll_fn(|cx| Pin::new(&mut there).poll_read(cx, &mut buffer));
        read.await?;
        assert_eq!(buffer.filled(), [b"before", &many(74)[..]].concat());
        let read = std::future::poll_fn(|cx| Pin::new(&mut there).poll_read(cx, &mut buffer));
        at_once(read)?; // There is no room left, and so nothing to wait for.
        assert_eq!(buffer.filled().len(), 80);
        let mut rest = [0; 26];
        there.read_exact(&mut rest).await?;
        assert_eq!(rest, many(100)[74..]);
        Ok(())
    });
}
