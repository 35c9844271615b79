//! A peer that serves, and the load generator that asks it: both as processes with a protocol of lines.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::children::Process;
use crate::sample::{CORE, PATIENCE, figure};

/// A peer's echo server.
#[derive(Debug)]
pub(crate) struct Server {
    process: Process,
    port: u16,
}

impl Server {
    /// Starts `program serve BUFFER`; nothing if the peer cannot serve.
    pub(crate) fn start(program: &Path, buffer: u64) -> Result<Option<Server>> {
        let mut command = Command::new(program);
        command.arg("serve").arg(buffer.to_string());
        command.env("BENCH_CORE", CORE);
        let mut process = Process::start("the server", &mut command)?;
        let line = process.answer(PATIENCE)?;
        if line == "cannot serve" {
            return Ok(None);
        }
        match figure(&line)? {
            (name, port) if name == "port" => Ok(Some(Server {
                process,
                port: port as u16,
            })),
            _ => bail!("the server said {line:?} where `port N` was awaited"),
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// What all its threads have worked since they began, in nanoseconds.
    pub(crate) fn cpu(&self) -> Result<u64> {
        // A thread's figure is brought up to date when it goes to sleep, which it does as soon as nothing comes.
        thread::sleep(Duration::from_millis(10));
        let tasks =
            fs::read_dir(format!("/proc/{}/task", self.id())).context("the server ended")?;
        Ok(tasks
            .flatten()
            .filter_map(|task| fs::read_to_string(task.path().join("schedstat")).ok())
            .filter_map(|words| words.split_whitespace().next()?.parse::<u64>().ok())
            .sum())
    }

    /// Allocations since it began.
    pub(crate) fn allocations(&mut self) -> Result<f64> {
        self.process.tell("count")?;
        let mut figures = BTreeMap::new();
        loop {
            let line = self.process.answer(PATIENCE)?;
            if line == "end" {
                break;
            }
            let (name, value) = figure(&line)?;
            figures.insert(name, value);
        }
        let allocations = figures.get("allocations");
        allocations
            .copied()
            .context("the server told no allocations")
    }

    /// Bytes in memory. (`statm` would be cheaper and may be wrong by 64 pages for each core.)
    pub(crate) fn resident(&self) -> Result<f64> {
        let path = format!("/proc/{}/smaps_rollup", self.id());
        let rollup = fs::read_to_string(path).context("the server's memory cannot be read")?;
        let line = rollup.lines().find_map(|line| line.strip_prefix("Rss:"));
        let kilobytes: Option<f64> = line
            .and_then(|line| line.split_whitespace().next())
            .and_then(|word| word.parse().ok());
        Ok(kilobytes.context("the system tells no resident memory")? * 1_024.0)
    }

    /// Lets it end, and tells if it ended badly.
    pub(crate) fn end(mut self) -> Result<()> {
        self.process.end(PATIENCE).map(drop)
    }
}

/// The load generator, connected to a server.
#[derive(Debug)]
pub(crate) struct Load(Process);

/// What one run took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    pub(crate) wall_seconds: f64,
    /// The load generator's own processor time.
    pub(crate) own_seconds: f64,
}

impl Load {
    /// Starts `load PORT ARGUMENTS` and waits until all its connections stand.
    pub(crate) fn start(program: &Path, server: &Server, arguments: &str) -> Result<Load> {
        let mut command = Command::new(program);
        command.arg(server.port.to_string());
        command.args(arguments.split(' '));
        let mut process = Process::start("the load generator", &mut command)?;
        match process.answer(PATIENCE)?.as_str() {
            "ready" => Ok(Load(process)),
            line => bail!("the load generator said {line:?} where `ready` was awaited"),
        }
    }

    /// Does `requests` of them, over all its connections together.
    pub(crate) fn run(&mut self, requests: u64) -> Result<Run> {
        self.0.tell(&format!("run {requests}"))?;
        let line = self.0.answer(PATIENCE)?;
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["done", wall, own] => Ok(Run {
                wall_seconds: wall.parse().with_context(|| line.clone())?,
                own_seconds: own.parse().with_context(|| line.clone())?,
            }),
            _ => bail!("the load generator said {line:?} where `done WALL OWN` was awaited"),
        }
    }

    /// Closes its connections, and tells if it ended badly.
    pub(crate) fn end(mut self) -> Result<()> {
        self.0.end(PATIENCE).map(drop)
    }
}
