//! A standard stream starts its thread with the first read or write, and not before; the handles open no descriptor.
#![cfg(target_os = "linux")]

mod again;

use std::fs::read_dir;

use again::{Program, again, line, play, role};
use runtime::block_on;
use runtime::future::poll_once;
use runtime::io::{AsyncReadExt, AsyncWriteExt, stderr, stdin, stdout};

/// How many descriptors and threads this process has.
fn census() -> (usize, usize) {
    let count = |folder| read_dir(folder).unwrap().count();
    (count("/proc/self/fd"), count("/proc/self/task"))
}

#[test]
fn a_thread_is_started_when_it_is_needed() {
    const NAME: &str = "a_thread_is_started_when_it_is_needed";
    if role().is_some() {
        play(|| {
            block_on(async {
                let (descriptors, threads) = census();
                let (mut input, mut output, mut errors) = (stdin(), stdout(), stderr());
                input.read(&mut []).await?;
                output.write(&[]).await?;
                output.flush().await?;
                errors.close().await?;
                assert_eq!(census(), (descriptors, threads), "nothing was asked for");

                for _ in 0..100 {
                    output.write_all(b"x").await?;
                }
                output.write_all(b"\n").await?;
                assert_eq!(census(), (descriptors, threads + 1), "one writes");
                for _ in 0..100 {
                    assert!(poll_once(input.read(&mut [0])).await.is_none());
                    assert!(poll_once(stdin().read(&mut [0])).await.is_none());
                }
                assert_eq!(census(), (descriptors, threads + 2), "one reads");
                errors.write_all(b"\n").await?;
                assert_eq!(census(), (descriptors, threads + 3), "one writes errors");
                // None is waited for, not even when it has nothing to do.
                Ok(())
            })
        });
    }
    let program = Program::start(&mut again(NAME, "counts"));
    let _open = program.stdin();
    let mut stdout = program.stdout();
    assert_eq!(line(&mut stdout), "x".repeat(100));
    program.finish(stdout);
}
