//! Figures as people read them: three digits that count, thousands apart, a short unit behind.

/// How the values of one panel are written, and the words under its title.
#[derive(Debug)]
pub(super) struct Unit<'a> {
    pub(super) words: &'a str,
    divisor: f64,
}

impl<'a> Unit<'a> {
    /// The unit of a panel whose middle value is `middle`: one for all bars, so that people compare numbers only.
    pub(super) fn new(words: &'a str, middle: f64) -> Self {
        let larger = words == "ns" && middle >= 5_000.0;
        let (words, divisor) = if larger { ("µs", 1e3) } else { (words, 1.0) };
        Self { words, divisor }
    }

    /// A value, as `37.5 ns` or `1.04 ×`.
    ///
    /// A unit in words, as `allocations`, is not repeated at each bar: it stands under the panel's title.
    pub(super) fn write(&self, value: f64) -> String {
        let value = value / self.divisor;
        match self.words {
            "ns" | "µs" | "ms" | "s" => format!("{} {}", digits(value), self.words),
            "KiB" => format!("{} KiB", thousands(value.round())),
            words if words.starts_with('×') => format!("{value:.2} ×"),
            words if words.starts_with("byte") => format!("{} B", thousands(value.round())),
            _ => counted(value),
        }
    }
}

fn digits(value: f64) -> String {
    // The borders are where rounding would add a digit.
    if value < 9.995 {
        format!("{value:.2}")
    } else if value < 99.95 {
        format!("{value:.1}")
    } else {
        thousands(value.round())
    }
}

/// What is counted has no decimals unless it needs them.
fn counted(value: f64) -> String {
    let text = digits(value);
    if text.contains('.') {
        let text = text.trim_end_matches('0').trim_end_matches('.');
        return text.to_owned();
    }
    text
}

fn thousands(whole: f64) -> String {
    let mut text = format!("{whole:.0}");
    let mut place = text.len();
    while place > 3 {
        place -= 3;
        text.insert(place, ',');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(value: f64, unit: &str) -> String {
        Unit::new(unit, value).write(value)
    }

    #[test]
    fn three_digits_count() {
        assert_eq!(written(2.804, "ns"), "2.80 ns");
        assert_eq!(written(9.996, "ns"), "10.0 ns");
        assert_eq!(written(37.52, "ns"), "37.5 ns");
        assert_eq!(written(99.96, "ns"), "100 ns");
        assert_eq!(written(2_367.0, "ns"), "2,367 ns");
        assert_eq!(written(38_210.0, "ns"), "38.2 µs");
    }

    #[test]
    fn a_panel_has_one_unit() {
        let unit = Unit::new("ns", 6_900.0);
        assert_eq!(unit.words, "µs");
        assert_eq!(unit.write(250.0), "0.25 µs");
        assert_eq!(unit.write(912_000.0), "912 µs");
    }

    #[test]
    fn units_are_short_or_left_out() {
        assert_eq!(written(1.0, "× floor"), "1.00 ×");
        assert_eq!(written(1_280.4, "bytes a connection"), "1,280 B");
        assert_eq!(written(425.1, "KiB"), "425 KiB");
        assert_eq!(written(3.0, "allocations"), "3");
        assert_eq!(written(20.0, "allocations"), "20");
        assert_eq!(written(100.0, "allocations"), "100");
        assert_eq!(written(2.5, "system calls a request"), "2.5");
        assert_eq!(written(1_234_567.0, "instructions"), "1,234,567");
    }
}
