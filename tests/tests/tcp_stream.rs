//! The bytes of a TCP stream: every way to read and write them, by one task or several.

use std::io::{self, ErrorKind, IoSlice, IoSliceMut};
use std::rc::Rc;

use runtime::future::poll_once;
use runtime::io::{AsyncReadExt, AsyncWriteExt};
use runtime::net::TcpStream;

mod pair;
use pair::pair;

#[runtime::test]
async fn bytes_arrive_as_they_were_sent() -> io::Result<()> {
    let (mut client, mut server) = pair().await?;
    client.write_all(b"hello").await?;
    client.flush().await?;
    let mut buffer = [0; 5];
    server.read_exact(&mut buffer).await?;
    assert_eq!(&buffer, b"hello");
    Ok(())
}

#[runtime::test]
async fn one_task_reads_while_another_writes_through_shared_references() -> io::Result<()> {
    let (client, server) = pair().await?;
    let (client, server) = (Rc::new(client), Rc::new(server));
    let echo = server.clone();
    let echo = runtime::spawn(async move { runtime::io::copy(&*echo, &*echo).await });
    let writing = client.clone();
    let writer = runtime::spawn(async move {
        for number in 0..1000u32 {
            (&*writing).write_all(&number.to_be_bytes()).await?;
        }
        (&*writing).close().await
    });
    let mut all = Vec::new();
    let reader = async {
        (&*client).read_to_end(&mut all).await?;
        io::Result::Ok(())
    };
    let closer = async {
        assert_eq!(echo.await??, 4000);
        (&*server).close().await
    };
    runtime::try_join!(reader, closer)?;
    writer.await??;
    let expected: Vec<u8> = (0..1000u32).flat_map(u32::to_be_bytes).collect();
    assert_eq!(all, expected);
    Ok(())
}

#[runtime::test]
async fn slices_are_gathered_and_scattered() -> io::Result<()> {
    let (mut client, mut server) = pair().await?;
    let slices = [IoSlice::new(b"he"), IoSlice::new(b""), IoSlice::new(b"llo")];
    assert_eq!(client.write_vectored(&slices).await?, 5);
    server.readable().await?;
    let (mut start, mut rest) = ([0; 1], [0; 8]);
    let mut slices = [IoSliceMut::new(&mut start), IoSliceMut::new(&mut rest)];
    assert_eq!(server.read_vectored(&mut slices).await?, 5);
    assert_eq!((&start, &rest[..4]), (b"h", &b"ello"[..]));

    assert_eq!(
        client.try_write_vectored(&[IoSlice::new(b"a"), IoSlice::new(b"b")])?,
        2
    );
    server.readable().await?;
    let mut slices = [IoSliceMut::new(&mut start), IoSliceMut::new(&mut rest)];
    assert_eq!(server.try_read_vectored(&mut slices)?, 2);
    assert_eq!((start[0], rest[0]), (b'a', b'b'));
    Ok(())
}

/// More slices than the system takes in one call are no error: the rest is for the next call.
#[runtime::test]
async fn very_many_slices_are_written_in_part() -> io::Result<()> {
    let (mut client, mut server) = pair().await?;
    let slices = vec![IoSlice::new(b"x"); 5000];
    let sent = client.write_vectored(&slices).await?;
    assert!((1..=5000).contains(&sent), "{sent}");
    client.close().await?;
    let mut all = Vec::new();
    server.read_to_end(&mut all).await?;
    assert_eq!(all.len(), sent);
    Ok(())
}

#[runtime::test]
async fn peeking_takes_nothing() -> io::Result<()> {
    let (mut client, mut server) = pair().await?;
    let mut small = [0; 2];
    let mut peeking = Box::pin(server.peek(&mut small));
    assert!(poll_once(&mut peeking).await.is_none());
    client.write_all(b"hello").await?;
    assert_eq!(peeking.await?, 2);
    assert_eq!(&small, b"he");

    // A peek that saw less than it had room for does not mean that the stream is drained.
    let mut large = [0; 64];
    for _ in 0..3 {
        assert_eq!(server.peek(&mut large).await?, 5);
    }
    let polled = std::future::poll_fn(|cx| server.poll_peek(cx, &mut large)).await?;
    assert_eq!(polled, 5);
    assert_eq!(server.read(&mut large).await?, 5);
    client.close().await?;
    assert_eq!(server.peek(&mut large).await?, 0, "the end");
    Ok(())
}

#[runtime::test]
async fn trying_does_not_wait() -> io::Result<()> {
    let (client, server) = pair().await?;
    let mut buffer = [0; 8];
    let nothing = server.try_read(&mut buffer).unwrap_err();
    assert_eq!(nothing.kind(), ErrorKind::WouldBlock);

    let mut readable = Box::pin(server.readable());
    assert!(poll_once(&mut readable).await.is_none());
    client.writable().await?;
    assert_eq!(client.try_write(b"hello")?, 5);
    readable.await?;
    assert_eq!(server.try_read(&mut buffer)?, 5);

    let full = loop {
        if let Err(error) = client.try_write(&[0; 65536]) {
            break error;
        }
    };
    assert_eq!(full.kind(), ErrorKind::WouldBlock);
    let mut writable = Box::pin(client.writable());
    assert!(poll_once(&mut writable).await.is_none());
    let mut room = vec![0; 1 << 20];
    let drain = async {
        loop {
            (&server).read(&mut room).await?;
        }
        #[allow(unreachable_code, reason = "it says the type")]
        io::Result::Ok(())
    };
    runtime::future::or(drain, writable).await
}

/// One of them takes the bytes; the other one is woken by the end of the stream.
#[runtime::test]
async fn two_readers_of_one_stream_are_both_woken() -> io::Result<()> {
    let (mut client, server) = pair().await?;
    let server = Rc::new(server);
    let readers: Vec<_> = (0..2)
        .map(|_| {
            let server = server.clone();
            runtime::spawn(async move { (&*server).read(&mut [0; 8]).await })
        })
        .collect();
    runtime::task::yield_now().await;
    client.write_all(b"hello").await?;
    client.close().await?;
    let mut counts = Vec::new();
    for reader in readers {
        counts.push(reader.await??);
    }
    counts.sort_unstable();
    assert_eq!(counts, [0, 5]);
    Ok(())
}

#[runtime::test]
async fn halves_read_and_write_at_the_same_time() -> io::Result<()> {
    let (mut client, mut server) = pair().await?;
    let (mut reader, mut writer) = client.split();
    let question = async {
        writer.write_all(b"question").await?;
        writer.close().await
    };
    let mut answer = Vec::new();
    let answered = async {
        reader.read_to_end(&mut answer).await?;
        io::Result::Ok(())
    };
    let server = async {
        let mut all = Vec::new();
        server.read_to_end(&mut all).await?;
        assert_eq!(all, b"question");
        server.write_all(b"answer").await?;
        server.close().await
    };
    runtime::try_join!(question, answered, server)?;
    assert_eq!(answer, b"answer");
    Ok(())
}

#[runtime::test]
async fn halves_come_together_again_only_with_their_own() -> io::Result<()> {
    let (client, server) = pair().await?;
    let address = client.local_addr()?;
    let (reader, writer) = client.into_split();
    let (other_reader, other_writer) = server.into_split();
    let error = reader.reunite(other_writer).unwrap_err();
    assert!(error.to_string().contains("same stream"));
    let (reader, other_writer) = (error.0, error.1);
    let client = writer.reunite(reader).expect("they belong together");
    assert_eq!(client.local_addr()?, address);

    // Nothing was shut down on the way.
    let server = other_reader
        .reunite(other_writer)
        .expect("they belong together");
    (&server).write_all(b"x").await?;
    assert_eq!((&client).read(&mut [0; 8]).await?, 1);
    Ok(())
}

#[runtime::test]
async fn a_stream_goes_to_std_and_comes_back() -> io::Result<()> {
    let (client, mut server) = pair().await?;
    let client = client.into_std()?;
    assert_eq!(
        io::Read::read(&mut &client, &mut [0; 8])
            .unwrap_err()
            .kind(),
        ErrorKind::WouldBlock,
        "as documented"
    );
    client.set_nonblocking(false)?;
    io::Write::write_all(&mut &client, b"blocking")?;
    let mut buffer = [0; 8];
    server.read_exact(&mut buffer).await?;
    assert_eq!(&buffer, b"blocking");

    let mut client = TcpStream::from_std(client)?;
    assert!(poll_once(client.read(&mut buffer)).await.is_none());
    client.write_all(b"and back").await?;
    server.read_exact(&mut buffer).await?;
    assert_eq!(&buffer, b"and back");
    Ok(())
}

/// The duplicate keeps the file open, so closing ours is no end to what epoll watches: it has to be told.
#[cfg(unix)]
#[test]
fn a_duplicate_outlives_its_stream_in_silence() -> io::Result<()> {
    use std::os::fd::AsFd;
    let runtime = runtime::Runtime::new()?;
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    runtime.block_on(async {
        let client = TcpStream::connect(listener.local_addr()?).await?;
        let (mut server, _) = listener.accept()?;
        let duplicate = client.as_fd().try_clone_to_owned()?;
        drop(client);
        let before = runtime.metrics().reports;
        io::Write::write_all(&mut server, b"to the duplicate")?;
        for _ in 0..200 {
            runtime::task::yield_now().await; // The loop looks at the world every 61 polls.
        }
        assert_eq!(runtime.metrics().reports, before, "nobody watches it");

        let mut again = TcpStream::from_std(duplicate.into())?;
        let mut buffer = [0; 16];
        again.read_exact(&mut buffer).await?;
        assert_eq!(&buffer, b"to the duplicate");
        Ok(())
    })
}

#[test]
fn a_stream_that_outlives_its_runtime_says_so() -> io::Result<()> {
    let runtime = runtime::Runtime::new()?;
    let (client, mut server) = runtime.block_on(pair())?;
    drop(runtime);
    let error = runtime::block_on(server.read(&mut [0; 8])).unwrap_err();
    assert!(error.to_string().contains("keep the `Runtime`"), "{error}");
    drop(client);
    Ok(())
}
