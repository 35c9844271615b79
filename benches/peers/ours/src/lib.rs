//! The echo server of this runtime's programs, which differ in the driver and in whose the buffer is.

use std::future::Future;
use std::io;
use std::net;

use runtime::io::{AsyncReadExt, AsyncWriteExt};
use runtime::net::{TcpListener, TcpStream};

/// Accepts for ever, and gives each connection a task of its own.
pub async fn serve<E: Future<Output = io::Result<()>> + 'static>(
    listener: net::TcpListener,
    buffer: usize,
    echo: impl Fn(TcpStream, usize) -> E,
) -> io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        drop(runtime::spawn(echo(stream, buffer)));
    }
}

/// By the traits of `futures-io`: each operation borrows the buffer.
pub async fn borrowed(mut stream: TcpStream, buffer: usize) -> io::Result<()> {
    let mut buffer = vec![0; buffer];
    loop {
        let count = stream.read(&mut buffer).await?;
        if count == 0 {
            return Ok(());
        }
        stream.write_all(&buffer[..count]).await?;
    }
}

/// The buffer is lent to each operation and comes back, as long as what was read.
pub async fn owned(stream: TcpStream, buffer: usize) -> io::Result<()> {
    let mut buffer = Vec::with_capacity(buffer);
    let mut done;
    loop {
        (done, buffer) = stream.read_owned(buffer).await;
        if done? == 0 {
            return Ok(());
        }
        (done, buffer) = stream.write_all_owned(buffer).await;
        done?;
    }
}
