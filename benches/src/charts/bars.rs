//! The bars of one row: who has one, and in which order; it knows nothing of lengths and colours.

use crate::peers::{OURS, is_floor, is_ours};
use crate::results::{Cell, Row};

/// One peer's figure.
#[derive(Debug, PartialEq)]
pub(super) struct Bar<'a> {
    pub(super) peer: &'a str,
    pub(super) kind: Kind,
    /// The median.
    pub(super) value: f64,
    pub(super) quartiles: (f64, f64),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    Ours,
    /// This runtime on another driver, or with other operations.
    OursToo,
    Peer,
    /// What no runtime can undercut: the same work written by hand.
    Floor,
}

impl Kind {
    fn of(peer: &str) -> Self {
        match peer {
            OURS => Self::Ours,
            "std" | "polling" => Self::Floor,
            _ if is_ours(peer) => Self::OursToo,
            _ if is_floor(peer) => Self::Floor,
            _ => Self::Peer,
        }
    }
}

/// The bars of a row, the best on top. A peer without samples has none.
pub(super) fn bars(row: &Row) -> Vec<Bar<'_>> {
    let mut bars: Vec<_> = row.cells.iter().filter_map(bar).collect();
    bars.sort_by(|one, other| one.value.total_cmp(&other.value));
    bars
}

fn bar(cell: &Cell) -> Option<Bar<'_>> {
    Some(Bar {
        peer: &cell.peer,
        kind: Kind::of(&cell.peer),
        value: cell.median()?,
        quartiles: cell.quartiles()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(peer: &str, samples: &[f64]) -> Cell {
        Cell {
            peer: peer.to_owned(),
            samples: samples.to_vec(),
        }
    }

    #[test]
    fn the_best_is_on_top_and_who_cannot_is_left_out() {
        let row = Row {
            name: "spawn",
            title: "spawn",
            unit: "ns",
            cells: vec![
                cell("smol", &[200.0, 100.0, 300.0]),
                cell("glommio", &[]),
                cell("ours", &[30.0]),
                cell("ours-uring", &[31.0]),
                cell("floor", &[18.0]),
            ],
        };
        let bars = bars(&row);
        let peers: Vec<_> = bars.iter().map(|bar| (bar.peer, bar.kind)).collect();
        let sorted = [
            ("floor", Kind::Floor),
            ("ours", Kind::Ours),
            ("ours-uring", Kind::OursToo),
            ("smol", Kind::Peer),
        ];
        assert_eq!(peers, sorted);
        assert_eq!(bars[3].value, 200.0);
    }
}
