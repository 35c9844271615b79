//! What the user sees: a bar for each download under way and one for all, and a line for each that has ended.
//!
//! The bars are on standard error, and only if that is a terminal. The lines of what was fetched are on standard
//! output, so that they can be counted or kept; those of failures are on standard error.

use std::cell::Cell;
use std::io::{self, Write};

use indicatif::{HumanBytes, MultiProgress, ProgressBar, ProgressStyle};
use runtime::time::Instant;

use crate::client::Result;
use crate::options::Target;

/// It fits into 50 columns; the bar takes what is left.
const STYLE: &str = "{msg:16!} {wide_bar} {bytes:>11} {bytes_per_sec:>13}";

/// All of the downloads. One thread: cells are enough to count them.
pub(crate) struct Display {
    bars: MultiProgress,
    total: ProgressBar,
    started: Instant,
    targets: usize,
    fetched: Cell<usize>,
    failed: Cell<usize>,
}

/// A download under way.
pub(crate) struct Bar {
    own: ProgressBar,
    total: ProgressBar,
}

impl Display {
    pub(crate) fn new(targets: usize) -> Display {
        let bars = MultiProgress::new();
        let total = bars.add(bar());
        let display = Display {
            bars,
            total,
            started: Instant::now(),
            targets,
            fetched: Cell::new(0),
            failed: Cell::new(0),
        };
        display.count();
        display
    }

    pub(crate) fn begin(&self, name: &str) -> Bar {
        let own = self.bars.insert_before(&self.total, bar());
        own.set_message(name.to_owned());
        Bar {
            own,
            total: self.total.clone(),
        }
    }

    /// Puts a line in place of the bar. The error says that it cannot be printed.
    pub(crate) fn end(&self, target: &Target, bar: Bar, fetched: Result<()>) -> io::Result<()> {
        let ended = match fetched {
            Ok(()) => &self.fetched,
            Err(_) => &self.failed,
        };
        ended.set(ended.get() + 1);
        self.count();
        self.total.dec_length(bar.missing());
        let (url, bytes) = (&target.url, HumanBytes(bar.received()));
        let took = bar.own.elapsed();
        self.bars.remove(&bar.own);
        // The bars make room for the line. Whoever changed one in here would wait for ever.
        self.bars.suspend(|| match fetched {
            Ok(()) => writeln!(io::stdout(), "{url}: {bytes} in {took:.1?}"),
            Err(error) => writeln!(io::stderr(), "fetch: {url}: {error}"),
        })
    }

    /// Prints how it went, and says whether all went well.
    pub(crate) fn sum_up(&self) -> io::Result<bool> {
        let (fetched, failed) = (self.fetched.get(), self.failed.get());
        let (bytes, took) = (HumanBytes(self.total.position()), self.started.elapsed());
        self.total.finish_and_clear();
        let line = format!("{fetched} fetched, {failed} failed: {bytes} in {took:.1?}");
        writeln!(io::stdout(), "{line}")?;
        Ok(failed == 0)
    }

    fn count(&self) {
        let (ended, targets) = (self.fetched.get() + self.failed.get(), self.targets);
        self.total.set_message(format!("{ended} of {targets}"));
    }
}

impl Bar {
    /// The length of what comes, if it is known.
    pub(crate) fn expect(&self, length: Option<u64>) {
        if let Some(length) = length {
            self.own.set_length(length);
            self.lengthen_total(length);
        }
    }

    pub(crate) fn advance(&self, bytes: usize) {
        let bytes = bytes as u64;
        if self.own.length().is_none() {
            self.lengthen_total(bytes);
        }
        self.own.inc(bytes);
        self.total.inc(bytes);
    }

    pub(crate) fn received(&self) -> u64 {
        self.own.position()
    }

    /// Until something is expected, the length of the whole is not known, either.
    fn lengthen_total(&self, bytes: u64) {
        let length = self.total.length().unwrap_or_default();
        self.total.set_length(length.saturating_add(bytes));
    }

    /// How much was expected and has not come.
    fn missing(&self) -> u64 {
        let length = self.own.length().unwrap_or_default();
        length.saturating_sub(self.received())
    }
}

fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template(STYLE).expect("the template is as it should be");
    ProgressBar::no_length().with_style(style.progress_chars("━╸ "))
}
