//! The system calls of a running process, counted while it runs at full speed: which, and how many a request.

use std::fmt;
use std::path::Path;

use anyhow::{Context, Result};

use crate::perf::{self, Perf};

/// The trace point that every system call passes.
const EVERY: &str = "raw_syscalls:sys_enter";

/// What the names of the trace points of single calls begin with.
const ONE: &str = "syscalls:sys_enter_";

/// The calls that are told by name. To attach to all of some 350 would take up to 15 s: on a machine with nothing to do
/// the kernel waits some 30 ms for each. What is not among these is told as `other`.
const NAMED: [&str; 24] = [
    "accept",
    "accept4",
    "close",
    "epoll_ctl",
    "epoll_pwait",
    "epoll_pwait2",
    "epoll_wait",
    "futex",
    "getpeername",
    "io_uring_enter",
    "membarrier",
    "poll",
    "ppoll",
    "read",
    "readv",
    "recvfrom",
    "recvmsg",
    "sendmsg",
    "sendto",
    "setsockopt",
    "shutdown",
    "timerfd_settime",
    "write",
    "writev",
];

/// System calls for each request.
#[derive(Debug, Clone)]
pub(crate) struct Calls {
    /// All of them.
    pub(crate) sum: f64,
    /// By name, the most frequent first; `other` is the rest.
    by_name: Vec<(String, f64)>,
}

impl Calls {
    /// Reads what perf has printed.
    fn read(words: &str, requests: u64) -> Result<Calls> {
        let each = |(name, count)| (name, count / requests as f64);
        let counts: Vec<(&str, f64)> = words.lines().filter_map(count_of).map(each).collect();
        let every = counts.iter().find(|(name, _)| *name == EVERY);
        let sum = every.context("perf counted nothing")?.1;
        let named = counts
            .iter()
            .filter_map(|(name, count)| Some((name.strip_prefix(ONE)?.to_owned(), *count)));
        let mut by_name: Vec<(String, f64)> = named.collect();
        let other = sum - by_name.iter().map(|(_, count)| count).sum::<f64>();
        by_name.push(("other".to_owned(), other));
        by_name.sort_by(|one, other| other.1.total_cmp(&one.1));
        Ok(Calls { sum, by_name })
    }
}

/// Reads a line such as `20003,,syscalls:sys_enter_recvfrom,261500,100.00,,`.
fn count_of(line: &str) -> Option<(&str, f64)> {
    let mut words = line.split(',');
    let count = words.next()?;
    let name = words.nth(1)?;
    match count {
        // What never happened.
        "<not counted>" => Some((name, 0.0)),
        _ => Some((name, count.parse().ok()?)),
    }
}

/// The trace points for perf, without those that this kernel does not have.
fn events() -> String {
    let folder = Path::new("/sys/kernel/tracing/events/syscalls");
    let is_known =
        |name: &&&str| !folder.is_dir() || folder.join(format!("sys_enter_{name}")).is_dir();
    let known = NAMED.iter().filter(is_known);
    let mut events = EVERY.to_owned();
    for name in known {
        events += &format!(",{ONE}{name}");
    }
    events
}

impl fmt::Display for Calls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What is rarer than one in two hundred requests would be shown as 0.00.
        let shown = self.by_name.iter().filter(|(_, count)| *count >= 0.005);
        let words: Vec<String> = shown
            .map(|(name, count)| format!("{name} {count:.2}"))
            .collect();
        f.write_str(&words.join(", "))
    }
}

/// An error if `perf` is missing, or may not count here.
pub(crate) fn can_be_counted() -> Result<()> {
    perf::can_count(&events())
}

/// Counts what the process `id` calls while `run` runs, and divides it by `requests`.
pub(crate) fn count<T>(id: u32, requests: u64, run: impl FnOnce() -> Result<T>) -> Result<Calls> {
    let mut perf = Perf::attach(id, &events())?;
    perf.begin()?;
    run()?;
    Calls::read(&perf.end()?, requests)
}

#[cfg(test)]
mod tests {
    use super::Calls;

    #[test]
    fn the_rest_is_told_as_other() {
        let words = "Events enabled\n\
            40,,raw_syscalls:sys_enter,188,100.00,,\n\
            <not counted>,,syscalls:sys_enter_read,0,100.00,,\n\
            10,,syscalls:sys_enter_epoll_wait,188,100.00,,\n\
            20,,syscalls:sys_enter_sendto,188,100.00,,\n";
        let calls = Calls::read(words, 10).expect("it is understood");
        assert_eq!(calls.sum, 4.0);
        assert_eq!(
            calls.to_string(),
            "sendto 2.00, epoll_wait 1.00, other 1.00"
        );
        assert!(Calls::read("Events enabled\n", 10).is_err());
    }
}
