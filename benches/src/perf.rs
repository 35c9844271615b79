//! `perf stat` attached to a running process, which counts from one order to the next; what it counts is not its matter.

use std::env;
use std::fs::{File, OpenOptions, create_dir_all, remove_dir_all};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{self, Command};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{CWD, FileType, Mode, mknodat};

use crate::children::Process;
use crate::sample::PATIENCE;

/// What to do where `perf` is missing.
const INSTALL: &str = "`apt-get install linux-perf` installs it";

/// An error if `perf` cannot be started, or may not count `events` here.
pub(crate) fn can_count(events: &str) -> Result<()> {
    let mut command = Command::new("perf");
    command.args(["stat", "-x", ",", "-e", events, "true"]);
    let mut perf = Process::start("perf", &mut command)
        .with_context(|| format!("perf is missing; {INSTALL}"))?;
    let counted = perf.end(PATIENCE).map(drop);
    counted.context("perf may not count system calls here, which root may")
}

/// A `perf stat` that counts from one order to the next.
#[derive(Debug)]
pub(crate) struct Perf {
    process: Process,
    orders: File,
    answers: File,
    /// It is removed when this is dropped.
    _folder: Folder,
}

impl Perf {
    /// Attaches to the process `id`, and counts nothing yet.
    pub(crate) fn attach(id: u32, events: &str) -> Result<Perf> {
        let folder = Folder::new()?;
        let (orders, answers) = (folder.pipe("orders")?, folder.pipe("answers")?);
        let path = |name: &str| folder.0.join(name).display().to_string();
        let mut command = Command::new("perf");
        command
            .args(["stat", "-x", ",", "-e", events, "-D", "-1"])
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

    /// From here on it counts. (Attaching takes perf a while, so it tells when it does.)
    pub(crate) fn begin(&mut self) -> Result<()> {
        self.order("enable")
    }

    /// Up to here it counted; gives its words.
    pub(crate) fn end(mut self) -> Result<String> {
        self.order("disable")?;
        self.process.interrupt();
        self.process.end(PATIENCE)
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
