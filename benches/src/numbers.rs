//! Figures as people read them.

/// About three digits: `2.13`, `37.5`, `161`, `1,247`.
pub(crate) fn short(value: f64) -> String {
    match value.abs() {
        size if size >= 99.95 => with_commas(value),
        size if size >= 9.995 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// With as many digits after the point.
pub(crate) fn exact(value: f64, digits: usize) -> String {
    match digits {
        0 => with_commas(value),
        _ => format!("{value:.digits$}"),
    }
}

fn with_commas(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut words = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            words.push(',');
        }
        words.push(digit);
    }
    match value < 0.0 {
        true => format!("-{words}"),
        false => words,
    }
}

#[cfg(test)]
mod tests {
    use super::{exact, short};

    #[test]
    fn figures_have_about_three_digits() {
        let words = [0.0, 2.126, 37.51, 99.97, 1_246.7, 1_234_567.0].map(short);
        assert_eq!(words, ["0.00", "2.13", "37.5", "100", "1,247", "1,234,567"]);
        assert_eq!(exact(-1_000.0, 0), "-1,000");
        assert_eq!(exact(1.005, 1), "1.0");
    }
}
