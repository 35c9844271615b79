//! Some device that the program watches: a thread that writes into a pipe.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::Duration;

/// Starts a thread that writes three lines.
pub(crate) fn start() -> io::Result<UnixStream> {
    let (ours, mut theirs) = UnixStream::pair()?;
    thread::spawn(move || {
        for number in 1..=3 {
            thread::sleep(Duration::from_millis(20));
            if writeln!(theirs, "the device said {number}").is_err() {
                return;
            }
        }
        // It stays open, silent, until the program ends.
        let _ = theirs.read(&mut [0]);
    });
    Ok(ours)
}
