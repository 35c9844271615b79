//! No descriptor is left: starting a child says so or succeeds in full, and leaves neither descriptors nor a zombie.
//!
//! The limit belongs to the whole process, so these tests stand alone in their file and one waits for the other.
#![cfg(target_os = "linux")]

mod children;
mod limits;

use std::fs;
use std::io;

use children::sh;
use limits::{Limit, alone, is_out_of_descriptors, open};
use runtime::io::{AsyncReadExt, AsyncWriteExt};
use runtime::process::{Child, Stdio};
use runtime::{DriverKind, Runtime};

/// The children that this process has, those that have ended among them.
fn children_of_ours() -> usize {
    let own = format!(" {} ", std::process::id());
    let all = fs::read_dir("/proc").expect("Linux has it").flatten();
    let lines = all.filter_map(|entry| fs::read_to_string(entry.path().join("stat")).ok());
    lines
        .filter(|line| {
            let behind_the_name = line.rsplit_once(") ").map_or("", |(_, rest)| rest);
            behind_the_name
                .get(1..)
                .is_some_and(|rest| rest.starts_with(&own))
        })
        .count()
}

/// Where no descriptor was left to wait by, a thread may have a waker in its hand for a moment more, and with it what
/// wakes the loop.
fn nothing_is_left_but(descriptors: usize) {
    let gone = || (open(), children_of_ours()) == (descriptors, 0);
    runtime::block_on(children::until("all is closed and reaped", gone));
}

fn start() -> io::Result<Child> {
    // It has the same limit: nothing in it may need a descriptor.
    let mut command = sh("read word; echo $word; exit 3");
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    piped.stderr(Stdio::piped()).spawn()
}

/// From none to more than enough, in a new runtime each: its queue needs some, too.
#[test]
fn started_in_full_or_not_at_all() -> io::Result<()> {
    let _alone = alone();
    let before = open();
    for kind in [DriverKind::Auto, DriverKind::Polling] {
        let (mut refused, mut started) = (0, 0);
        for left in 0..24 {
            let runtime = Runtime::builder().driver(kind).build()?;
            runtime.block_on(async {
                let limit = Limit::leave(left)?;
                let child = start();
                drop(limit);
                match child {
                    Ok(mut child) => {
                        started += 1;
                        let mut stdin = child.stdin.take().expect("it was piped");
                        stdin.write_all(b"word\n").await?;
                        let output = child.wait_with_output().await?;
                        assert_eq!(output.status.code(), Some(3));
                        assert_eq!(
                            (&output.stdout[..], &output.stderr[..]),
                            (&b"word\n"[..], &b""[..])
                        );
                    }
                    Err(error) => {
                        refused += 1;
                        assert!(is_out_of_descriptors(&error), "{error:?}");
                        assert!(error.to_string().starts_with("starting sh: "), "{error}");
                    }
                }
                io::Result::Ok(())
            })?;
            drop(runtime);
            nothing_is_left_but(before);
        }
        assert!(refused > 3 && started > 3, "{refused} and {started}");
    }
    Ok(())
}

/// The child runs, and the reactor has no descriptor for its queue: the pipe says so, and goes on when there is one.
#[test]
fn a_pipe_that_was_refused_is_tried_again() -> io::Result<()> {
    let _alone = alone();
    let before = open();
    let mut refused = 0;
    let mut needs_a_queue = true;
    for left in 0..24 {
        let runtime = Runtime::new()?;
        runtime.block_on(async {
            let limit = Limit::leave(left)?;
            let mut command = sh("echo word; exit 3");
            let Ok(mut child) = command.stdout(Stdio::piped()).spawn() else {
                return Ok(());
            };
            let mut stdout = child.stdout.take().expect("it was piped");
            for _ in 0..2 {
                // It takes nothing, and needs the queue all the same.
                if let Err(error) = stdout.read(&mut []).await {
                    assert!(is_out_of_descriptors(&error), "{error:?}");
                    refused += 1;
                }
            }
            drop(limit);
            let mut word = [0; 4];
            stdout.read_exact(&mut word).await?;
            assert_eq!(&word, b"word");
            assert_eq!(child.wait().await?.code(), Some(3));
            io::Result::Ok(())
        })?;
        // That one needs no queue, and so little that it is there when a child was started.
        needs_a_queue = runtime.driver_name() != "poll";
        drop(runtime);
        nothing_is_left_but(before);
    }
    assert!(refused > 0 || !needs_a_queue);
    Ok(())
}
