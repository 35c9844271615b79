//! What a program of the runtime does, as it would without another loop around it.

use std::io;

use runtime::net::{TcpListener, TcpStream};
use runtime::time::{Duration, sleep};

/// What a program of the runtime does: here, ask an echo three times.
pub(crate) async fn converse() -> io::Result<usize> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    drop(runtime::spawn(async move {
        let (stream, _) = listener.accept().await?;
        loop {
            let (count, buffer) = stream.read_owned(vec![0; 64]).await;
            let answer = buffer[..count?].to_vec();
            if answer.is_empty() {
                return io::Result::Ok(());
            }
            stream.write_all_owned(answer).await.0?;
        }
    }));
    let stream = TcpStream::connect(address).await?;
    let mut heard = 0;
    for _ in 0..3 {
        sleep(Duration::from_millis(10)).await;
        stream.write_all_owned(b"hello".to_vec()).await.0?;
        let (read, buffer) = stream.read_exact_owned(vec![0; 5]).await;
        heard += read.map(|_| buffer.len())?;
    }
    Ok(heard)
}
