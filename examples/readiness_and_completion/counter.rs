//! Who counts the system calls of a program that it starts: `perf`, else `strace`, else nobody; it knows no drivers.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// How often each call was made.
pub(crate) type Counts = BTreeMap<String, i64>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counter {
    /// The kernel adds one at each call, and the program runs as fast as ever.
    Perf,
    /// The program is stopped at each call, so that more requests gather before it looks again.
    Strace,
    /// Then a server is asked how often it has waited, and the other calls are reckoned.
    Nobody,
}

/// The point that every call passes, and what the names of the points of single calls begin with.
const EVERY: &str = "raw_syscalls:sys_enter";
const ONE: &str = "syscalls:sys_enter_";

/// The calls that `perf` is to tell by name. The kernel takes some 30 ms for each, so they are few.
const NAMED: [&str; 7] = [
    "recvfrom",
    "sendto",
    "epoll_pwait2",
    "epoll_ctl",
    "timerfd_settime",
    "read",
    "io_uring_enter",
];

impl Counter {
    /// The best one that is installed and allowed here: each is tried on a program that does nothing.
    pub(crate) fn find() -> Counter {
        let counts = |counter: &Counter| {
            let tried = counter.start(Path::new("true")).output();
            tried.is_ok_and(|tried| {
                let written = String::from_utf8_lossy(&tried.stderr);
                tried.status.success() && counter.read(&written).values().sum::<i64>() > 0
            })
        };
        let mut counters = [Counter::Perf, Counter::Strace].into_iter();
        counters.find(counts).unwrap_or(Counter::Nobody)
    }

    /// What starts the program and counts its calls.
    pub(crate) fn start(self, program: &Path) -> Command {
        let (mut command, arguments) = match self {
            Counter::Perf => {
                let named = NAMED.map(|name| format!(",{ONE}{name}")).concat();
                let arguments = format!("stat -x , -e {EVERY}{named} --");
                (Command::new("perf"), arguments)
            }
            Counter::Strace => (Command::new("strace"), "-f -c --".to_owned()),
            Counter::Nobody => return Command::new(program),
        };
        command.args(arguments.split(' ')).arg(program);
        command.env("LC_ALL", "C"); // A number is to be written as everywhere.
        command
    }

    /// What it has counted, from what it has written to its standard error.
    pub(crate) fn read(self, written: &str) -> Counts {
        match self {
            Counter::Perf => with_other(written.lines().filter_map(line_of_perf).collect()),
            Counter::Strace => written.lines().filter_map(line_of_strace).collect(),
            Counter::Nobody => Counts::new(),
        }
    }

    /// Where the figures come from, for who reads them.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Counter::Perf => {
                "Calls: counted by the kernel (perf), which does not slow the server down."
            }
            Counter::Strace => {
                "\
                Calls: counted by strace, for perf is not here or not allowed. It stops the server at each of them, so\n\
                that requests gather meanwhile: there are fewer waits here than there would be."
            }
            Counter::Nobody => {
                "\
                Calls: not counted, for neither perf nor strace is here and allowed. `wait` is the runtime's own figure;\n\
                `receive` and `send` are reckoned: one of each a request, where the driver tells readiness. There are so\n\
                many at least, for a wait may be several calls, and a read that finds nothing is one, too."
            }
        }
    }
}

/// `5001,,syscalls:sys_enter_sendto,738562,100.00,,`
fn line_of_perf(line: &str) -> Option<(String, i64)> {
    let mut words = line.split(',');
    let count = words.next()?.parse().ok()?;
    let name = words.nth(1)?;
    Some((name.strip_prefix(ONE).unwrap_or(name).to_owned(), count))
}

/// Every call that has no name of its own here is `other`.
fn with_other(mut counts: Counts) -> Counts {
    let every = counts.remove(EVERY).unwrap_or(0);
    let named: i64 = counts.values().sum();
    counts.insert("other".to_owned(), every - named);
    counts
}

/// `  0.61    0.000123           1      5001         3 sendto`, of which the errors may be left out.
fn line_of_strace(line: &str) -> Option<(String, i64)> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let (count, name) = (words.get(3)?.parse().ok()?, *words.last()?);
    (words.len() > 4 && name != "total").then(|| (name.to_owned(), count))
}
