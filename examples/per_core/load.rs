//! The load: clients on threads of their own, which ask over and over, for a while.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use examples::Usage;

const USAGE: Usage =
    Usage("per_core [RUNTIMES [CLIENTS [MILLISECONDS]]], 2, 16 and 2000 unless said");
const WORD: [u8; 64] = [b'x'; 64];
/// No client asks more often than that.
const MOST_REQUESTS: u64 = 1_000_000;
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Clone, Copy)]
pub(crate) struct Load {
    pub(crate) clients: u64,
    pub(crate) time: Duration,
}

impl Load {
    /// How many runtimes there are to be at the end, and what they are asked.
    pub(crate) fn from_arguments() -> (u64, Load) {
        let [runtimes, clients, milliseconds] = USAGE.arguments();
        let load = Load {
            clients: USAGE.value(clients, 16).clamp(1, 256),
            time: Duration::from_millis(USAGE.value(milliseconds, 2_000).clamp(1, 60_000)),
        };
        (USAGE.value(runtimes, 2).clamp(1, 64), load)
    }

    /// All clients at once, until the time has passed.
    pub(crate) fn ask(self, address: SocketAddr) -> io::Result<()> {
        let end = Instant::now() + self.time;
        thread::scope(|scope| {
            let start = |_| scope.spawn(move || ask_until(address, end));
            let clients: Vec<_> = (0..self.clients).map(start).collect();
            let mut ended = clients.into_iter().map(thread::ScopedJoinHandle::join);
            ended.try_for_each(|client| client.expect("it does not panic"))
        })
    }
}

fn ask_until(address: SocketAddr, end: Instant) -> io::Result<()> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut answer = WORD;
    for _ in 0..MOST_REQUESTS {
        if Instant::now() >= end {
            break;
        }
        stream.write_all(&WORD)?;
        stream.read_exact(&mut answer)?;
    }
    Ok(())
}
