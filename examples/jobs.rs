//! Jobs: runs lines of shell as child processes, at most so many at once, behind a bar; says how each has ended, and
//! what it has printed, in one piece.
//!
//! Run it with `cargo run --release --example jobs -- [-j AT_ONCE] LINE...`, for example with
//! `-j 2 "sleep 1" "echo hello" "exit 3"`. The exit status is 1 if a job failed.

use std::io::{self, Write};
use std::process::ExitCode;
use std::rc::Rc;

use examples::Usage;
use indicatif::ProgressBar;
use runtime::process::{Command, Output};
use runtime::sync::Semaphore;
use runtime::task::JoinSet;

const USAGE: Usage = Usage("jobs [-j AT_ONCE] LINE..., 4 at once unless said");
const SHELL: [&str; 2] = if cfg!(windows) {
    ["cmd", "/C"]
} else {
    ["sh", "-c"]
};

fn main() -> ExitCode {
    let mut lines = USAGE.all();
    let mut at_once = 4;
    if lines.len() > 1 && lines[0] == "-j" {
        at_once = USAGE.value(lines.drain(..2).nth(1), 4);
    }
    if at_once == 0 || lines.first().is_none_or(|line| line.starts_with('-')) {
        USAGE.refuse();
    }
    match runtime::block_on(run(lines, at_once)) {
        Ok(0) => return ExitCode::SUCCESS,
        Ok(failed) => eprintln!("failed: {failed}"),
        Err(error) => eprintln!("{error}"),
    }
    ExitCode::FAILURE
}

/// How many have failed. If this ends early, because nobody reads what it says, the jobs that run are killed.
async fn run(lines: Vec<String>, at_once: usize) -> io::Result<usize> {
    let bar = ProgressBar::new(lines.len() as u64);
    let places = Rc::new(Semaphore::new(at_once));
    let mut jobs = JoinSet::new();
    for line in lines {
        let places = places.clone();
        jobs.spawn(async move {
            let _place = places.acquire().await;
            let mut shell = Command::new(SHELL[0]);
            let output = shell.args([SHELL[1], &line]).kill_on_drop(true).output();
            (line, output.await)
        });
    }
    let mut failed = 0;
    while let Some(job) = jobs.join_next().await {
        let (line, output) = job?;
        let output = output?;
        failed += usize::from(!output.status.success());
        // The bar is on standard error, if that is a terminal. It steps aside.
        bar.suspend(|| report(&line, &output))?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(failed)
}

fn report(line: &str, output: &Output) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{line}: {}", output.status)?;
    for printed in [&output.stdout, &output.stderr] {
        for text in String::from_utf8_lossy(printed).lines() {
            writeln!(stdout, "  {text}")?;
        }
    }
    stdout.flush()
}
