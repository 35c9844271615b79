//! Closing one direction of a TCP connection while the other one goes on.

use std::io::{self, ErrorKind};
use std::net::Shutdown;

use runtime::io::{AsyncReadExt, AsyncWriteExt};
use runtime::net::TcpStream;

mod pair;
use pair::pair;

async fn read_all(stream: &TcpStream) -> io::Result<Vec<u8>> {
    let mut all = Vec::new();
    let mut stream = stream;
    stream.read_to_end(&mut all).await?;
    Ok(all)
}

#[runtime::test]
async fn the_peer_reads_the_end_and_can_still_answer() -> io::Result<()> {
    let (client, server) = pair().await?;
    (&client).write_all(b"question").await?;
    client.shutdown(Shutdown::Write)?;
    assert_eq!(read_all(&server).await?, b"question");
    (&server).write_all(b"answer").await?;
    drop(server);
    assert_eq!(read_all(&client).await?, b"answer");
    Ok(())
}

#[runtime::test]
async fn both_ways_one_after_the_other() -> io::Result<()> {
    let (mut client, mut server) = pair().await?;
    client.close().await?;
    assert_eq!(read_all(&server).await?, b"");
    server.write_all(b"last words").await?;
    server.close().await?;
    assert_eq!(read_all(&client).await?, b"last words");
    Ok(())
}

/// The end comes while the reader already waits, and right behind the last bytes: one edge for both.
#[runtime::test]
async fn a_waiting_reader_hears_of_the_end() -> io::Result<()> {
    let (client, server) = pair().await?;
    let reader = runtime::spawn(async move { read_all(&server).await });
    runtime::task::yield_now().await;
    (&client).write_all(b"hello").await?;
    client.shutdown(Shutdown::Write)?;
    assert_eq!(reader.await??, b"hello");
    Ok(())
}

#[runtime::test]
async fn writing_after_the_end_is_an_error() -> io::Result<()> {
    let (client, _server) = pair().await?;
    client.shutdown(Shutdown::Write)?;
    let error = (&client).write(b"more").await.unwrap_err();
    #[cfg(unix)]
    assert_eq!(error.kind(), ErrorKind::BrokenPipe);
    #[cfg(not(unix))]
    assert_ne!(error.kind(), ErrorKind::WouldBlock);
    Ok(())
}

#[cfg(unix)]
#[runtime::test]
async fn ending_our_reading_wakes_our_reader() -> io::Result<()> {
    let (client, _server) = pair().await?;
    let client = std::rc::Rc::new(client);
    let reading = client.clone();
    let reader = runtime::spawn(async move { read_all(&reading).await });
    runtime::task::yield_now().await;
    client.shutdown(Shutdown::Read)?;
    assert_eq!(reader.await??, b"");
    Ok(())
}

#[runtime::test]
async fn dropping_the_owned_writing_half_is_the_end() -> io::Result<()> {
    let (client, server) = pair().await?;
    let (mut reader, mut writer) = client.into_split();
    writer.write_all(b"from the half").await?;
    drop(writer);
    assert_eq!(read_all(&server).await?, b"from the half");
    (&server).write_all(b"to the half").await?;
    drop(server);
    let mut all = Vec::new();
    reader.read_to_end(&mut all).await?;
    assert_eq!(all, b"to the half");
    Ok(())
}

#[runtime::test]
async fn dropping_the_owned_reading_half_is_not() -> io::Result<()> {
    let (client, server) = pair().await?;
    let (reader, mut writer) = client.into_split();
    drop(reader);
    writer.write_all(b"still here").await?;
    writer.close().await?;
    assert_eq!(read_all(&server).await?, b"still here");
    Ok(())
}

#[runtime::test]
async fn a_forgotten_writing_half_ends_nothing() -> io::Result<()> {
    let (client, mut server) = pair().await?;
    let (reader, writer) = client.into_split();
    writer.forget();
    let mut buffer = [0; 1];
    assert!(
        runtime::future::poll_once(server.read(&mut buffer))
            .await
            .is_none()
    );
    // Through the other half the stream can still write.
    reader.as_ref().try_write(b"x")?;
    assert_eq!(server.read(&mut buffer).await?, 1);
    Ok(())
}

#[runtime::test]
async fn closing_twice_is_no_error() -> io::Result<()> {
    let (mut client, server) = pair().await?;
    client.close().await?;
    drop(server);
    client.close().await?;
    client.close().await
}
