//! What was served, as a line.

use std::fmt;
use std::time::Duration;

/// How many requests each runtime has served, and in which time all of them.
pub(crate) struct Report<'a>(pub(crate) &'a [u64], pub(crate) Duration);

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report(served, time) = self;
        let all: u64 = served.iter().sum();
        let share = |one: &u64| format!("{} %", one * 100 / all.max(1));
        let shares: Vec<_> = served.iter().map(share).collect();
        let (shares, per_second) = (shares.join(", "), all as f64 / time.as_secs_f64());
        let (count, plural) = (served.len(), if served.len() == 1 { "" } else { "s" });
        write!(
            f,
            "{count} runtime{plural}: {per_second:.0} requests per second, shared out as {shares}"
        )
    }
}
