//! A peer that resets the connection, or is gone: errors, in the middle of whatever was going on, and no signal.

use std::io::{self, ErrorKind, IoSlice};
use std::rc::Rc;
use std::time::Duration;

use runtime::future::poll_once;
use runtime::io::{AsyncReadExt, AsyncWriteExt};
use runtime::net::TcpStream;

mod pair;
mod wine;
use pair::pair;

/// There the server of the sockets takes the error when it polls, and the read finds an orderly end.
const RESETS: &str = "resets that a reader sees";

/// Closes the connection with a reset instead of an orderly end.
fn reset(stream: TcpStream) -> io::Result<()> {
    stream.set_linger(Some(Duration::ZERO))
}

fn is_gone(error: &io::Error) -> bool {
    use ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
    matches!(
        error.kind(),
        BrokenPipe | ConnectionReset | ConnectionAborted
    )
}

#[runtime::test]
async fn a_reader_that_waits_is_told_of_the_reset() -> io::Result<()> {
    if wine::lacks(RESETS) {
        return Ok(());
    }
    let (client, server) = pair().await?;
    let reader = runtime::spawn(async move { (&server).read(&mut [0; 8]).await });
    runtime::task::yield_now().await;
    reset(client)?;
    let error = reader.await?.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    Ok(())
}

#[runtime::test]
async fn a_read_in_the_middle_gives_an_error_and_no_end() -> io::Result<()> {
    if wine::lacks(RESETS) {
        return Ok(());
    }
    let (mut client, mut server) = pair().await?;
    client.write_all(b"half of it").await?;
    let mut buffer = [0; 5];
    server.read_exact(&mut buffer).await?;
    let reader = runtime::spawn(async move {
        let mut all = Vec::new();
        server.read_to_end(&mut all).await
    });
    runtime::task::yield_now().await;
    reset(client)?;
    let error = reader.await?.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    Ok(())
}

#[runtime::test]
async fn a_writer_that_waits_is_told_of_the_reset() -> io::Result<()> {
    let (client, server) = pair().await?;
    let client = Rc::new(client);
    let writing = client.clone();
    let writer = runtime::spawn(async move {
        loop {
            if let Err(error) = (&*writing).write_all(&[0; 65536]).await {
                return error;
            }
        }
    });
    // Until there is no room any more and the writer waits.
    while client.try_write(&[0; 65536]).is_ok() || poll_once(client.writable()).await.is_some() {
        runtime::task::yield_now().await;
    }
    reset(server)?;
    let error = writer.await?;
    assert!(is_gone(&error), "{error}");
    Ok(())
}

/// The first write goes out, and the answer to it is a reset.
#[runtime::test]
async fn writing_to_a_peer_that_is_gone_is_an_error() -> io::Result<()> {
    let (mut client, server) = pair().await?;
    drop(server);
    let error = loop {
        if let Err(error) = client.write(b"anybody there?").await {
            break error;
        }
    };
    assert!(is_gone(&error), "{error}");
    let error = client.write(b"nobody").await.unwrap_err();
    assert!(is_gone(&error), "{error}");
    Ok(())
}

#[runtime::test]
async fn writing_slices_to_a_peer_that_is_gone_is_an_error() -> io::Result<()> {
    let (mut client, server) = pair().await?;
    drop(server);
    let slices = [IoSlice::new(b"anybody "), IoSlice::new(b"there?")];
    let error = loop {
        if let Err(error) = client.write_vectored(&slices).await {
            break error;
        }
    };
    assert!(is_gone(&error), "{error}");
    Ok(())
}

/// What the peer never read makes its close a reset; what it had sent before may be lost with it.
#[runtime::test]
async fn closing_with_unread_bytes_resets() -> io::Result<()> {
    if wine::lacks(RESETS) {
        return Ok(());
    }
    let (mut client, server) = pair().await?;
    client.write_all(b"never read").await?;
    server.readable().await?;
    drop(server);
    let error = client.read(&mut [0; 8]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    Ok(())
}

#[runtime::test]
async fn peeking_and_waiting_hear_of_the_reset_too() -> io::Result<()> {
    if wine::lacks(RESETS) {
        return Ok(());
    }
    let (client, server) = pair().await?;
    let server = Rc::new(server);
    let waiting = server.clone();
    let readable = runtime::spawn(async move { waiting.readable().await });
    let peeking = server.clone();
    let peek = runtime::spawn(async move { peeking.peek(&mut [0; 8]).await });
    runtime::task::yield_now().await;
    reset(client)?;
    readable.await??;
    let error = peek.await?.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    Ok(())
}
