//! Reads and writes of nothing on a TCP stream: done at once, and without effect.

use std::io::{self, IoSliceMut};
use std::rc::Rc;

use runtime::future::poll_once;
use runtime::io::{AsyncReadExt, AsyncWriteExt};

mod pair;
use pair::pair;

/// A zero-length call has nothing to wait for, though the socket is known not to be ready.
#[runtime::test]
async fn zero_length_calls_are_done_at_once() -> io::Result<()> {
    let (client, mut server) = pair().await?;
    assert!(poll_once(server.read(&mut [0; 8])).await.is_none());
    let nothing = poll_once(server.read(&mut [])).await;
    assert_eq!(nothing.expect("ready")?, 0);
    let mut none = [IoSliceMut::new(&mut [])];
    let nothing = poll_once(server.read_vectored(&mut none)).await;
    assert_eq!(nothing.expect("ready")?, 0);
    assert_eq!(poll_once(server.peek(&mut [])).await.expect("ready")?, 0);
    assert_eq!(server.try_read(&mut [])?, 0);

    while client.try_write(&[0; 65536]).is_ok() {}
    let nothing = poll_once((&client).write(&[])).await;
    assert_eq!(nothing.expect("ready")?, 0);
    let nothing = poll_once((&client).write_vectored(&[])).await;
    assert_eq!(nothing.expect("ready")?, 0);
    assert_eq!(client.try_write(&[])?, 0);
    Ok(())
}

/// Nor do they take anything: what comes after them is whole.
#[runtime::test]
async fn zero_length_calls_move_nothing() -> io::Result<()> {
    let (mut client, mut server) = pair().await?;
    for word in [&b"one"[..], b"", b"two", b""] {
        assert_eq!(client.write(word).await?, word.len());
        assert_eq!(server.read(&mut []).await?, 0);
    }
    client.close().await?;
    let mut all = Vec::new();
    server.read_to_end(&mut all).await?;
    assert_eq!(all, b"onetwo");
    Ok(())
}

/// Or a loop of them would hold the thread.
#[runtime::test]
async fn zero_length_calls_cost_a_turn() -> io::Result<()> {
    let (_client, server) = pair().await?;
    let stop = Rc::new(std::cell::Cell::new(false));
    let stopper = stop.clone();
    let task = runtime::spawn(async move { stopper.set(true) });
    while !stop.get() {
        assert_eq!((&server).read(&mut []).await?, 0);
    }
    task.await?;
    Ok(())
}
