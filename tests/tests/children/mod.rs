//! Child processes of a test: shell scripts, and what the system knows of a process by its number.

#![allow(dead_code, reason = "each test file takes what it needs")]

use std::fs;
use std::time::Duration;

use runtime::process::Command;
use runtime::time::{Instant, sleep};

/// Nothing waits so long in a test that passes.
const PATIENCE: Duration = Duration::from_secs(20);

/// A command that runs these lines of shell.
pub(crate) fn sh(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    command
}

/// Linux's letter for what a process is doing: `S` sleeps, `Z` has ended and was not reaped. `None` if it is no more.
pub(crate) fn state(pid: u32) -> Option<char> {
    let line = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, behind_the_name) = line.rsplit_once(") ")?;
    behind_the_name.chars().next()
}

/// The threads that this process has now.
pub(crate) fn threads() -> usize {
    fs::read_dir("/proc/self/task")
        .expect("Linux has it")
        .count()
}

/// Waits until something has happened that nobody tells of.
pub(crate) async fn until(what: &str, mut happened: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !happened() {
        assert!(begin.elapsed() < PATIENCE, "it takes too long: {what}");
        sleep(Duration::from_millis(1)).await;
    }
}

/// Waits until a process has ended and was reaped.
pub(crate) async fn reaped(pid: u32) {
    until("a child is reaped", || state(pid).is_none()).await;
}

/// Waits until a process has ended, if nobody reaps it.
pub(crate) async fn ended(pid: u32) {
    until("a child ends", || state(pid) == Some('Z')).await;
}
