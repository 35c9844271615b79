//! The bounds that fail the build: figures of this runtime that are the same in every run, so that no clock is needed.
//!
//! The bounds are data, in `bounds.toml`, with a sentence for each. This file knows how to hold figures against them.

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};

use crate::machine::{self, Aside};
use crate::numbers::exact;
use crate::peers::{self, OURS, Programs};
use crate::progress::Progress;
use crate::results::{Results, Row};
use crate::rounds::{Plan, Rounds};
use crate::table::Table;
use crate::works::{self, Work};
use crate::{calls, instructions};

/// How the file begins; `--write` writes the rest anew.
const HEADER: &str = "\
# What this runtime must not exceed, held against by `cargo run --release -- bounds` and so by the project's CI.
#
# `today` is what was measured when this was written, `most` the bound. Where `percent` stands, `most` is so much over
# `today`, and `cargo run --release -- bounds --write` writes both anew; elsewhere `most` is changed by hand.
# Instructions depend on the compiler and on the C library: a new one of either may want new figures.

";

/// The file as it stands.
#[derive(Debug, Serialize, Deserialize)]
struct Bounds {
    bound: Vec<Bound>,
}

/// One figure's bound.
#[derive(Debug, Serialize, Deserialize)]
struct Bound {
    /// The row of the table that the figure stands in.
    name: String,
    /// What the figure counts, and why it is what it is.
    why: String,
    today: f64,
    /// How much over today's figure is allowed.
    percent: Option<f64>,
    most: f64,
}

impl Bound {
    /// Digits after the point: instructions and bytes are whole, calls and allocations are a few.
    fn digits(&self) -> usize {
        if self.most >= 50.0 { 0 } else { 2 }
    }

    /// Judged as it is printed: a thousandth of an allocation is a list that grew.
    fn is_exceeded(&self, figure: f64) -> bool {
        let scale = 10_f64.powi(self.digits() as i32);
        (figure * scale).round() > (self.most * scale).round()
    }

    /// Figures that fell far below leave room in which they could rise unseen.
    fn is_loose(&self, figure: f64) -> bool {
        self.percent.is_some() && figure * 1.1 < self.today
    }

    fn renew(&mut self, figure: f64) {
        let scale = 10_f64.powi(self.digits() as i32);
        self.today = (figure * scale).round() / scale;
        if let Some(percent) = self.percent {
            self.most = (figure * (1.0 + percent / 100.0)).floor();
        }
    }
}

/// Measures, prints, and judges; with `write`, today's figures become those of the file first.
pub(crate) fn check(programs: Programs, write: bool) -> Result<ExitCode> {
    let path = peers::folder().join("bounds.toml");
    let text = fs::read_to_string(&path).context("bounds.toml cannot be read")?;
    let mut bounds: Bounds = toml::from_str(&text).context("bounds.toml is not understood")?;
    let tools = [instructions::can_be_counted(), calls::can_be_counted()];
    let missing: Vec<String> = tools
        .into_iter()
        .filter_map(|tool| Some(format!("{:#}", tool.err()?)))
        .collect();
    ensure!(missing.is_empty(), "{}", missing.join("\n"));
    let results = measure(programs, works_for(&bounds.bound)?)?;
    if write {
        renew(&mut bounds.bound, &results)?;
        let text = HEADER.to_owned() + &toml::to_string(&bounds)?;
        fs::write(&path, text).context("bounds.toml cannot be written")?;
        println!("written to {}", path.display());
    }
    judge(&bounds.bound, &results)
}

/// The works that fill the rows of the bounds.
fn works_for(bounds: &[Bound]) -> Result<Vec<Work>> {
    let fills = |work: &Work, name: &str| work.figures().iter().any(|row| row.name == name);
    for bound in bounds {
        let name = &bound.name;
        if !works::ALL.iter().any(|work| fills(work, name)) {
            bail!("bounds.toml speaks of {name:?}, and no work has such a row");
        }
    }
    let works = works::ALL.iter();
    let works = works.filter(|work| bounds.iter().any(|bound| fills(work, &bound.name)));
    Ok(works.copied().collect())
}

/// One round of this runtime alone.
fn measure(programs: Programs, works: Vec<Work>) -> Result<Results> {
    let ours = programs.peers.into_iter().filter(|peer| peer.name == OURS);
    let mut results = Results::default();
    let progress = Progress::builds(Some(2));
    let peers = peers::build(ours.collect(), &mut results.missing, &progress);
    ensure!(!peers.is_empty(), "this runtime's program was not built");
    peers::build_program("load", "load", &progress)?;
    progress.end();
    let plan = Plan {
        peers,
        works,
        rounds: 1,
        shorter: 1,
        load: Some(programs.load),
        with_calls: true,
        with_instructions: true,
    };
    let mut notes = Vec::new();
    machine::allow_many_descriptors(&mut notes);
    let _aside = Aside::step(&mut notes);
    let progress = Progress::measurements(plan.weight());
    let mut rounds = Rounds::new(&plan, &progress, &mut results);
    rounds.run();
    notes.append(&mut rounds.notes);
    progress.end();
    for note in notes {
        println!("{note}");
    }
    Ok(results)
}

fn figure(bound: &Bound, results: &Results) -> Option<f64> {
    results.row(&bound.name)?.median(OURS)
}

fn renew(bounds: &mut [Bound], results: &Results) -> Result<()> {
    for bound in bounds {
        let measured = figure(bound, results);
        let measured = measured.with_context(|| format!("{} was not measured", bound.name))?;
        bound.renew(measured);
    }
    Ok(())
}

/// Prints the table, and says of each figure that is too high what to do.
fn judge(bounds: &[Bound], results: &Results) -> Result<ExitCode> {
    let mut table = Table::new(&["figure", "", "was", "is", "at most"], 2);
    let mut faults = Vec::new();
    for bound in bounds {
        let figure = figure(bound, results);
        let (word, fault) = verdict(bound, figure);
        faults.extend(fault);
        let number = |value| exact(value, bound.digits());
        table.add(vec![
            results.row(&bound.name).map(title).unwrap_or_default(),
            word.to_owned(),
            number(bound.today),
            figure.map_or_else(|| "–".to_owned(), number),
            number(bound.most),
        ]);
    }
    println!("{}", table.text());
    if faults.is_empty() {
        println!("every figure is within its bound");
        return Ok(ExitCode::SUCCESS);
    }
    println!("\n{}\n\n{WHAT_TO_DO}", faults.join("\n"));
    Ok(ExitCode::FAILURE)
}

const WHAT_TO_DO: &str = "\
What to do: see with `git bisect run cargo run --release -- bounds` (in benches/) which commit it was, and with
`valgrind --tool=callgrind target/release/peer-ours spawn 20000` where it goes. If it is worth its price, say why in the
commit that brings it, and write the new figures with `cargo run --release -- bounds --write`.";

/// A word for the table, and a sentence if something is wrong.
fn verdict(bound: &Bound, figure: Option<f64>) -> (&'static str, Option<String>) {
    let name = &bound.name;
    match figure {
        None => ("?", Some(format!("{name} could not be measured."))),
        Some(figure) if bound.is_exceeded(figure) => {
            let number = |value| exact(value, bound.digits());
            let (figure, most) = (number(figure), number(bound.most));
            let fault = format!(
                "{name} is {figure}, at most {most} are allowed. {}",
                bound.why
            );
            ("EXCEEDED", Some(fault))
        }
        Some(figure) if bound.is_loose(figure) => ("fell: `bounds --write`", None),
        Some(_) => ("ok", None),
    }
}

fn title(row: &Row) -> String {
    format!("{}, {}", row.title, row.unit)
}

#[cfg(test)]
mod tests {
    use super::{Bounds, verdict, works_for};

    fn bounds() -> Bounds {
        toml::from_str(include_str!("../bounds.toml")).expect("the file is understood")
    }

    #[test]
    fn every_bound_is_of_a_row_that_is_measured() {
        let bounds = bounds();
        assert!(!bounds.bound.is_empty());
        works_for(&bounds.bound).expect("each has its work");
    }

    #[test]
    fn one_instruction_over_the_bound_is_told() {
        for bound in bounds().bound {
            assert!(verdict(&bound, Some(bound.most)).1.is_none());
            let (word, fault) = verdict(&bound, Some(bound.most + 1.0));
            assert_eq!(word, "EXCEEDED");
            assert!(fault.is_some_and(|fault| fault.contains(&bound.name)));
            assert!(verdict(&bound, None).1.is_some());
        }
    }

    #[test]
    fn new_figures_move_only_the_bounds_in_percent() {
        for mut bound in bounds().bound {
            let most = bound.most;
            bound.renew(2_000.4);
            assert_eq!(bound.today.round(), 2_000.0);
            let moved = bound.percent.map_or(most, |_| 2_200.0);
            assert_eq!(bound.most, moved);
        }
    }
}
