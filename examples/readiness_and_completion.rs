//! One echo, written twice: by readiness and by completion; and what each of them costs on every driver that is here.
//!
//! Run it with `cargo run --release --example readiness_and_completion [REQUESTS]`; for io_uring, on Linux, write
//! `-p examples --features uring` before `--example`.

use std::io;

use examples::Usage;
use runtime::io::{AsyncReadExt, AsyncWriteExt};
use runtime::net::TcpStream;

#[path = "readiness_and_completion/counter.rs"]
mod counter;
#[path = "readiness_and_completion/load.rs"]
mod load;
#[path = "readiness_and_completion/measure.rs"]
mod measure;
#[path = "readiness_and_completion/server.rs"]
mod server;
#[path = "readiness_and_completion/table.rs"]
mod table;

const USAGE: Usage =
    Usage("readiness_and_completion [REQUESTS], 5000 unless said, and 10000 at most");

const BUFFER_BYTES: usize = 4096;

/// *Tell me when I can.* Each call borrows the buffer and gives it back when it returns. If it would block, nothing has
/// happened: the task waits until the system says that the stream is ready, and then calls again. So the buffer may lie
/// in the task itself, and dropping the future between two polls leaves nothing behind.
async fn by_readiness(mut stream: TcpStream) -> io::Result<()> {
    let mut buffer = [0; BUFFER_BYTES];
    loop {
        let read = stream.read(&mut buffer).await?;
        if read == 0 {
            return Ok(());
        }
        stream.write_all(&buffer[..read]).await?;
    }
}

/// *Do it, and tell me when it is done.* The system has the buffer's address from the first poll to the end, so the
/// operation must own the buffer; it gives it back with the result. A driver that only tells readiness does the same by
/// trying, as above. A driver that completes hands the operations of all tasks to the system together.
async fn by_completion(stream: TcpStream) -> io::Result<()> {
    let mut buffer = Vec::with_capacity(BUFFER_BYTES);
    loop {
        let (read, filled) = stream.read_owned(buffer).await;
        if read? == 0 {
            return Ok(());
        }
        let (written, emptied) = stream.write_all_owned(filled).await;
        written?;
        buffer = emptied; // Its room is its capacity, and the next read begins at its start.
    }
}

/// The program starts itself once more for every server, so that a server's calls are counted and nobody else's.
fn main() -> io::Result<()> {
    let arguments = USAGE.all();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["serve", driver, way, connections] => server::serve(driver, way, number(connections)),
        [requests] => table::print(number(requests).min(10_000)),
        [] => table::print(5_000),
        _ => USAGE.refuse(),
    }
}

fn number(word: &str) -> u64 {
    word.parse().unwrap_or_else(|_| USAGE.refuse())
}
