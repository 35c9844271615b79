//! The delay server of the book *Asynchronous Programming in Rust*: `GET /<ms>/<message>` is answered with the
//! message, after that many milliseconds. A thousand waiting requests cost a thousand timers and no thread.
//!
//! Run it with `cargo run --release --example delayserver [ADDRESS]`, then try
//! `curl http://127.0.0.1:8080/500/hello`, or the example `delay_client`.

use std::io;
use std::rc::Rc;

use runtime::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use runtime::net::{TcpListener, TcpStream};
use runtime::time::{Duration, sleep, timeout};

/// A request's head is no longer than this, and has to come within the time.
const HEAD_BYTES: u64 = 8 * 1024;
const HEAD_TIME: Duration = Duration::from_secs(10);

#[runtime::main]
async fn main() -> io::Result<()> {
    let [address] =
        examples::Usage("delayserver [ADDRESS], 127.0.0.1:8080 unless said").arguments();
    let address = address.as_deref().unwrap_or("127.0.0.1:8080");
    let listener = TcpListener::bind(address).await?;
    println!("try curl http://{}/500/hello", listener.local_addr()?);
    serve(Rc::new(listener)).await
}

/// Takes connections for ever. `accept` backs off by itself when the descriptors run out, so the loop just goes on.
pub(crate) async fn serve(listener: Rc<TcpListener>) -> io::Result<()> {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => drop(runtime::spawn(async move {
                if let Err(error) = answer(stream).await {
                    eprintln!("{peer}: {error}");
                }
            })),
            Err(error) => eprintln!("{error}"),
        }
    }
}

/// Answers one request and closes the connection.
async fn answer(mut stream: TcpStream) -> io::Result<()> {
    let line = timeout(HEAD_TIME, read_head(&stream)).await??;
    let (status, body) = match parse(&line) {
        Some((delay, message)) => {
            sleep(delay).await;
            ("200 OK", message)
        }
        None => ("400 Bad Request", "ask for /<milliseconds>/<message>"),
    };
    let length = body.len();
    let response =
        format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
    stream.write_all(response.as_bytes()).await?;
    stream.close().await
}

/// Reads up to the empty line that ends a head, and returns the first line.
async fn read_head(stream: &TcpStream) -> io::Result<String> {
    let mut reader = BufReader::new(stream.take(HEAD_BYTES));
    let (mut first, mut line) = (String::new(), String::new());
    reader.read_line(&mut first).await?;
    while reader.read_line(&mut line).await? > 0 && line.trim_end() != "" {
        line.clear();
    }
    Ok(first)
}

/// The delay and the message of `GET /<ms>/<message> HTTP/1.1`.
fn parse(line: &str) -> Option<(Duration, &str)> {
    let path = line.strip_prefix("GET /")?.split(' ').next()?;
    let (delay, message) = path.split_once('/')?;
    Some((Duration::from_millis(delay.parse().ok()?), message))
}
