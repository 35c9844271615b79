//! One figure drawn: a title, and a bar for each peer; it knows nothing of its neighbours.

use super::bars::{Bar, Kind};
use super::numbers::Unit;
use super::scale::Scale;
use super::style::{path, rectangle, text};

/// A row of the table that became a drawing.
#[derive(Debug)]
pub(super) struct Panel<'a> {
    pub(super) title: &'a str,
    pub(super) unit: &'a str,
    pub(super) bars: Vec<Bar<'a>>,
}

/// The width of every panel.
pub(super) const WIDTH: f64 = 385.0;
const NAMES: f64 = 116.0;
const VALUES: f64 = 68.0;
const ROOM: f64 = WIDTH - NAMES - VALUES;
const HEAD: f64 = 44.0;
const PITCH: f64 = 19.0;
const THICK: f64 = 12.0;

impl Panel<'_> {
    pub(super) fn height(&self) -> f64 {
        HEAD + PITCH * self.bars.len() as f64
    }

    /// The panel with its upper left corner at a place of the picture.
    pub(super) fn draw(&self, (x, y): (f64, f64)) -> String {
        let scale = Scale::new(&self.bars, ROOM);
        let unit = Unit::new(self.unit, self.bars[self.bars.len() / 2].value);
        let left = x + NAMES;
        let mut drawing = text("title", "start", (x, y + 13.0), self.title);
        drawing += &text("small", "start", (x, y + 29.0), unit.words);
        drawing += &self.floors(&scale, (left, y + HEAD));
        for (number, bar) in self.bars.iter().enumerate() {
            let top = y + HEAD + PITCH * number as f64;
            drawing += &draw_bar(bar, (&scale, &unit), (left, top));
        }
        let bottom = y + self.height() - 2.0;
        drawing
            + &path(
                "axis",
                &format!("M{left:.1} {:.1}V{bottom:.1}", y + HEAD - 4.0),
            )
    }

    /// A line at each floor, through all bars: what is right of it is what a runtime costs.
    fn floors(&self, scale: &Scale, (left, top): (f64, f64)) -> String {
        let bottom = top + PITCH * self.bars.len() as f64 - 2.0;
        let floors = self.bars.iter().filter(|bar| bar.kind == Kind::Floor);
        floors
            .filter(|bar| !scale.is_cut(bar.value))
            .map(|bar| {
                let x = left + scale.length(bar.value);
                path("line", &format!("M{x:.1} {top:.1}V{bottom:.1}"))
            })
            .collect()
    }
}

/// A name, a bar, its whisker and its value.
fn draw_bar(bar: &Bar<'_>, (scale, unit): (&Scale, &Unit<'_>), (left, top): (f64, f64)) -> String {
    let length = scale.length(bar.value);
    let (base, middle) = (top + THICK - 2.0, top + THICK / 2.0);
    let (name, strong) = match bar.kind {
        Kind::Ours => ("this runtime", " strong"),
        Kind::OursToo => (bar.peer, " strong"),
        _ => (bar.peer, ""),
    };
    let mut drawing = text(&format!("peer{strong}"), "end", (left - 6.0, base), name);
    drawing += &rectangle(class(bar.kind), (left, top), (length.max(0.5), THICK));
    let mut end = left + length;
    if scale.is_cut(bar.value) {
        drawing += &torn(end - 22.0, top);
    } else {
        let whisker = bar.quartiles.0..bar.quartiles.1;
        end = end.max(left + scale.length_within(whisker.end));
        drawing += &whiskers(left + scale.length(whisker.start), end, middle);
    }
    let value = unit.write(bar.value);
    drawing
        + &text(
            &format!("value{strong}"),
            "start",
            (end + 6.0, base),
            &value,
        )
}

fn class(kind: Kind) -> &'static str {
    match kind {
        Kind::Ours => "ours",
        Kind::OursToo => "ours-too",
        Kind::Peer => "peers",
        Kind::Floor => "floor",
    }
}

/// From quartile to quartile. One that is shorter than its own caps says nothing, and is left out.
fn whiskers(from: f64, to: f64, middle: f64) -> String {
    if to - from < 1.5 {
        return String::new();
    }
    let (top, bottom) = (middle - 3.0, middle + 3.0);
    let letters = format!(
        "M{from:.1} {top:.1}V{bottom:.1}M{from:.1} {middle:.1}H{to:.1}M{to:.1} {top:.1}V{bottom:.1}"
    );
    path("whisker", &letters)
}

/// The mark of a bar that was cut: a slanted gap right through it.
fn torn(x: f64, top: f64) -> String {
    let (up, down) = (top - 2.0, top + THICK + 2.0);
    let gap = format!(
        "M{:.1} {up:.1}L{:.1} {down:.1}H{:.1}L{:.1} {up:.1}Z",
        x + 5.0,
        x,
        x + 5.0,
        x + 10.0
    );
    let edges = format!(
        "M{:.1} {up:.1}L{:.1} {down:.1}M{:.1} {up:.1}L{:.1} {down:.1}",
        x + 5.0,
        x,
        x + 10.0,
        x + 5.0
    );
    path("gap", &gap) + &path("edge", &edges)
}
