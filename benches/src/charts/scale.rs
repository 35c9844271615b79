//! From values to lengths: where a panel's bars end, and which of them are cut; it knows nothing of pixels' places.

use super::bars::Bar;

/// A bar may be cut when it is this many times as long as the middle one.
const MUCH: f64 = 3.0;

/// It is kept nonetheless when it is only this many times as long as the next shorter one: cutting it would hide more
/// than it shows.
const STEP: f64 = 1.6;

/// Cut bars are as long as the room; what is not cut ends this far before, so that the two cannot be confused.
const BELOW_CUT: f64 = 0.8;

/// How the bars of one panel become lengths.
#[derive(Debug)]
pub(super) struct Scale {
    room: f64,
    /// What is longer is cut.
    most: f64,
    /// The length of 1.
    unit: f64,
}

impl Scale {
    /// A scale by which `bars`, sorted upwards, fill the room.
    pub(super) fn new(bars: &[Bar<'_>], room: f64) -> Self {
        let most = most(bars);
        let kept = bars.iter().filter(|bar| bar.value <= most);
        let longest = kept.map(reach).fold(0.0, f64::max);
        let cut = bars.iter().any(|bar| bar.value > most);
        let filled = if cut { room * BELOW_CUT } else { room };
        // When everything is nothing, every length is nothing.
        let unit = if longest > 0.0 { filled / longest } else { 0.0 };
        Self { room, most, unit }
    }

    pub(super) fn is_cut(&self, value: f64) -> bool {
        value > self.most
    }

    /// The length of `value`, which is the whole room for one that is cut.
    pub(super) fn length(&self, value: f64) -> f64 {
        if self.is_cut(value) {
            self.room
        } else {
            self.length_within(value)
        }
    }

    /// The length of a whisker's end, which may pass the border beyond which bars are cut.
    pub(super) fn length_within(&self, value: f64) -> f64 {
        (value * self.unit).min(self.room)
    }
}

/// The longest value that is not cut.
fn most(bars: &[Bar<'_>]) -> f64 {
    let middle = bars.get(bars.len() / 2).map_or(0.0, |bar| bar.value);
    let mut most = middle * MUCH;
    let mut last = 0.0;
    for bar in bars {
        if bar.value > most && bar.value <= last * STEP {
            most = bar.value;
        }
        if bar.value <= most {
            last = bar.value;
        }
    }
    most
}

/// How far a bar and its whisker go. A whisker may not shrink all bars much: it is clipped before that.
fn reach(bar: &Bar<'_>) -> f64 {
    bar.quartiles.1.clamp(bar.value, bar.value * 1.25)
}

#[cfg(test)]
mod tests {
    use super::super::bars::Kind;
    use super::*;

    fn bars(values: &[f64]) -> Vec<Bar<'static>> {
        let bar = |value: &f64| Bar {
            peer: "tokio",
            kind: Kind::Peer,
            value: *value,
            quartiles: (*value, *value),
        };
        values.iter().map(bar).collect()
    }

    #[test]
    fn the_longest_bar_fills_the_room_and_all_begin_at_nothing() {
        let scale = Scale::new(&bars(&[10.0, 20.0, 40.0]), 200.0);
        assert_eq!(scale.length(40.0), 200.0);
        assert_eq!(scale.length(10.0), 50.0);
        assert!(!scale.is_cut(40.0));
    }

    #[test]
    fn a_bar_much_longer_than_the_rest_is_cut() {
        let scale = Scale::new(&bars(&[100.0, 119.0, 163.0, 200.0, 2_367.0]), 200.0);
        assert!(scale.is_cut(2_367.0));
        assert_eq!(scale.length(2_367.0), 200.0);
        assert_eq!(scale.length(200.0), 160.0);
        assert_eq!(scale.length(100.0), 80.0);
    }

    #[test]
    fn a_bar_little_longer_than_the_next_is_kept() {
        let scale = Scale::new(&bars(&[10.0, 10.0, 28.0, 40.0, 60.0, 200.0]), 200.0);
        assert!(!scale.is_cut(60.0));
        assert!(scale.is_cut(200.0));
    }

    #[test]
    fn of_two_bars_none_is_cut() {
        let scale = Scale::new(&bars(&[1.0, 50.0]), 200.0);
        assert!(!scale.is_cut(50.0));
        assert_eq!(scale.length(1.0), 4.0);
    }

    #[test]
    fn a_wide_whisker_is_clipped_before_it_shrinks_the_bars() {
        let mut bars = bars(&[10.0, 20.0]);
        bars[1].quartiles.1 = 1_000.0;
        let scale = Scale::new(&bars, 200.0);
        assert_eq!(scale.length(20.0), 160.0);
        assert_eq!(scale.length(25.0), 200.0);
    }

    #[test]
    fn nothing_has_no_length() {
        let scale = Scale::new(&bars(&[0.0, 0.0]), 200.0);
        assert_eq!(scale.length(0.0), 0.0);
        assert!(!scale.is_cut(0.0));
    }
}
