//! A server of the runtime, as it would be without tokio around it.

use std::io;

use runtime::net::TcpListener;
use runtime::time::{Duration, sleep};

pub(crate) async fn serve(listener: TcpListener) -> io::Result<()> {
    let (stream, _) = listener.accept().await?;
    loop {
        let (count, mut buffer) = stream.read_owned(vec![0; 64]).await;
        buffer.truncate(count?);
        if buffer.is_empty() {
            return Ok(());
        }
        sleep(Duration::from_millis(2)).await;
        buffer.make_ascii_uppercase();
        stream.write_all_owned(buffer).await.0?;
    }
}
