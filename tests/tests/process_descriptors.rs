//! No descriptor is left: starting a child says so or succeeds in full, and leaves neither descriptors nor a zombie.
//!
//! The limit belongs to the whole process, so these tests stand alone in their file and one waits for the other.
#![cfg(target_os = "linux")]

mod children;

use std::error::Error;
use std::fs::{self, File};
use std::io;
use std::os::fd::AsRawFd;
use std::sync::{Mutex, MutexGuard, PoisonError};

use children::sh;
use runtime::io::{AsyncReadExt, AsyncWriteExt};
use runtime::process::{Child, Stdio};
use runtime::{DriverKind, Runtime};
use rustix::io::Errno;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Descriptors that are open now.
fn open() -> usize {
    let listing = fs::read_dir("/proc/self/fd").expect("Linux has it");
    listing.count() - 1 // The listing's own.
}

/// While it lives, the process can open only so many descriptors more.
struct Limit {
    before: Rlimit,
}

impl Limit {
    fn leave(count: usize) -> io::Result<Limit> {
        let before = getrlimit(Resource::Nofile);
        // A new descriptor has the lowest number that is free, and the limit is one on the numbers.
        let next: io::Result<Vec<File>> = (0..=count).map(|_| File::open("/dev/null")).collect();
        let current = next?.last().map(|last| last.as_raw_fd() as u64);
        setrlimit(Resource::Nofile, Rlimit { current, ..before })?;
        Ok(Limit { before })
    }
}

impl Drop for Limit {
    fn drop(&mut self) {
        setrlimit(Resource::Nofile, self.before).expect("it was so before");
    }
}

/// The system's own error is somewhere in the chain of sources, or the error itself.
fn is_out_of_descriptors(error: &io::Error) -> bool {
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = next {
        let known: Option<&io::Error> = error.downcast_ref();
        if known.and_then(Errno::from_io_error) == Some(Errno::MFILE) {
            return true;
        }
        next = error.source();
    }
    false
}

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
