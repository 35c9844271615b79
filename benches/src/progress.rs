//! What is shown while it runs: a line that moves on a terminal, plain lines elsewhere.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Where the run stands.
#[derive(Debug)]
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// For builds: `steps` of unknown length, if their number is known, with the time that passed.
    pub(crate) fn builds(steps: Option<usize>) -> Progress {
        let template = match steps {
            Some(_) => "{spinner} {pos} of {len} done, {elapsed}: {wide_msg}",
            None => "{spinner} {elapsed}: {wide_msg}",
        };
        let progress = Progress::new(steps.unwrap_or(0) as u64, template);
        // Not so in the measurements, where a thread that wakes by itself would disturb them.
        progress.0.enable_steady_tick(Duration::from_millis(120));
        progress
    }

    /// For measurements: `weight` is what all of them take, in milliseconds as guessed.
    pub(crate) fn measurements(weight: u64) -> Progress {
        Progress::new(weight, "{bar:30} {percent:>3} %, {eta} left: {wide_msg}")
    }

    fn new(length: u64, template: &str) -> Progress {
        let bar = ProgressBar::new(length);
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Progress(bar)
    }

    /// What is done now.
    pub(crate) fn now(&self, what: &str) {
        self.0.set_message(what.to_owned());
    }

    /// A chapter begins, which is told where no line can move, too.
    pub(crate) fn chapter(&self, what: &str) {
        match self.0.is_hidden() {
            true => eprintln!("{what}"),
            false => self.now(what),
        }
    }

    pub(crate) fn advance(&self, weight: u64) {
        self.0.inc(weight);
    }

    /// A line that stays.
    pub(crate) fn say(&self, what: &str) {
        match self.0.is_hidden() {
            true => eprintln!("{what}"),
            false => self.0.println(what),
        }
    }

    pub(crate) fn end(&self) {
        self.0.finish_and_clear();
    }
}
