//! A named pipe that nobody else has, and that is gone at the end of the test.

use std::fs::File;
use std::io;
use std::path::Path;
use std::process::Command;

use crate::scratch::Scratch;

/// More than a pipe holds.
#[allow(dead_code, reason = "each test file takes what it needs")]
pub(crate) const TOO_MUCH: usize = 300_000;

#[derive(Debug)]
pub(crate) struct Fifo(Scratch);

impl Fifo {
    pub(crate) fn new() -> Fifo {
        let path = Scratch::new();
        let made = Command::new("mkfifo").arg(path.as_ref()).status();
        assert!(made.expect("`mkfifo` is there").success());
        Fifo(path)
    }

    /// Both ends, so that opening waits for nobody.
    pub(crate) fn open(&self) -> io::Result<File> {
        File::options().read(true).write(true).open(self)
    }
}

impl AsRef<Path> for Fifo {
    fn as_ref(&self) -> &Path {
        self.0.as_ref()
    }
}
