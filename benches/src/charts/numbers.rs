//! Figures as people read them: three digits that count, thousands apart, a short unit behind.

/// A value with its unit, as `37.5 ns`, `38.2 µs` or `1.04 ×`.
///
/// A unit in words, as `allocations`, is not repeated at each bar: it stands under the panel's title.
pub(super) fn with_unit(value: f64, unit: &str) -> String {
    match unit {
        "ns" if value >= 10_000_000.0 => format!("{} ms", digits(value / 1e6)),
        "ns" if value >= 10_000.0 => format!("{} µs", digits(value / 1e3)),
        "ns" | "µs" | "ms" | "s" => format!("{} {unit}", digits(value)),
        "KiB" => format!("{} KiB", thousands(value.round())),
        _ if unit.starts_with('×') => format!("{value:.2} ×"),
        _ if unit.starts_with("byte") => format!("{} B", thousands(value.round())),
        _ => counted(value),
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
    let rounded = (value * 100.0).round() / 100.0;
    if rounded.fract() == 0.0 {
        thousands(rounded)
    } else {
        digits(value)
    }
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

    #[test]
    fn three_digits_count() {
        assert_eq!(with_unit(2.804, "ns"), "2.80 ns");
        assert_eq!(with_unit(9.996, "ns"), "10.0 ns");
        assert_eq!(with_unit(37.52, "ns"), "37.5 ns");
        assert_eq!(with_unit(155.4, "ns"), "155 ns");
        assert_eq!(with_unit(2_367.0, "ns"), "2,367 ns");
        assert_eq!(with_unit(38_210.0, "ns"), "38.2 µs");
    }

    #[test]
    fn units_are_short_or_left_out() {
        assert_eq!(with_unit(1.0, "× floor"), "1.00 ×");
        assert_eq!(with_unit(1_280.4, "bytes a connection"), "1,280 B");
        assert_eq!(with_unit(425.1, "KiB"), "425 KiB");
        assert_eq!(with_unit(3.0, "allocations"), "3");
        assert_eq!(with_unit(3.94, "system calls a request"), "3.94");
        assert_eq!(with_unit(1_234_567.0, "instructions"), "1,234,567");
    }
}
