//! Two ends of one TCP connection on the loopback device.

use std::io;

use runtime::net::{TcpListener, TcpStream};

/// The end that connected and the end that was accepted.
pub(crate) async fn pair() -> io::Result<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let client = TcpStream::connect(listener.local_addr()?).await?;
    let (server, _) = listener.accept().await?;
    Ok((client, server))
}
