//! The pictures of the README: one for each group of figures, a panel for each figure; it measures nothing.

mod bars;
mod numbers;
mod panel;
mod picture;
mod scale;
mod style;

use std::path::Path;
use std::{fs, io};

use crate::results::Results;
use bars::bars;
use panel::Panel;
use picture::Picture;

/// A picture's file, its title, and the rows that it shows, two panels side by side.
const PICTURES: [(&str, &str, &[&str]); 5] = [
    ("tasks", "Tasks", &["spawn", "yield", "slot", "mpsc"]),
    (
        "timers",
        "Timers and starting up",
        &[
            "timeout-ready",
            "timeout-pending",
            "timeout-crowd",
            "timeout-root",
            "sleeps",
            "block-on",
        ],
    ),
    (
        "echo",
        "TCP echo server",
        &[
            "echo-1-ratio",
            "echo-1-calls",
            "echo-50-ratio",
            "echo-50-calls",
            "echo-500-ratio",
            "echo-500-calls",
            "echo-50-16k-ratio",
            "echo-50-16k-calls",
            "connect-ratio",
            "connect-calls",
        ],
    ),
    (
        "memory",
        "Memory",
        &[
            "idle-bytes",
            "connection-allocations",
            "parked-bytes",
            "spawn-bytes",
            "spawn-allocations",
        ],
    ),
    (
        "client",
        "The smallest TCP client",
        &[
            "client-kib",
            "client-seconds",
            "client-crates",
            "client-threads",
        ],
    ),
];

/// Writes `NAME.svg` for every picture of which a row was measured.
pub(crate) fn write(results: &Results, folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for (name, title, rows) in PICTURES {
        let panels: Vec<_> = rows.iter().filter_map(|row| panel(results, row)).collect();
        if panels.is_empty() {
            continue;
        }
        let picture = Picture {
            title,
            note: note(results),
            panels,
        };
        fs::write(folder.join(format!("{name}.svg")), picture.draw())?;
    }
    Ok(())
}

/// The row of this name, unless nobody took part in it.
fn panel<'a>(results: &'a Results, name: &str) -> Option<Panel<'a>> {
    let row = results.rows.iter().find(|row| row.name == name)?;
    let bars = bars(row);
    (!bars.is_empty()).then_some(Panel {
        title: row.title,
        unit: row.unit,
        bars,
    })
}

fn note(results: &Results) -> String {
    let words = [results.date.as_str(), results.machine.as_str()];
    let said: Vec<_> = words.into_iter().filter(|word| !word.is_empty()).collect();
    said.join(" · ")
}

#[cfg(test)]
mod tests;
