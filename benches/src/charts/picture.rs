//! One SVG file: a card with panels in two columns, a head and a legend.

use super::bars::Kind;
use super::panel::{Panel, WIDTH};
use super::style::{HATCH, STYLE, escape, path, rectangle, text};

/// A group of panels that belong together.
#[derive(Debug)]
pub(super) struct Picture<'a> {
    pub(super) title: &'a str,
    /// When and where it was measured.
    pub(super) note: String,
    pub(super) panels: Vec<Panel<'a>>,
}

/// About what GitHub gives a README.
const WHOLE: f64 = 830.0;
const MARGIN: f64 = 18.0;
const HEAD: f64 = 56.0;
const BETWEEN: f64 = 22.0;
const FOOT: f64 = 30.0;

impl Picture<'_> {
    pub(super) fn draw(&self) -> String {
        let mut drawing = self.head();
        let mut top = HEAD;
        for row in self.panels.chunks(2) {
            for (column, panel) in row.iter().enumerate() {
                let left = [MARGIN, WHOLE - MARGIN - WIDTH][column];
                drawing += &panel.draw((left, top));
            }
            let heights = row.iter().map(Panel::height);
            top += heights.fold(0.0, f64::max) + BETWEEN;
        }
        drawing += &self.legend(top + 4.0);
        self.card(top + FOOT, &drawing)
    }

    fn card(&self, height: f64, drawing: &str) -> String {
        let (width, high) = (WHOLE - 1.0, height - 1.0);
        let title = escape(self.title);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WHOLE:.0} {height:.0}\" width=\"{WHOLE:.0}\" \
             height=\"{height:.0}\" role=\"img\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n<defs>{HATCH}\
             </defs>\n<rect class=\"card\" x=\"0.5\" y=\"0.5\" width=\"{width:.0}\" height=\"{high:.0}\" rx=\"6\"/>\n\
             {drawing}</svg>\n"
        )
    }

    fn head(&self) -> String {
        let right = WHOLE - MARGIN;
        text("head", "start", (MARGIN, 30.0), self.title)
            + &text("small", "end", (right, 23.0), "medians; lower is better")
            + &text("small", "end", (right, 38.0), &self.note)
    }

    /// What the shapes mean: only those that the picture has.
    fn legend(&self, top: f64) -> String {
        let has = |kind| {
            let mut bars = self.panels.iter().flat_map(|panel| &panel.bars);
            bars.any(|bar| bar.kind == kind)
        };
        let mut drawing = String::new();
        let mut left = MARGIN;
        let kinds = [
            (Kind::Ours, "ours", "this runtime"),
            (Kind::OursToo, "ours-too", "this runtime, other ways"),
            (Kind::Peer, "peers", "other runtimes"),
            (Kind::Floor, "floor", "floor: no runtime"),
        ];
        for (kind, class, words) in kinds {
            if has(kind) {
                drawing += &rectangle(class, (left, top), (14.0, 10.0));
                drawing += &text("small", "start", (left + 20.0, top + 9.0), words);
                left += 42.0 + 6.0 * words.len() as f64;
            }
        }
        drawing += &path(
            "whisker",
            &format!(
                "M{left:.1} {0:.1}V{1:.1}M{left:.1} {2:.1}h14M{3:.1} {0:.1}V{1:.1}",
                top + 2.0,
                top + 8.0,
                top + 5.0,
                left + 14.0
            ),
        );
        drawing + &text("small", "start", (left + 20.0, top + 9.0), "quartiles")
    }
}
