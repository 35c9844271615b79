//! The day and the machine in words, and this process's own place on it.

use std::fs;
use std::io::stdout;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::termios::tcgetwinsize;
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// The day in Greenwich, as `2026-11-23`.
pub(crate) fn today() -> String {
    let passed = SystemTime::now().duration_since(UNIX_EPOCH);
    let days = passed.map_or(0, |passed| passed.as_secs() / 86_400);
    date(days)
}

/// The date of a day since 1970, by the count of days from 1 March 0000: leap days are then the last of their years.
fn date(days: u64) -> String {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    format!("{year}-{month:02}-{day:02}")
}

/// The machine in words, as `2 cores of an AMD EPYC (virtual machine), 24 GiB, Linux 6.1, rustc 1.95.0`.
pub(crate) fn in_words() -> String {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let processor = read("/proc/cpuinfo");
    let model = field(&processor, "model name").unwrap_or("processor of an unknown kind");
    let place = match field(&processor, "flags") {
        Some(flags) if flags.split(' ').any(|flag| flag == "hypervisor") => " (virtual machine)",
        _ => "",
    };
    let cores = processor
        .lines()
        .filter(|line| line.starts_with("processor"))
        .count();
    let memory = field(&read("/proc/meminfo"), "MemTotal")
        .and_then(|words| words.split(' ').next()?.parse::<f64>().ok())
        .map_or(0.0, |kilobytes| kilobytes / 1_048_576.0);
    let system = read("/proc/sys/kernel/osrelease");
    // The rest of the release may tell whose machine it is.
    let system: Vec<&str> = system.trim().splitn(3, '.').take(2).collect();
    format!(
        "{cores} cores, {model}{place}, {memory:.0} GiB of memory, Linux {}, {}",
        system.join("."),
        rustc()
    )
}

fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim())
}

/// The compiler, as `rustc 1.95.0`.
fn rustc() -> String {
    let told = Command::new("rustc").arg("--version").output();
    let told = told.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let words = told.unwrap_or_default();
    let words: Vec<&str> = words.split(' ').take(2).collect();
    words.join(" ")
}

/// How many columns the terminal has; where there is none, lines may be as long as they are.
pub(crate) fn terminal_width() -> usize {
    tcgetwinsize(stdout()).map_or(usize::MAX, |size| usize::from(size.ws_col))
}

/// Keeps this thread, and what it starts, away from the peers' core as long as it is there. A peer binds itself to its
/// own core.
#[derive(Debug)]
pub(crate) struct Aside {
    before: Option<CpuSet>,
}

impl Aside {
    pub(crate) fn step(notes: &mut Vec<String>) -> Aside {
        let mut cores = CpuSet::new();
        cores.set(1);
        let before = sched_getaffinity(None).ok();
        if sched_setaffinity(None, &cores).is_err() {
            notes.push("this machine has one core: peers, load and conductor share it".to_owned());
        }
        Aside { before }
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        if let Some(before) = &self.before {
            // Builds are slower on one core, and nothing else comes of it.
            let _ = sched_setaffinity(None, before);
        }
    }
}

/// Lets the peers and the load generator, which inherit it, have thousands of sockets.
pub(crate) fn allow_many_descriptors(notes: &mut Vec<String>) {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    let enough = limit.maximum.is_none_or(|maximum| maximum >= 5_000);
    if setrlimit(Resource::Nofile, raised).is_err() || !enough {
        notes.push(
            "a process may not have 5,000 descriptors here: `ulimit -Hn` tells how many".to_owned(),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(11_016), "2000-02-29");
        assert_eq!(date(19_782), "2024-02-29");
        assert_eq!(date(19_783), "2024-03-01");
        assert_eq!(date(20_819), "2027-01-01");
    }
}
