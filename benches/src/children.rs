//! The processes that the conductor starts: their lines, their time-outs, their end; it knows nothing of what they do.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

type Shared = Arc<Mutex<Child>>;

/// Every process that was started and not yet waited for, so that Ctrl-C can end them.
static RUNNING: Mutex<Vec<Shared>> = Mutex::new(Vec::new());

/// A process that is ended when this is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    name: String,
    id: u32,
    child: Shared,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
    errors: Option<JoinHandle<String>>,
    /// It was asked to end by a signal, so an end by that signal is no failure.
    interrupted: bool,
}

impl Process {
    /// Starts `command`; `name` is what error messages call it.
    pub(crate) fn start(name: impl Into<String>, command: &mut Command) -> Result<Process> {
        let name = name.into();
        // A group of its own: what the child itself starts (cargo its compilers) can be ended with it, and Ctrl-C comes
        // to the conductor alone.
        command
            .process_group(0)
            // A backtrace would push the message out of the last lines.
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        // The lock is held from before the start, so that Ctrl-C cannot fall between the start and the list.
        let mut running = lock(&RUNNING);
        let mut child = command
            .spawn()
            .with_context(|| format!("{name} cannot be started"))?;
        let (stdin, stdout, stderr) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let id = child.id();
        let child = Arc::new(Mutex::new(child));
        running.push(child.clone());
        drop(running);
        Ok(Process {
            lines: read_lines(stdout),
            errors: Some(read_all(stderr)),
            name,
            id,
            child,
            stdin,
            interrupted: false,
        })
    }

    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    /// The next line of its standard output, or nothing when that has ended.
    pub(crate) fn line(&self, patience: Duration) -> Result<Option<String>> {
        match self.lines.recv_timeout(patience) {
            Ok(line) => Ok(Some(line)),
            Err(RecvTimeoutError::Disconnected) => Ok(None),
            Err(RecvTimeoutError::Timeout) => bail!(
                "{} said nothing for {} s and was ended",
                self.name,
                patience.as_secs()
            ),
        }
    }

    /// The next line, which must come.
    pub(crate) fn answer(&mut self, patience: Duration) -> Result<String> {
        match self.line(patience)? {
            Some(line) => Ok(line),
            None => Err(self.ended_early(patience)),
        }
    }

    fn ended_early(&mut self, patience: Duration) -> anyhow::Error {
        match self.end(patience) {
            Ok(_) => anyhow!("{} ended before it answered", self.name),
            Err(error) => error,
        }
    }

    /// Writes a line to its standard input.
    pub(crate) fn tell(&mut self, line: &str) -> Result<()> {
        let stdin = self.stdin.as_mut().context("its input was closed")?;
        writeln!(stdin, "{line}").with_context(|| format!("{} does not listen", self.name))
    }

    /// Asks it to end, as Ctrl-C in a terminal would.
    pub(crate) fn interrupt(&mut self) {
        self.interrupted = true;
        let mut child = lock(&self.child);
        if let (Ok(None), pid) = (child.try_wait(), Pid::from_child(&child)) {
            // It may have ended on its own just now, which is as good.
            let _ = kill_process(pid, Signal::INT);
        }
    }

    /// True once it has ended.
    pub(crate) fn has_ended(&self) -> bool {
        !matches!(lock(&self.child).try_wait(), Ok(None))
    }

    /// Closes its input, waits until it has ended, and gives what it wrote to its error output.
    ///
    /// # Errors
    ///
    /// It did not end in time, or it failed; the message holds the last lines of its error output.
    pub(crate) fn end(&mut self, patience: Duration) -> Result<String> {
        self.stdin = None;
        let Some(status) = self.wait(patience) else {
            bail!(
                "{} did not end within {} s and was ended",
                self.name,
                patience.as_secs()
            );
        };
        let errors = self.errors.take().map(JoinHandle::join);
        let errors = errors.and_then(thread::Result::ok).unwrap_or_default();
        let as_asked = self.interrupted && status.signal() == Some(Signal::INT.as_raw());
        if !status.success() && !as_asked {
            bail!(
                "{} failed ({status}): {}",
                self.name,
                last_lines(&errors, 6)
            );
        }
        Ok(errors)
    }

    fn wait(&self, patience: Duration) -> Option<ExitStatus> {
        let until = Instant::now() + patience;
        loop {
            // The lock is not kept over the pause, so that Ctrl-C can have it.
            if let Ok(Some(status)) = lock(&self.child).try_wait() {
                return Some(status);
            }
            if Instant::now() > until {
                return None;
            }
            thread::sleep(Duration::from_millis(2));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let mut running = lock(&RUNNING);
        let mut child = lock(&self.child);
        kill(&mut child);
        let _ = child.wait();
        running.retain(|other| !Arc::ptr_eq(other, &self.child));
    }
}

/// Ctrl-C, and a request to terminate, end every process that was started, and then this one, after `tidy`.
pub(crate) fn end_with_the_conductor(tidy: fn()) -> Result<()> {
    ctrlc::set_handler(move || {
        // The lock is kept until the exit: nothing can be started any more.
        let running = lock(&RUNNING);
        for child in running.iter() {
            kill(&mut lock(child));
        }
        tidy();
        eprintln!("\ninterrupted");
        std::process::exit(130);
    })
    .context("Ctrl-C cannot be handled")
}

/// A process that was not waited for keeps its number, so the signal cannot come to a stranger.
fn kill(child: &mut Child) {
    if let Ok(None) = child.try_wait() {
        let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
    }
}

fn read_lines(source: Option<impl Read + Send + 'static>) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in source
            .into_iter()
            .flat_map(|source| BufReader::new(source).lines())
        {
            if line.is_ok_and(|line| sender.send(line).is_err()) {
                return;
            }
        }
    });
    receiver
}

fn read_all(source: Option<impl Read + Send + 'static>) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut all = Vec::new();
        if let Some(mut source) = source {
            let _ = source.read_to_end(&mut all);
        }
        String::from_utf8_lossy(&all).into_owned()
    })
}

/// The last `count` lines that are not empty.
fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

/// A lock that a panicking thread has left is as good as any: the lists behind it are whole at every moment.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
