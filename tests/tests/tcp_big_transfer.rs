//! Many bytes and a slow reader: they all arrive, and nothing is kept but what the sockets' buffers hold.

use std::cell::Cell;
use std::io;
use std::net::Ipv4Addr;

use runtime::io::{AsyncReadExt, AsyncWriteExt};
use runtime::net::{TcpSocket, TcpStream};

const TOTAL: u64 = 64 << 20;
/// Far more than both buffers, far less than all.
const UNREAD_AT_MOST: u64 = 8 << 20;
const PIECE: usize = 64 << 10;

/// Two ends with buffers of a known size.
async fn narrow_pair() -> io::Result<(TcpStream, TcpStream)> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(128 << 10)?;
    socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
    let listener = socket.listen(1)?;
    let socket = TcpSocket::new_v4()?;
    socket.set_send_buffer_size(128 << 10)?;
    let client = socket.connect(listener.local_addr()?).await?;
    Ok((client, listener.accept().await?.0))
}

/// The byte at this place of the stream: no two pieces are alike.
fn byte_at(place: u64) -> u8 {
    (place ^ (place >> 8) ^ (place >> 16)) as u8
}

fn fill(piece: &mut [u8], start: u64) {
    for (place, byte) in (start..).zip(piece) {
        *byte = byte_at(place);
    }
}

async fn send_all(mut stream: TcpStream, sent: &Cell<u64>) -> io::Result<()> {
    let mut piece = vec![0; PIECE];
    while sent.get() < TOTAL {
        fill(&mut piece, sent.get());
        let mut left = &piece[..];
        while !left.is_empty() {
            let written = stream.write(left).await?;
            assert_ne!(written, 0);
            left = &left[written..];
            sent.set(sent.get() + written as u64);
        }
    }
    stream.close().await
}

/// Reads a little at a time and lets everybody else go first.
async fn read_slowly(mut stream: TcpStream, sent: &Cell<u64>) -> io::Result<u64> {
    let mut piece = vec![0; PIECE];
    let mut expected = vec![0; PIECE];
    let mut read = 0;
    let mut most_unread = 0;
    loop {
        runtime::task::yield_now().await;
        most_unread = most_unread.max(sent.get() - read);
        let length = stream.read(&mut piece).await?;
        if length == 0 {
            break;
        }
        fill(&mut expected[..length], read);
        assert!(piece[..length] == expected[..length], "wrong after {read}");
        read += length as u64;
    }
    assert_eq!(read, TOTAL);
    Ok(most_unread)
}

#[runtime::test]
async fn a_slow_reader_gets_everything_and_holds_the_writer_back() -> io::Result<()> {
    let (client, server) = narrow_pair().await?;
    let sent = Cell::new(0);
    let ((), most_unread) =
        runtime::try_join!(send_all(client, &sent), read_slowly(server, &sent))?;
    assert!(
        most_unread < UNREAD_AT_MOST,
        "{most_unread} bytes were unread at once"
    );
    Ok(())
}

/// The same through `copy` on both sides of an echo, in both directions at once.
#[runtime::test]
async fn an_echo_of_many_bytes_does_not_lock_up() -> io::Result<()> {
    let (client, server) = narrow_pair().await?;
    let echo = runtime::spawn(async move {
        runtime::io::copy(&server, &server).await?;
        (&server).close().await
    });
    let (reader, writer) = client.into_split();
    let sender = runtime::spawn(async move {
        let mut writer = writer;
        let piece = vec![7; PIECE];
        for _ in 0..(TOTAL / 4) as usize / PIECE {
            writer.write_all(&piece).await?;
        }
        writer.close().await
    });
    let mut reader = reader;
    let count = runtime::io::copy(&mut reader, runtime::io::sink()).await?;
    assert_eq!(count, TOTAL / 4);
    sender.await??;
    echo.await?
}
