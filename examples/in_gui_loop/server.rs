//! A server that takes its time over its bytes.

use std::io;

use runtime::net::TcpListener;
use runtime::time::{Duration, sleep};

pub(crate) const BYTES: usize = 1 << 20;

pub(crate) async fn serve(listener: TcpListener) -> io::Result<()> {
    let (stream, _) = listener.accept().await?;
    let mut part = vec![0; BYTES / 16];
    for _ in 0..16 {
        sleep(Duration::from_millis(5)).await;
        let (written, back) = stream.write_all_owned(part).await;
        written?;
        part = back;
    }
    Ok(())
}
