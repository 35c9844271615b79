//! The report of a run: on the terminal, as Markdown for the README, and every sample as a line for other programs.

use std::fmt::Write as _;
use std::path::Path;
use std::{fs, io};

use crate::machine;
use crate::reach::{Verdict, judge};
use crate::results::Results;
use crate::rounds::CallsByName;
use crate::table;

/// Everything that is told of a run.
#[derive(Debug)]
pub(crate) struct Report<'a> {
    pub(crate) results: &'a Results,
    pub(crate) calls: &'a CallsByName,
    /// Where the bytes of the smallest clients go: a table in Markdown.
    pub(crate) bytes: Option<&'a str>,
    pub(crate) rounds: usize,
    pub(crate) notes: &'a [String],
}

const LEGEND: &str = "\
Each cell: the median; below it the ratio to the best peer (neither ours nor a floor), and the spread, which is half the
distance between the quartiles. A dash: the peer cannot do it, or not there. Less is better.";

impl Report<'_> {
    /// For the terminal.
    pub(crate) fn text(&self) -> String {
        let mut text = self.write(|table| table.text() + "\n", "", machine::terminal_width());
        text.push_str(&reached(&judge(self.results)));
        text
    }

    /// Writes `table.md` and `samples.csv`.
    pub(crate) fn write_files(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        let markdown = self.write(table::Table::markdown, "### ", 0);
        fs::write(folder.join("table.md"), markdown)?;
        fs::write(folder.join("samples.csv"), self.samples())
    }

    fn write(&self, show: impl Fn(&table::Table) -> String, heading: &str, width: usize) -> String {
        let mut text = format!("\n{heading}What was measured\n\n");
        text += &self.circumstances();
        text += &format!("\n{LEGEND}\n\n");
        text += &show(&table::of_results(self.results, width));
        let more = [
            ("The control", table::of_controls(self.results)),
            ("The smallest client", table::of_clients(self.results)),
            ("System calls by name", table::of_calls(self.calls)),
            ("Reach", table::of_verdicts(&judge(self.results))),
        ];
        for (title, table) in more.iter().filter(|(_, table)| !table.is_empty()) {
            text += &format!("\n{heading}{title}\n\n{}", show(table));
        }
        if let Some(bytes) = self.bytes {
            text += &format!("\n{heading}Where the bytes of the smallest client go\n\n{bytes}");
        }
        text
    }

    fn circumstances(&self) -> String {
        let results = self.results;
        let versions: Vec<String> = results
            .versions
            .iter()
            .filter(|(_, version)| !version.is_empty())
            .map(|(peer, version)| format!("{peer} ({version})"))
            .collect();
        let mut text = format!(
            "{}, {}; {} rounds.\n\nVersions: {}.\n",
            results.date,
            results.machine,
            self.rounds,
            versions.join("; ")
        );
        for (peer, reason) in &results.missing {
            let _ = write!(text, "\n- {peer} did not take part: {}", one_line(reason));
        }
        for note in self.notes {
            let _ = write!(text, "\n- {}", one_line(note));
        }
        if !results.missing.is_empty() || !self.notes.is_empty() {
            text.push('\n');
        }
        text
    }

    /// A line for each sample.
    fn samples(&self) -> String {
        let mut text = "row,unit,peer,round,value\n".to_owned();
        for row in &self.results.rows {
            for cell in &row.cells {
                for (round, sample) in cell.samples.iter().enumerate() {
                    let _ = writeln!(
                        text,
                        "{},{},{},{},{sample}",
                        row.name,
                        row.unit,
                        cell.peer,
                        round + 1
                    );
                }
            }
        }
        text
    }
}

/// An error's lines behind one another, so that it can stand in a list.
fn one_line(words: &str) -> String {
    let lines: Vec<&str> = words.lines().map(str::trim).collect();
    lines.join(" / ")
}

/// A last line that counts the verdicts.
fn reached(verdicts: &[Verdict]) -> String {
    let count = |wanted| {
        let same = verdicts.iter().filter(|verdict| verdict.is_met() == wanted);
        same.count()
    };
    format!(
        "\n{} of reach met, {} missed, {} not measured\n",
        count(Some(true)),
        count(Some(false)),
        count(None)
    )
}
