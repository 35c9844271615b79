//! Runs a test in a process of its own, for what a process has only one of: descriptors, limits, signals.

use std::env;
use std::process::{Child, Command};

/// Set in the process that was started for one test.
const ALONE: &str = "REACTOR_TEST_ALONE";

pub(crate) fn is_alone() -> bool {
    env::var_os(ALONE).is_some()
}

/// Starts this program again for the test of this name, behind a line of shell.
pub(crate) fn start(test: &str, shell: &str) -> Child {
    Command::new("sh")
        .args(["-c", &format!("{shell}; exec \"$0\" \"$@\"")])
        .arg(env::current_exe().unwrap())
        .args(["--exact", test, "--test-threads=1", "--nocapture"])
        .env(ALONE, "yes")
        .spawn()
        .unwrap()
}
