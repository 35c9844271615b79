//! What a rule found: the places, and what to do there.

use std::fmt::Display;

/// The findings of one rule.
pub(super) struct Findings {
    rule: &'static str,
    found: Vec<String>,
}

impl Findings {
    /// `rule` says what must be so.
    pub(super) fn of(rule: &'static str) -> Findings {
        Findings {
            rule,
            found: Vec::new(),
        }
    }

    /// Notes that the rule does not hold at a line, and what to do there. Lines count from 0 here, from 1 in print.
    pub(super) fn at(&mut self, file: &str, line: usize, advice: impl Display) {
        self.found.push(format!("{file}:{}: {advice}", line + 1));
    }

    /// Notes that the rule does not hold, in no one line.
    pub(super) fn add(&mut self, place: &str, advice: impl Display) {
        self.found.push(format!("{place}: {advice}"));
    }

    /// Fails the test if there is any.
    #[track_caller]
    pub(super) fn must_be_none(self) {
        let Findings { rule, found } = self;
        assert!(found.is_empty(), "{rule}\n\n  {}\n", found.join("\n  "));
    }
}
