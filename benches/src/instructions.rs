//! Instructions of an operation, counted by valgrind: the same in every run, whatever else the machine does.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::children::Process;
use crate::sample::{CORE, PATIENCE};

/// What to do where valgrind is missing.
const INSTALL: &str = "`apt-get install valgrind` installs it";

/// An error if valgrind cannot be started.
pub(crate) fn can_be_counted() -> Result<()> {
    let mut valgrind = Process::start("valgrind", Command::new("valgrind").arg("--version"))
        .with_context(|| format!("valgrind is missing; {INSTALL}"))?;
    valgrind.end(PATIENCE).map(drop)
}

/// Instructions of one operation; nothing if the peer cannot do the work, or cannot do it under valgrind.
///
/// What the program does once falls out: it runs with `count` operations and with twice as many, and the difference
/// counts. Each run does a tenth of its operations once more at its begin.
pub(crate) fn each(program: &Path, work: &str, count: u64) -> Result<Option<f64>> {
    let (Some(once), Some(twice)) = (run(program, work, count)?, run(program, work, 2 * count)?)
    else {
        return Ok(None);
    };
    Ok(Some((twice - once) / (count + count / 10) as f64))
}

fn run(program: &Path, work: &str, count: u64) -> Result<Option<f64>> {
    let mut command = Command::new("valgrind");
    command
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args([work, &count.to_string()])
        .env("BENCH_CORE", CORE);
    let mut process = Process::start("valgrind", &mut command)
        .with_context(|| format!("valgrind is missing; {INSTALL}"))?;
    let mut told = None;
    while let Some(line) = process.line(PATIENCE)? {
        if line == format!("cannot {work}") {
            return Ok(None);
        }
        told = Some(line);
    }
    let words = process.end(PATIENCE)?;
    match (told, words.lines().find_map(collected)) {
        (Some(_), Some(instructions)) => Ok(Some(instructions)),
        (None, _) => bail!("the peer did nothing under valgrind"),
        (_, None) => bail!("valgrind told no instructions"),
    }
}

/// Reads a line such as `==21216== Collected : 10044893`.
fn collected(line: &str) -> Option<f64> {
    let (_, count) = line.split_once("Collected :")?;
    count.trim().parse().ok()
}
