//! A terminal as a file: what a dropped read has taken from it is read behind a write, and by nobody else.
#![cfg(target_os = "linux")]

use std::fs::OpenOptions;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;

use runtime::Runtime;
use runtime::fs::File;
use runtime::future::poll_once;
use runtime::io::{AsyncReadExt, AsyncWriteExt};
use rustix::fs::OFlags;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

mod gate;
use gate::Gate;

/// Both sides of a terminal that does not echo: of who types and looks, and of a program.
fn terminal() -> (std::fs::File, std::fs::File) {
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
    let outside = openpt(flags).unwrap();
    grantpt(&outside).unwrap();
    unlockpt(&outside).unwrap();
    let name = ptsname(&outside, Vec::new()).unwrap();
    let mut options = OpenOptions::new();
    let options = options.read(true).write(true);
    let no_home = options.custom_flags(OFlags::NOCTTY.bits() as i32);
    let inside = no_home.open(name.to_str().unwrap()).unwrap();
    let mut modes = tcgetattr(&inside).unwrap();
    modes.local_modes.remove(LocalModes::ECHO);
    tcsetattr(&inside, OptionalActions::Now, &modes).unwrap();
    (outside.into(), inside)
}

#[test]
fn what_a_dropped_read_took_from_a_terminal_stays() {
    let runtime = Runtime::builder().max_blocking_threads(1).build().unwrap();
    runtime.block_on(async {
        let (mut outside, inside) = terminal();
        let mut file = File::from_std(inside);
        outside.write_all(b"yes\n").unwrap();
        let gate = Gate::default();
        let busy = gate.occupy_some(1);
        assert!(poll_once(file.read(&mut [0; 9])).await.is_none());
        gate.let_through(busy).await;
        file.write_all(b"sure?").await.unwrap();
        file.flush().await.unwrap();
        let mut words = [0; 5];
        outside.read_exact(&mut words).unwrap();
        assert_eq!(&words, b"sure?");
        let error = file.stream_position().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotSeekable);
        let mut file = file.into_std().expect_err("a line would be lost");
        let mut line = [0; 4];
        file.read_exact(&mut line).await.unwrap();
        assert_eq!(&line, b"yes\n");
        file.into_std().expect("nothing is left");
    });
}
