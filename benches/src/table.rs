//! The tables: built once as cells of text, and shown on the terminal or written as Markdown.

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{CellAlignment, ContentArrangement};

use crate::numbers::{exact, short};
use crate::peers;
use crate::reach::Verdict;
use crate::results::{Results, Row};
use crate::rounds::{AGAIN, CallsByName};
use crate::works;

/// Cells of text, of which each may have several lines.
#[derive(Debug)]
pub(crate) struct Table {
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
    /// How many columns, from the left, are words and not figures.
    words: usize,
}

impl Table {
    pub(crate) fn new(headings: &[&str], words: usize) -> Table {
        Table {
            headings: headings.iter().map(ToString::to_string).collect(),
            rows: Vec::new(),
            words,
        }
    }

    pub(crate) fn add(&mut self, row: Vec<String>) {
        self.rows.push(row);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// As a terminal shows it.
    pub(crate) fn text(&self) -> String {
        self.drawn().to_string()
    }

    /// How many columns of the terminal that takes.
    fn width(&self) -> usize {
        let first = self.drawn().lines().next();
        first.map_or(0, |line| line.chars().count())
    }

    fn drawn(&self) -> comfy_table::Table {
        let mut table = comfy_table::Table::new();
        table
            .load_style(UTF8_FULL_CONDENSED)
            .set_content_arrangement(ContentArrangement::Disabled)
            .set_header(&self.headings)
            .add_rows(&self.rows);
        for column in table.column_iter_mut().skip(self.words) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        table
    }

    pub(crate) fn markdown(&self) -> String {
        let line = |cells: &[String]| {
            let cells: Vec<String> = cells
                .iter()
                .map(|cell| cell.replace('\n', "<br>"))
                .collect();
            format!("| {} |\n", cells.join(" | "))
        };
        let rule: Vec<String> = (0..self.headings.len())
            .map(|column| if column < self.words { "---" } else { "--:" }.to_owned())
            .collect();
        let rows: String = self.rows.iter().map(|row| line(row)).collect();
        line(&self.headings) + &line(&rule) + &rows
    }
}

/// Rows of work, a column for each peer: medians, spreads, ratios to the best peer. Where that is wider than `width`,
/// the cells are narrower, and higher.
pub(crate) fn of_results(results: &Results, width: usize) -> Table {
    let table = results_with(results, " ");
    match table.width() <= width {
        true => table,
        false => results_with(results, "\n"),
    }
}

/// `gap` stands between the ratio and the spread of each cell.
fn results_with(results: &Results, gap: &str) -> Table {
    let peers: Vec<&str> = results
        .versions
        .iter()
        .map(|(peer, _)| peer.as_str())
        .collect();
    let mut table = Table::new(&["work"], 1);
    // Two short lines are narrower than one long.
    table
        .headings
        .extend(peers.iter().map(|peer| peer.replace('-', "\n")));
    let rows = results.rows.iter();
    for row in rows.filter(|row| !row.cells.is_empty() && !is_of_clients(row)) {
        let mut cells = vec![format!("{}\n{}", row.title, row.unit)];
        cells.extend(peers.iter().map(|peer| cell(row, peer, gap)));
        table.add(cells);
    }
    table
}

/// The smallest clients have other names than the peers have, and one figure each.
fn is_of_clients(row: &Row) -> bool {
    row.name.starts_with(works::CLIENTS)
}

/// Rows of the smallest clients, a column for each client.
pub(crate) fn of_clients(results: &Results) -> Table {
    let rows: Vec<&Row> = results
        .rows
        .iter()
        .filter(|row| is_of_clients(row))
        .collect();
    let mut clients: Vec<&str> = Vec::new();
    for cell in rows.iter().flat_map(|row| &row.cells) {
        if !clients.contains(&cell.peer.as_str()) {
            clients.push(&cell.peer);
        }
    }
    let mut table = Table::new(&["client"], 1);
    table
        .headings
        .extend(clients.iter().map(ToString::to_string));
    for row in rows {
        let figure = |client: &&str| row.median(client).map_or_else(|| "–".to_owned(), short);
        let mut cells = vec![format!("{}, {}", row.title, row.unit)];
        cells.extend(clients.iter().map(figure));
        table.add(cells);
    }
    table
}

fn cell(row: &Row, peer: &str, gap: &str) -> String {
    let Some((cell, median)) = row.cell(peer).and_then(|cell| Some((cell, cell.median()?))) else {
        return "–".to_owned();
    };
    let spread = cell.spread().map(|spread| format!("±{spread:.0}%"));
    let ratio = match row.best() {
        // A busy load generator is neither good nor bad.
        Some((_, best)) if best > 0.0 && !row.unit.starts_with('%') => {
            Some(format!("×{}", short(median / best)))
        }
        _ => None,
    };
    let below: Vec<String> = ratio.into_iter().chain(spread).collect();
    format!("{}\n{}", short(median), below.join(gap))
}

/// The floor against itself: what of a difference is noise.
pub(crate) fn of_controls(results: &Results) -> Table {
    let mut table = Table::new(
        &["the floor run twice", "median", "spread", "least", "most"],
        1,
    );
    let rows = results.rows.iter().filter(|row| row.unit == "× floor");
    for row in rows {
        let controls = row.cells.iter().filter(|cell| cell.peer.ends_with(AGAIN));
        for cell in controls {
            let spread = cell
                .spread()
                .map_or_else(|| "–".to_owned(), |spread| format!("±{spread:.1}%"));
            let least = cell.samples.iter().copied().fold(f64::INFINITY, f64::min);
            let most = cell.samples.iter().copied().fold(0.0, f64::max);
            let median = cell.median().unwrap_or_default();
            table.add(vec![
                row.title.to_owned(),
                format!("{median:.3}"),
                spread,
                format!("{least:.3}"),
                format!("{most:.3}"),
            ]);
        }
    }
    table
}

/// The system calls by name, with ours first and floors last.
pub(crate) fn of_calls(calls: &CallsByName) -> Table {
    let mut table = Table::new(&["work", "peer", "system calls a request"], 3);
    let mut lines: Vec<_> = calls
        .iter()
        .filter(|((_, peer), _)| !peer.ends_with(AGAIN))
        .collect();
    let place = |name: &str| works::ALL.iter().position(|work| work.name == name);
    lines.sort_by_key(|((work, peer), _)| (place(work), peers::place(peer)));
    for ((work, peer), names) in lines {
        table.add(vec![(*work).to_owned(), peer.clone(), names.clone()]);
    }
    table
}

/// What was to be reached, and what was.
pub(crate) fn of_verdicts(verdicts: &[Verdict]) -> Table {
    let mut table = Table::new(
        &["reach", "row", "peer", "bound from", "", "is", "at most"],
        5,
    );
    for verdict in verdicts {
        let number = |value: Option<f64>| {
            value.map_or_else(|| "–".to_owned(), |value| exact(value, verdict.digits))
        };
        let met = match verdict.is_met() {
            Some(true) => "met",
            Some(false) => "MISSED",
            None => "not measured",
        };
        table.add(vec![
            format!("{}, {}", verdict.title, verdict.unit),
            verdict.row.to_owned(),
            verdict.peer.to_owned(),
            verdict.words.clone(),
            met.to_owned(),
            number(verdict.figure),
            number(verdict.limit),
        ]);
    }
    table
}
