//! Five requests at once to the delay server: together they take as long as the slowest, not as long as all.
//!
//! Start `cargo run --release --example delayserver`, then run `cargo run --release --example delay_client [ADDRESS]`.

use std::io;

use runtime::io::{AsyncReadExt, AsyncWriteExt};
use runtime::net::TcpStream;
use runtime::time::{Duration, Instant, timeout};

#[runtime::main]
async fn main() -> io::Result<()> {
    let [address] =
        examples::Usage("delay_client [ADDRESS], 127.0.0.1:8080 unless said").arguments();
    let address = address.unwrap_or_else(|| String::from("127.0.0.1:8080"));
    let start = Instant::now();

    let requests: Vec<_> = (1..=5)
        .map(|number: u64| {
            let address = address.clone();
            runtime::spawn(async move {
                let path = format!("/{}/message-{number}", (6 - number) * 200);
                let body = timeout(Duration::from_secs(5), get(&address, &path)).await??;
                println!("{:>5.0} ms  {body}", start.elapsed().as_secs_f64() * 1e3);
                io::Result::Ok(())
            })
        })
        .collect();
    for request in requests {
        request.await??;
    }
    println!("five answers; one after another they would have taken 3000 ms");
    Ok(())
}

/// The body of the answer to a GET request.
pub(crate) async fn get(address: &str, path: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;

    let mut response = String::new();
    stream.read_to_string(&mut response).await?;
    match response.split_once("\r\n\r\n") {
        Some((head, body)) if head.starts_with("HTTP/1.1 200 ") => Ok(body.to_owned()),
        _ => Err(io::Error::other(format!(
            "an unexpected answer: {response:?}"
        ))),
    }
}
