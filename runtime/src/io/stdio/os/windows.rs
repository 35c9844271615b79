//! Calls on the standard streams, on Windows: std's own, which know how to talk to a console.

use std::io::{self, Read, Write};

use crate::io::stdio::output::Stream;

/// Blocks until there is something. std reads ahead, into a buffer of its own.
pub(in crate::io::stdio) fn read(room: &mut [u8]) -> io::Result<usize> {
    uninterrupted(|| io::stdin().lock().read(room))
}

/// Blocks until something was written.
pub(in crate::io::stdio) fn write(stream: Stream, bytes: &[u8]) -> io::Result<usize> {
    uninterrupted(|| match stream {
        Stream::Output => {
            let mut stdout = io::stdout().lock();
            let written = stdout.write(bytes)?;
            stdout.flush()?;
            Ok(written)
        }
        Stream::Errors => io::stderr().lock().write(bytes),
    })
}

fn uninterrupted(mut call: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match call() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            moved => return moved,
        }
    }
}
