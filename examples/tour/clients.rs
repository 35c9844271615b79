//! The clients of the tour: what they send, what they expect; they know nothing of how the servers work.

use std::io;
use std::net::SocketAddr;
use std::thread;

use runtime::io::{AsyncReadExt, AsyncWriteExt};
use runtime::net::TcpStream;
use runtime::time::{Duration, Instant};

use crate::report::check;
use crate::servers::delay_client;

/// Round trips of each client to the echo server, and the bytes of each.
pub(crate) const ROUND_TRIPS: usize = 20;
pub(crate) const MESSAGE_BYTES: usize = 64;
/// One client of so many asks the delay server as well, and waits so long for the answer.
pub(crate) const ASKS_DELAY: usize = 10;
const DELAY: Duration = Duration::from_millis(200);
/// How many messages the second thread sends.
pub(crate) const WAKES: usize = 100;

/// Sends messages of its own to the echo server and checks each that comes back.
pub(crate) async fn client(number: usize, echo: SocketAddr, delay: SocketAddr) -> io::Result<()> {
    let mut stream = TcpStream::connect(echo).await?;
    let mut echoed = [0; MESSAGE_BYTES];
    for message in 0..ROUND_TRIPS {
        let sent = [(number + message) as u8; MESSAGE_BYTES];
        stream.write_all(&sent).await?;
        stream.read_exact(&mut echoed).await?;
        check("an echo", echoed, sent)?;
    }
    if number % ASKS_DELAY == 0 {
        ask(number, delay).await?;
    }
    Ok(())
}

/// Asks the delay server, which must not answer early.
async fn ask(number: usize, server: SocketAddr) -> io::Result<()> {
    let asked = Instant::now();
    let path = format!("/{}/client-{number}", DELAY.as_millis());
    let answer = delay_client::get(&server.to_string(), &path).await?;
    check("an answer", answer, format!("client-{number}"))?;
    check("an early answer", asked.elapsed() < DELAY, false)
}

/// Counts what a second thread sends. A message that finds us waiting is a wake that comes from outside.
pub(crate) async fn hear_a_thread() -> usize {
    let (sender, receiver) = async_channel::bounded(1);
    let thread = thread::spawn(move || (0..WAKES).all(|wake| sender.send_blocking(wake).is_ok()));
    let mut heard = 0;
    while receiver.recv().await.is_ok() {
        heard += 1;
    }
    drop(thread.join());
    heard
}
