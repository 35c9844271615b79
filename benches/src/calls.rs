//! The system calls of a running process, counted by `perf stat` while the process runs at full speed.

use std::fs::{File, OpenOptions, create_dir_all, remove_dir_all};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{self, Command};
use std::time::{Duration, Instant};
use std::{env, fmt};

use anyhow::{Context, Result, bail, ensure};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{CWD, FileType, Mode, mknodat};

use crate::children::Process;
use crate::sample::PATIENCE;

/// What to do where `perf` is missing.
pub(crate) const INSTALL: &str = "`apt-get install linux-perf` installs it";

/// System calls by name, for each request, the most frequent first.
#[derive(Debug, Clone)]
pub(crate) struct Calls(Vec<(String, f64)>);

impl Calls {
    pub(crate) fn sum(&self) -> f64 {
        self.0.iter().map(|(_, count)| count).sum()
    }
}

impl fmt::Display for Calls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What is rarer than one in two hundred requests would be shown as 0.00.
        let shown = self.0.iter().filter(|(_, count)| *count >= 0.005);
        let words: Vec<String> = shown
            .map(|(name, count)| format!("{name} {count:.2}"))
            .collect();
        f.write_str(&words.join(", "))
    }
}

/// True if `perf` can be started.
pub(crate) fn can_be_counted() -> Result<()> {
    let mut perf = Process::start("perf", Command::new("perf").arg("--version"))
        .with_context(|| format!("perf is missing; {INSTALL}"))?;
    perf.end(PATIENCE).map(drop)
}

/// Counts what the process `id` calls while `run` runs, and divides it by `requests`.
pub(crate) fn count<T>(id: u32, requests: u64, run: impl FnOnce() -> Result<T>) -> Result<Calls> {
    let mut perf = Perf::attach(id)?;
    // Attaching to some hundred trace points takes perf a while, so it tells when it counts.
    perf.order("enable")?;
    run()?;
    perf.order("disable")?;
    perf.process.interrupt();
    let words = perf.process.end(PATIENCE)?;
    let mut calls: Vec<(String, f64)> = words.lines().filter_map(call).collect();
    for (_, count) in &mut calls {
        *count /= requests as f64;
    }
    calls.sort_by(|one, other| other.1.total_cmp(&one.1));
    Ok(Calls(calls))
}

/// Reads a line such as `20003,,syscalls:sys_enter_recvfrom,261500,100.00,,`.
fn call(line: &str) -> Option<(String, f64)> {
    let mut words = line.split(',');
    let count: f64 = words.next()?.parse().ok()?;
    let name = words.nth(1)?.strip_prefix("syscalls:sys_enter_")?;
    (count > 0.0).then(|| (name.to_owned(), count))
}

/// A `perf stat` that counts from one order to the next.
#[derive(Debug)]
struct Perf {
    process: Process,
    orders: File,
    answers: File,
    /// It is removed when this is dropped.
    _folder: Folder,
}

impl Perf {
    fn attach(id: u32) -> Result<Perf> {
        let folder = Folder::new()?;
        let (orders, answers) = (folder.pipe("orders")?, folder.pipe("answers")?);
        let path = |name: &str| folder.0.join(name).display().to_string();
        let mut command = Command::new("perf");
        command
            .args(["stat", "-x", ",", "-e", "syscalls:sys_enter_*", "-D", "-1"])
            .arg("-p")
            .arg(id.to_string())
            .arg("--control")
            .arg(format!("fifo:{},{}", path("orders"), path("answers")));
        let process = Process::start("perf", &mut command)
            .with_context(|| format!("perf is missing; {INSTALL}"))?;
        Ok(Perf {
            process,
            orders,
            answers,
            _folder: folder,
        })
    }

    /// Gives an order and waits until it is carried out.
    fn order(&mut self, order: &str) -> Result<()> {
        writeln!(self.orders, "{order}")?;
        let begin = Instant::now();
        while !is_readable(&self.answers, Duration::from_millis(100))? {
            if self.process.has_ended() {
                self.process.end(PATIENCE)?;
                bail!("perf ended before it counted");
            }
            if begin.elapsed() > PATIENCE {
                bail!("perf does not answer");
            }
        }
        // The answer is `ack`, one for each order, so its bytes need not be looked at.
        let answered = self.answers.read(&mut [0; 64])?;
        ensure!(answered > 0, "perf does not answer");
        Ok(())
    }
}

fn is_readable(file: &File, patience: Duration) -> Result<bool> {
    let patience = Timespec::try_from(patience)?;
    let mut files = [PollFd::new(file, PollFlags::IN)];
    Ok(poll(&mut files, Some(&patience))? > 0)
}

/// A folder for the two named pipes by which perf is spoken to. There is one at a time.
#[derive(Debug)]
struct Folder(PathBuf);

/// Where it is: another conductor on the same machine has another.
fn place() -> PathBuf {
    env::temp_dir().join(format!("benches-{}", process::id()))
}

/// Removes what may be left when the conductor is interrupted.
pub(crate) fn remove_pipes() {
    // A leftover in the folder for temporary files is no reason to fail.
    let _ = remove_dir_all(place());
}

impl Folder {
    fn new() -> Result<Folder> {
        let folder = Folder(place());
        create_dir_all(&folder.0).context("no folder can be made for perf's pipes")?;
        Ok(folder)
    }

    /// Makes a pipe with a name, open at both ends: so nobody waits in `open` for the other.
    fn pipe(&self, name: &str) -> Result<File> {
        let path: &Path = &self.0.join(name);
        mknodat(CWD, path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0)?;
        let file = OpenOptions::new().read(true).write(true).open(path)?;
        Ok(file)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        remove_pipes();
    }
}
