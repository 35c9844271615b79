//! The smallest client over the crate `polling` alone: what the system's queue costs without a runtime.

use std::env;
use std::io::{self, Read, Write};
use std::net::TcpStream;

use polling::{Event, Events, Poller};

fn main() -> io::Result<()> {
    let address = env::args().nth(1).unwrap_or_default();
    let mut stream = TcpStream::connect(address)?;
    stream.set_nonblocking(true)?;
    let poller = Poller::new()?;
    // SAFETY: `converse` gives the stream back registered, and it is deleted below, before either is dropped.
    unsafe { poller.add(&stream, Event::none(0))? };
    let answer = converse(&poller, &mut stream);
    poller.delete(&stream)?;
    io::stdout().write_all(&answer?)
}

fn converse(poller: &Poller, stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut unsent = b"hello\n".as_slice();
    while !unsent.is_empty() {
        match stream.write(unsent) {
            Ok(count) => unsent = &unsent[count..],
            Err(error) => wait(poller, stream, Event::writable(0), error)?,
        }
    }
    let mut answer = Vec::new();
    loop {
        match stream.read_to_end(&mut answer) {
            Ok(_) => return Ok(answer),
            Err(error) => wait(poller, stream, Event::readable(0), error)?,
        }
    }
}

/// Waits for `interest` when the stream was not ready, and hands on every other error.
fn wait(poller: &Poller, stream: &TcpStream, interest: Event, error: io::Error) -> io::Result<()> {
    if error.kind() != io::ErrorKind::WouldBlock {
        return Err(error);
    }
    poller.modify(stream, interest)?;
    poller.wait(&mut Events::new(), None)?;
    Ok(())
}
