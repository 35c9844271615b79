//! What was measured: rows of work, a cell for each peer; it knows nothing of how it came or how it is shown.

/// Everything of one run.
#[derive(Debug, Default)]
pub(crate) struct Results {
    /// The day, as `2026-11-23`.
    pub(crate) date: String,
    /// The machine in words.
    pub(crate) machine: String,
    /// Each peer that took part, with its version.
    pub(crate) versions: Vec<(String, String)>,
    /// Each peer that did not, with the reason.
    pub(crate) missing: Vec<(String, String)>,
    pub(crate) rows: Vec<Row>,
}

/// One figure of one kind of work, for every peer.
#[derive(Debug)]
pub(crate) struct Row {
    /// A word that can name a file, as `spawn` or `echo-50-cpu`.
    pub(crate) name: &'static str,
    /// What people read, as `spawn and join a task`.
    pub(crate) title: &'static str,
    /// As `ns`, `instructions`, `system calls a request` or `× floor`.
    pub(crate) unit: &'static str,
    pub(crate) cells: Vec<Cell>,
}

/// What one peer gave, in each round.
#[derive(Debug)]
pub(crate) struct Cell {
    pub(crate) peer: String,
    /// Empty when the peer cannot do this work.
    pub(crate) samples: Vec<f64>,
}

impl Cell {
    /// The middle sample, or nothing.
    pub(crate) fn median(&self) -> Option<f64> {
        quantile(&self.samples, 0.5)
    }

    /// The lower and the upper quartile, or nothing.
    pub(crate) fn quartiles(&self) -> Option<(f64, f64)> {
        Some((
            quantile(&self.samples, 0.25)?,
            quantile(&self.samples, 0.75)?,
        ))
    }
}

fn quantile(samples: &[f64], part: f64) -> Option<f64> {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().checked_sub(1)?;
    sorted.get((last as f64 * part).round() as usize).copied()
}
