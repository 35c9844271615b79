//! What was measured: rows of work, a cell for each peer; it knows nothing of how it came or how it is shown.

use crate::peers::{is_floor, is_ours};
use crate::works::Figure;

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

impl Results {
    /// Makes an empty row, so that the table has the order of the works.
    pub(crate) fn add_row(&mut self, figure: Figure) -> &mut Row {
        let place = self.rows.iter().position(|row| row.name == figure.name);
        let place = place.unwrap_or_else(|| {
            self.rows.push(Row {
                name: figure.name,
                title: figure.title,
                unit: figure.unit,
                cells: Vec::new(),
            });
            self.rows.len() - 1
        });
        &mut self.rows[place]
    }

    /// Adds a sample to the row and the peer, which are made when this is their first.
    pub(crate) fn add(&mut self, figure: Figure, peer: &str, sample: f64) {
        let cells = &mut self.add_row(figure).cells;
        match cells.iter_mut().find(|cell| cell.peer == peer) {
            Some(cell) => cell.samples.push(sample),
            None => cells.push(Cell {
                peer: peer.to_owned(),
                samples: vec![sample],
            }),
        }
    }

    pub(crate) fn row(&self, name: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.name == name)
    }
}

impl Row {
    /// The median of a peer, or nothing if it cannot do this work.
    pub(crate) fn median(&self, peer: &str) -> Option<f64> {
        self.cell(peer)?.median()
    }

    pub(crate) fn cell(&self, peer: &str) -> Option<&Cell> {
        self.cells.iter().find(|cell| cell.peer == peer)
    }

    /// The least median among the peers, of which neither this runtime nor a floor is one; with the peer's name.
    pub(crate) fn best(&self) -> Option<(&str, f64)> {
        let peers = self.cells.iter();
        let peers = peers.filter(|cell| !is_ours(&cell.peer) && !is_floor(&cell.peer));
        peers
            .filter_map(|cell| Some((cell.peer.as_str(), cell.median()?)))
            .min_by(|one, other| one.1.total_cmp(&other.1))
    }
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

    /// Half the distance between the quartiles, in percent of the median; nothing where there is one sample.
    pub(crate) fn spread(&self) -> Option<f64> {
        let (lower, upper) = self.quartiles()?;
        let median = self.median()?;
        (self.samples.len() > 1 && median > 0.0).then(|| 50.0 * (upper - lower) / median)
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
