//! One sample: a fresh process of a peer does one work and tells its figures.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::children::Process;

/// How long a process may be silent before it is ended.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The core of the peers. The conductor and the load generator stay on the other.
pub(crate) const CORE: &str = "0";

/// What a peer tells of a work: figures by name, or that it cannot do it.
#[derive(Debug)]
pub(crate) enum Told {
    Figures(BTreeMap<String, f64>),
    Cannot,
}

/// Runs `program WORK COUNT` to its end.
pub(crate) fn take(program: &Path, work: &str, count: u64) -> Result<Told> {
    let mut command = Command::new(program);
    command.arg(work).arg(count.to_string());
    command.env("BENCH_CORE", CORE);
    let mut process = Process::start("it", &mut command)?;
    let mut figures = BTreeMap::new();
    while let Some(line) = process.line(PATIENCE)? {
        if line == format!("cannot {work}") {
            return Ok(Told::Cannot);
        }
        let (name, value) = figure(&line)?;
        figures.insert(name, value);
    }
    process.end(PATIENCE)?;
    Ok(Told::Figures(figures))
}

/// Reads `name value`.
pub(crate) fn figure(line: &str) -> Result<(String, f64)> {
    line.split_once(' ')
        .and_then(|(name, value)| Some((name.to_owned(), value.trim().parse().ok()?)))
        .with_context(|| format!("it said {line:?}, which is no figure"))
}
