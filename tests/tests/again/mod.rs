//! Runs this test program again, as a child whose streams are the test's: for what a process has only one of.

#![allow(dead_code, reason = "each test file takes what it needs")]

use std::env;
use std::io::{self, Read, Write};
use std::process::{self, Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// Nothing waits so long in a test that passes.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the child is to do, said in its environment.
const ROLE: &str = "RUNTIME_TEST_ROLE";

/// Ends what the test harness writes in front of a child's own words.
const BEGIN: u8 = 2;

/// The role of this process; none in the one that runs the tests.
pub(crate) fn role() -> Option<String> {
    env::var(ROLE).ok()
}

/// The child: runs `main` and ends the process as a program ends. What is said before by the harness, the parent skips.
pub(crate) fn play(main: impl FnOnce() -> io::Result<()>) -> ! {
    print!("{}", char::from(BEGIN));
    io::stdout().flush().unwrap();
    let ended = main();
    if let Err(error) = &ended {
        eprintln!("the child has failed: {error}");
    }
    process::exit(i32::from(ended.is_err()))
}

/// This program again, for one test, in a role. Its standard streams are pipes, but for the errors.
pub(crate) fn again(test: &str, role: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .args(["--exact", test, "--test-threads=1", "--nocapture"])
        .env(ROLE, role)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    command
}

/// A child that is killed when the test has ended, and when that takes too long.
pub(crate) struct Program {
    child: Arc<Mutex<Child>>,
    _alive: mpsc::Sender<()>,
}

impl Program {
    pub(crate) fn start(command: &mut Command) -> Program {
        let child = Arc::new(Mutex::new(command.spawn().expect("it starts")));
        let (alive, ended) = mpsc::channel();
        let watched = child.clone();
        thread::spawn(move || {
            if let Err(RecvTimeoutError::Timeout) = ended.recv_timeout(PATIENCE) {
                eprintln!("the child takes too long, and is killed");
                let _ = watched.lock().unwrap().kill();
            }
        });
        Program {
            child,
            _alive: alive,
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.lock().unwrap().id()
    }

    pub(crate) fn stdin(&self) -> process::ChildStdin {
        self.child.lock().unwrap().stdin.take().expect("a pipe")
    }

    /// What the child says itself.
    pub(crate) fn stdout(&self) -> ChildStdout {
        let mut stdout = self.child.lock().unwrap().stdout.take().expect("a pipe");
        skip(&mut stdout);
        stdout
    }

    pub(crate) fn stderr(&self) -> process::ChildStderr {
        self.child.lock().unwrap().stderr.take().expect("a pipe")
    }

    /// All that the child has still to say, and that it ended well.
    #[track_caller]
    pub(crate) fn finish(self, mut stdout: ChildStdout) -> String {
        let mut words = String::new();
        stdout.read_to_string(&mut words).expect("words");
        let end = words.chars().rev().take(200).collect::<Vec<_>>();
        let end: String = end.into_iter().rev().collect();
        assert!(self.wait().success(), "the child failed: … {end}");
        words
    }

    pub(crate) fn wait(&self) -> ExitStatus {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.lock().unwrap().try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < end, "the child does not end");
            thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let mut child = self.child.lock().unwrap();
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// Reads up to where a child's own words begin.
pub(crate) fn skip(stream: &mut impl Read) {
    let mut byte = [0];
    while byte != [BEGIN] {
        stream.read_exact(&mut byte).expect("the child begins");
    }
}

/// Reads a line without its end, byte by byte: what is behind it is for whoever reads next.
pub(crate) fn line(stream: &mut impl Read) -> String {
    let mut line = Vec::new();
    let mut byte = [0];
    while stream.read(&mut byte).expect("a line") == 1 && byte != *b"\n" {
        line.push(byte[0]);
    }
    String::from_utf8(line).expect("words")
}
