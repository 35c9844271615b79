//! Futures that are dropped at every point where they wait: nothing of them is left, and nothing is lost.
//!
//! Each future is made again and again, and polled once more each time before it is dropped, until it comes to its
//! end. After each drop the runtime's sources and timers, and on Linux the process's descriptors, are what they were.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::task::Poll;

use futures_lite::StreamExt;
use runtime::Runtime;
use runtime::io::{AsyncReadExt, AsyncWriteExt};
use runtime::net::{TcpListener, TcpStream};

mod pair;
use pair::pair;

/// Descriptors are counted for the whole process.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

#[derive(Debug, PartialEq, Eq)]
struct Held {
    sources: usize,
    timers: usize,
    tasks: usize,
    descriptors: usize,
}

fn held(runtime: &Runtime) -> Held {
    let metrics = runtime.metrics();
    Held {
        sources: metrics.sources,
        timers: metrics.timers,
        tasks: metrics.tasks,
        descriptors: descriptors(),
    }
}

/// Where they cannot be counted, the sources have to do.
fn descriptors() -> usize {
    let listing = cfg!(target_os = "linux").then(|| std::fs::read_dir("/proc/self/fd"));
    listing.map_or(0, |listing| listing.expect("Linux has it").count())
}

/// Polls a future so many times, each time when it was woken, and drops it then.
async fn poll_then_drop<F: Future>(future: F, polls: usize) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(move |cx| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// Drops the future at every point where it waits, and gives what it gives in the end, and in how many polls.
async fn drop_everywhere<F: Future>(runtime: &Runtime, make: impl Fn() -> F) -> (usize, F::Output) {
    let before = held(runtime);
    for polls in 0.. {
        let output = poll_then_drop(make(), polls).await;
        if let Some(output) = output {
            return (polls, output);
        }
        assert_eq!(held(runtime), before, "dropped after {polls} polls");
        assert!(polls < 10_000, "it never ends");
    }
    unreachable!()
}

/// Runs a test alone, and sees to it that nothing is left of it either.
fn run(test: impl AsyncFnOnce(&Runtime) -> io::Result<()>) {
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let runtime = Runtime::new().expect("a runtime");
    let before = held(&runtime);
    runtime.block_on(test(&runtime)).expect("no error");
    let after = held(&runtime);
    assert_eq!(
        (after.sources, after.timers, after.tasks),
        (0, 0, 0),
        "all is over"
    );
    drop(runtime);
    assert_eq!(descriptors(), before.descriptors);
}

#[test]
fn accept() {
    run(async |runtime| {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        // Several waits: the future is there first, then the connection.
        for _ in 0..3 {
            let mut clients = Vec::new();
            let before = held(runtime);
            assert!(poll_then_drop(listener.accept(), 1).await.is_none());
            assert_eq!(held(runtime), before);
            clients.push(TcpStream::connect(address).await?);
            let (_, accepted) = drop_everywhere(runtime, || listener.accept()).await;
            let (_server, peer) = accepted?;
            assert_eq!(peer, clients[0].local_addr()?, "no connection was lost");
        }
        Ok(())
    });
}

#[test]
fn incoming() {
    run(async |runtime| {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let mut incoming = listener.incoming();
        let before = held(runtime);
        assert!(poll_then_drop(incoming.next(), 1).await.is_none());
        assert_eq!(held(runtime), before);
        let client = TcpStream::connect(listener.local_addr()?).await?;
        let server = incoming.next().await.expect("it never ends")?;
        assert_eq!(server.peer_addr()?, client.local_addr()?);
        Ok(())
    });
}

#[test]
fn connect_to_one_address() {
    run(async |runtime| {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (polls, connected) = drop_everywhere(runtime, || TcpStream::connect(address)).await;
        assert!(polls >= 2, "it waited");
        assert_eq!(connected?.peer_addr()?, address);
        Ok(())
    });
}

#[test]
fn connect_to_several_addresses() {
    run(async |runtime| {
        // Bound and not listening: the first two refuse.
        let dead = runtime::net::TcpSocket::new_v4()?;
        dead.bind("127.0.0.1:0".parse().unwrap())?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let good = listener.local_addr()?;
        let addresses = [dead.local_addr()?, dead.local_addr()?, good];
        let (polls, connected) = drop_everywhere(runtime, || TcpStream::connect(addresses)).await;
        assert!(polls >= 3, "it waited for each");
        assert_eq!(connected?.peer_addr()?, good);
        Ok(())
    });
}

#[test]
fn read_and_peek() {
    run(async |runtime| {
        let (client, server) = pair().await?;
        let before = held(runtime);
        for _ in 0..3 {
            assert!(
                poll_then_drop((&server).read(&mut [0; 8]), 1)
                    .await
                    .is_none()
            );
            assert!(poll_then_drop(server.peek(&mut [0; 8]), 1).await.is_none());
            assert!(poll_then_drop(server.readable(), 1).await.is_none());
            assert_eq!(held(runtime), before);
        }
        (&client).write_all(b"hello").await?;
        let (_, readable) = drop_everywhere(runtime, || server.readable()).await;
        readable?;
        let (_, peeked) =
            drop_everywhere(runtime, || async { server.peek(&mut [0; 8]).await }).await;
        assert_eq!(peeked?, 5);
        let (_, read) =
            drop_everywhere(runtime, || async { (&server).read(&mut [0; 8]).await }).await;
        assert_eq!(read?, 5, "nothing was lost");
        Ok(())
    });
}

#[test]
fn write() {
    run(async |runtime| {
        let (client, server) = pair().await?;
        let mut sent = 0;
        // Until it waits: what a dropped write has not said was written, was not.
        while let Some(written) = poll_then_drop((&client).write(&[1; 65536]), 1).await {
            sent += written?;
        }
        let before = held(runtime);
        for _ in 0..3 {
            assert!(
                poll_then_drop((&client).write(&[2; 65536]), 1)
                    .await
                    .is_none()
            );
            assert!(poll_then_drop(client.writable(), 1).await.is_none());
        }
        assert_eq!(held(runtime), before);
        drop(client);
        let mut all = Vec::new();
        (&server).read_to_end(&mut all).await?;
        assert_eq!(all.len(), sent);
        assert!(all.iter().all(|&byte| byte == 1));
        Ok(())
    });
}

/// A task that waits in each of these is aborted: its future is dropped in the runtime's own context.
#[test]
fn aborted_tasks() {
    run(async |runtime| {
        let listener = std::rc::Rc::new(TcpListener::bind("127.0.0.1:0").await?);
        let (client, _server) = pair().await?;
        let before = held(runtime);
        let accepting = listener.clone();
        let accepting = runtime::spawn(async move { accepting.accept().await.map(drop) });
        let reading = runtime::spawn(async move { (&client).read(&mut [0; 8]).await.map(drop) });
        runtime::task::yield_now().await;
        for task in [accepting, reading] {
            task.abort();
            assert!(task.await.unwrap_err().is_cancelled());
        }
        let after = held(runtime);
        assert_eq!(after.tasks, before.tasks);
        assert_eq!(after.timers, 0);
        assert_eq!(
            after.sources,
            before.sources - 1,
            "the reader had the stream"
        );
        Ok(())
    });
}
