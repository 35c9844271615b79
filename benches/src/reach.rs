//! What this runtime is to reach, row by row: the bounds as data, and the verdict on each.

use crate::peers::OURS;
use crate::results::Results;

/// One row of "reach".
#[derive(Debug)]
pub(crate) struct Reach {
    /// In which of its ways this runtime is to reach it.
    peer: &'static str,
    /// The row that it speaks of.
    pub(crate) row: &'static str,
    pub(crate) bound: Bound,
    /// How many digits after the point the bound is given with; a figure is rounded so before it is compared.
    pub(crate) digits: usize,
}

/// What a figure must not exceed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Bound {
    Absolute(f64),
    /// So many times the best peer's figure in the same row.
    Best(f64),
    /// So many times the best peer's figure in another row.
    BestOf(&'static str, f64),
    /// So many times the figure of one peer in the same row.
    Peer(&'static str, f64),
}

/// What came of one row.
#[derive(Debug)]
pub(crate) struct Verdict {
    pub(crate) peer: &'static str,
    pub(crate) row: &'static str,
    pub(crate) title: String,
    pub(crate) unit: &'static str,
    pub(crate) words: String,
    pub(crate) figure: Option<f64>,
    pub(crate) limit: Option<f64>,
    pub(crate) digits: usize,
}

impl Verdict {
    /// Nothing where this runtime or its peer was not measured.
    pub(crate) fn is_met(&self) -> Option<bool> {
        let scale = 10_f64.powi(self.digits as i32);
        Some((self.figure? * scale).round() <= (self.limit? * scale).round())
    }
}

/// A bound of this runtime as its documentation tells to use it.
const fn at_most(row: &'static str, bound: Bound, digits: usize) -> Reach {
    of(OURS, row, bound, digits)
}

const fn of(peer: &'static str, row: &'static str, bound: Bound, digits: usize) -> Reach {
    Reach {
        peer,
        row,
        bound,
        digits,
    }
}

/// With operations that own their buffer, on io_uring and on readiness.
const URING: &str = "ours-uring";
const OWNED: &str = "ours-owned";

/// Every bound, in the order of the table.
pub(crate) const REACH: &[Reach] = &[
    at_most("spawn", Bound::Best(1.0), 1),
    at_most("spawn-instructions", Bound::Best(1.0), 0),
    at_most("spawn-allocations", Bound::Absolute(1.0), 2),
    // At or under 15 ns where compio, the best, has 23.5.
    at_most("yield", Bound::Best(15.0 / 23.5), 1),
    at_most("slot", Bound::Best(0.55), 1),
    at_most("mpsc", Bound::Best(0.8), 0),
    at_most("block-on", Bound::Absolute(500.0), 0),
    at_most("sleeps", Bound::Best(0.8), 0),
    at_most("timeout-ready", Bound::Best(1.0), 1),
    // At or under 100 ns where glommio, the best, has 121, and the same in all three.
    at_most("timeout-pending", Bound::Best(100.0 / 121.0), 0),
    at_most(
        "timeout-crowd",
        Bound::BestOf("timeout-pending", 100.0 / 121.0),
        0,
    ),
    at_most(
        "timeout-root",
        Bound::BestOf("timeout-pending", 100.0 / 121.0),
        0,
    ),
    at_most("thread-wake", Bound::Peer("tokio", 1.0), 0),
    at_most("echo-1-calls", Bound::Absolute(3.0), 1),
    at_most("echo-1-ratio", Bound::Absolute(1.03), 2),
    at_most("echo-50-calls", Bound::Absolute(2.0), 1),
    at_most("echo-50-ratio", Bound::Absolute(1.02), 2),
    at_most("echo-50-16k-ratio", Bound::Absolute(1.02), 2),
    at_most("connect-calls", Bound::Absolute(9.0), 1),
    at_most("connect-ratio", Bound::Absolute(1.02), 2),
    of(URING, "echo-1-ratio", Bound::Absolute(1.14), 2),
    of(URING, "echo-1-calls", Bound::Absolute(2.0), 1),
    of(URING, "echo-50-ratio", Bound::Absolute(1.02), 2),
    of(URING, "echo-50-calls", Bound::Absolute(0.05), 2),
    of(URING, "echo-50-16k-ratio", Bound::Absolute(0.98), 2),
    of(URING, "connect-ratio", Bound::Absolute(1.10), 2),
    of(URING, "connect-calls", Bound::Absolute(2.9), 1),
    // Who owns the buffer is not to be felt where readiness is told.
    of(OWNED, "echo-1-ratio", Bound::Peer(OURS, 1.03), 3),
    of(OWNED, "echo-50-ratio", Bound::Peer(OURS, 1.03), 3),
    at_most("connection-allocations", Bound::Absolute(3.0), 1),
    at_most("idle-bytes", Bound::Absolute(850.0), 0),
    at_most("client-crates", Bound::Absolute(14.0), 0),
    at_most("client-seconds", Bound::Peer("tokio", 1.0), 1),
    at_most("client-kib", Bound::Absolute(400.0), 0),
    at_most("client-threads", Bound::Absolute(1.0), 0),
];

/// The verdicts on the rows that were asked for.
pub(crate) fn judge(results: &Results) -> Vec<Verdict> {
    let measured = REACH
        .iter()
        .filter(|reach| results.row(reach.row).is_some());
    measured.map(|reach| verdict(results, reach)).collect()
}

fn verdict(results: &Results, reach: &Reach) -> Verdict {
    let row = results.row(reach.row);
    let (limit, words) = limit(results, reach);
    Verdict {
        peer: reach.peer,
        row: reach.row,
        title: row.map_or_else(String::new, |row| row.title.to_owned()),
        unit: row.map_or("", |row| row.unit),
        words,
        figure: row.and_then(|row| row.median(reach.peer)),
        limit,
        digits: reach.digits,
    }
}

/// What the figure must not exceed, and why that.
fn limit(results: &Results, reach: &Reach) -> (Option<f64>, String) {
    match reach.bound {
        Bound::Absolute(limit) => (Some(limit), String::new()),
        Bound::Best(times) => best(results, reach.row, times),
        Bound::BestOf(row, times) => {
            let (limit, words) = best(results, row, times);
            (limit, format!("{words} in {row}"))
        }
        Bound::Peer(peer, times) => {
            let figure = results.row(reach.row).and_then(|row| row.median(peer));
            (
                figure.map(|figure| figure * times),
                format!("{times:.2} × {peer}"),
            )
        }
    }
}

fn best(results: &Results, row: &str, times: f64) -> (Option<f64>, String) {
    match results.row(row).and_then(|row| row.best()) {
        Some((peer, figure)) => (
            Some(figure * times),
            format!("{times:.2} × {peer}, the best"),
        ),
        None => (None, "no peer was measured".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Bound, OWNED, REACH, URING, Verdict, judge};
    use crate::peers::OURS;
    use crate::results::Results;
    use crate::works::{self, Figure, Work};

    fn figure(name: &'static str) -> Figure {
        let (title, unit) = ("", "");
        Figure { name, title, unit }
    }

    #[test]
    fn every_row_is_one_that_is_measured() {
        let rows: Vec<&str> = works::ALL
            .iter()
            .flat_map(Work::figures)
            .map(|figure| figure.name)
            .collect();
        for reach in REACH {
            let is_clients = reach.row.starts_with("client-");
            assert!(is_clients || rows.contains(&reach.row), "{}", reach.row);
            if let Bound::BestOf(row, _) = reach.bound {
                assert!(rows.contains(&row), "{row}");
            }
        }
    }

    #[test]
    fn the_best_peer_is_neither_ours_nor_a_floor() {
        let mut results = Results::default();
        for (peer, sample) in [
            (OURS, 81.0),
            ("ours-uring", 10.0),
            ("floor", 20.0),
            ("tokio", 100.0),
            ("smol", 300.0),
        ] {
            results.add(figure("mpsc"), peer, sample);
        }
        let verdicts = judge(&results);
        assert_eq!(verdicts.len(), 1, "only the row that was measured");
        assert_eq!(verdicts[0].limit, Some(80.0));
        assert_eq!(verdicts[0].is_met(), Some(false));
    }

    #[test]
    fn a_figure_is_compared_as_precisely_as_its_bound_is_given() {
        let mut results = Results::default();
        results.add(figure("echo-50-ratio"), OURS, 1.0249);
        results.add(figure("connect-ratio"), OURS, 1.0251);
        assert_eq!(met(&results, OURS), [Some(true), Some(false)]);
    }

    #[test]
    fn each_way_of_ours_has_bounds_of_its_own() {
        let mut results = Results::default();
        results.add(figure("echo-1-ratio"), OURS, 1.000);
        results.add(figure("echo-1-ratio"), OWNED, 1.031);
        assert_eq!(met(&results, OURS), [Some(true)]);
        assert_eq!(met(&results, OWNED), [Some(false)]);
        assert_eq!(met(&results, URING), [None]);
    }

    fn met(results: &Results, peer: &str) -> Vec<Option<bool>> {
        let verdicts = judge(results);
        let its = verdicts.iter().filter(|verdict| verdict.peer == peer);
        its.map(Verdict::is_met).collect()
    }
}
