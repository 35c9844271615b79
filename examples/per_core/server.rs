//! The server as it runs on each thread: an echo that counts.

use std::cell::Cell;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;

use async_channel::Receiver;
use runtime::future::race;
use runtime::net::{TcpListener, TcpSocket, TcpStream};

/// A socket on this address beside others there.
pub(crate) fn beside_others(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseport(true)?;
    socket.bind(address)?;
    Ok(socket)
}

/// Serves until the channel is closed: how many requests.
pub(crate) async fn serve(listener: TcpListener, stopped: &Receiver<()>) -> io::Result<u64> {
    let served = Rc::new(Cell::new(0)); // No other thread counts here.
    let accepting = async {
        loop {
            let (stream, _) = listener.accept().await?;
            drop(runtime::spawn(echo(stream, served.clone())));
        }
    };
    let stopping = async {
        let _ = stopped.recv().await;
        Ok(())
    };
    race(accepting, stopping).await.map(|()| served.get())
}

async fn echo(stream: TcpStream, served: Rc<Cell<u64>>) -> io::Result<()> {
    loop {
        let (count, mut buffer) = stream.read_owned(vec![0; 1024]).await;
        buffer.truncate(count?);
        if buffer.is_empty() {
            return Ok(());
        }
        stream.write_all_owned(buffer).await.0?;
        served.set(served.get() + 1);
    }
}
