//! The standard streams and whoever else has the same pipe: its mode is not touched, and whatever it is, it works.
#![cfg(unix)]

mod again;

use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::process::ChildStdout;

use again::{Program, again, line, play, role};
use runtime::block_on;
use runtime::io::{AsyncBufReadExt, AsyncWriteExt, stdin, stdout};
use runtime::stream::StreamExt;
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::{FdFlags, fcntl_setfd};

/// What a child's side of a pipe is made with, as the parent sees it through its own descriptor.
fn set_nonblocking(end: &OwnedFd, nonblocking: bool) {
    let mut flags = fcntl_getfl(end).unwrap();
    flags.set(OFlags::NONBLOCK, nonblocking);
    fcntl_setfl(end, flags).unwrap();
}

fn is_nonblocking(end: &OwnedFd) -> bool {
    fcntl_getfl(end).unwrap().contains(OFlags::NONBLOCK)
}

/// Both ends, which a child does not inherit by itself. Not every system says so at once.
fn pipe() -> (OwnedFd, OwnedFd) {
    let (read, write) = rustix::pipe::pipe().unwrap();
    for end in [&read, &write] {
        fcntl_setfd(end, FdFlags::CLOEXEC).unwrap();
    }
    (read, write)
}

#[test]
fn the_mode_of_a_pipe_is_left_alone_and_may_be_any() {
    const NAME: &str = "the_mode_of_a_pipe_is_left_alone_and_may_be_any";
    if role().is_some() {
        play(|| {
            block_on(async {
                let mut lines = stdin().lines();
                while let Some(line) = lines.next().await {
                    let answer = "x".repeat(line?.parse().unwrap()) + "\n";
                    stdout().write_all(answer.as_bytes()).await?;
                }
                Ok(())
            })
        });
    }
    for nonblocking in [false, true] {
        let (input, feed) = pipe();
        let (heard, output) = pipe();
        set_nonblocking(&input, nonblocking);
        set_nonblocking(&output, nonblocking);
        let mut command = again(NAME, "echoes");
        command.stdin(input.try_clone().unwrap());
        command.stdout(output.try_clone().unwrap());
        let program = Program::start(&mut command);
        drop(command); // It has the child's ends, too.
        let mut feed = std::fs::File::from(feed);
        let mut heard = ChildStdout::from(heard);
        again::skip(&mut heard);
        // So long that the pipe is full before it is read.
        for length in [1, 5, 300_000] {
            writeln!(feed, "{length}").unwrap();
            assert_eq!(line(&mut heard).len(), length);
            assert_eq!(is_nonblocking(&input), nonblocking, "while it reads");
            assert_eq!(is_nonblocking(&output), nonblocking, "while it writes");
        }
        drop((feed, output));
        assert!(program.wait().success());
        assert_eq!(heard.read(&mut [0]).unwrap(), 0);
        assert_eq!(is_nonblocking(&input), nonblocking, "when it has ended");
    }
}
