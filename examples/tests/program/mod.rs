//! Starts an example as a user would, for the tests; it knows none by name.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

/// The example's binary, which cargo has built next to this test's folder.
pub(crate) fn example(name: &str) -> Command {
    let mut path: PathBuf = std::env::current_exe().expect("a test knows its path");
    path.pop();
    path.pop();
    path.push("examples");
    path.push(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(
        path.exists(),
        "{} is not built: use `cargo test -p examples`",
        path.display()
    );
    Command::new(path)
}

/// Runs it to its end: what it has printed, and how it has ended.
pub(crate) fn run(name: &str, arguments: &[&str]) -> (String, Output) {
    let output = example(name).args(arguments).output().expect("it starts");
    (String::from_utf8_lossy(&output.stdout).into_owned(), output)
}

/// A server that runs until it is dropped, and the first line that it has printed.
pub(crate) struct Server {
    pub(crate) child: Child,
    first_line: String,
    _stdout: BufReader<ChildStdout>,
}

impl Server {
    pub(crate) fn start(name: &str, arguments: &[&str]) -> Server {
        let mut child = example(name)
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut first_line = String::new();
        stdout.read_line(&mut first_line).expect("a first line");
        Server {
            child,
            first_line,
            _stdout: stdout,
        }
    }

    /// The address in the first line.
    pub(crate) fn address(&self) -> String {
        let word = self
            .first_line
            .split([' ', '/', ';'])
            .find(|word| word.starts_with("127.0.0.1:"));
        word.expect("the first line tells the address")
            .trim()
            .to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
