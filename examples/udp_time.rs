//! Time over UDP, both ends in one program: a server that answers every datagram with its clock, and a client that
//! asks it five times and tells how long each answer took. A datagram may be lost, so the client has a time limit.
//!
//! Run it with `cargo run --release --example udp_time`.

use std::io;
use std::net::SocketAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use runtime::net::UdpSocket;
use runtime::time::{Duration, Instant, interval, timeout};

#[runtime::main]
async fn main() -> io::Result<()> {
    let [] = examples::Usage("udp_time").arguments();
    let server = UdpSocket::bind("127.0.0.1:0").await?;
    let address = server.local_addr()?;
    let server = runtime::spawn(tell_time(server));

    ask_time(address).await?;
    server.abort();
    Ok(())
}

/// Answers every datagram with the milliseconds since 1970.
async fn tell_time(socket: UdpSocket) -> io::Result<()> {
    let mut question = [0; 16];
    loop {
        let (_, peer) = socket.recv_from(&mut question).await?;
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let millis = since.map_err(io::Error::other)?.as_millis() as u64;
        socket.send_to(&millis.to_be_bytes(), peer).await?;
    }
}

/// Asks five times, a fifth of a second apart.
async fn ask_time(server: SocketAddr) -> io::Result<()> {
    let socket = UdpSocket::bind("127.0.0.1:0").await?;
    socket.connect(server).await?;
    let mut clock = interval(Duration::from_millis(200));
    for number in 1..=5 {
        clock.tick().await;
        let asked = Instant::now();
        socket.send(b"what time is it?").await?;
        let mut answer = [0; 8];
        match timeout(Duration::from_secs(1), socket.recv(&mut answer)).await {
            Ok(received) => {
                received?;
                let millis = u64::from_be_bytes(answer);
                println!(
                    "{number}: {millis} ms since 1970, told in {:?}",
                    asked.elapsed()
                );
            }
            Err(_) => println!("{number}: no answer"),
        }
    }
    Ok(())
}
