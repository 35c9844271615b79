//! What every source file looks like: its opening sentence, its length, its lines, and no makeshift in them.

use super::findings::Findings;
use super::workspace::{Source, sources, word};

const CODE_COLUMNS: usize = 100;
const COMMENT_COLUMNS: usize = 120;
const LINES_WITHOUT_A_REASON: usize = 400;

#[test]
fn every_file_opens_with_a_sentence() {
    let mut findings = Findings::of("the first line of a file begins a sentence: what it is");
    for source in sources() {
        let first = source.lines.first().map_or("", String::as_str);
        let paragraph = source.header();
        let paragraph = paragraph
            .split("\n\n")
            .next()
            .unwrap_or_default()
            .trim_end();
        let sentence = first.starts_with("//! ") && paragraph.ends_with(['.', ':', '?']);
        if !sentence && !first.starts_with("#![doc = include_str!") {
            let advice = "open with `//! What it is; what it does not know.`, a whole sentence";
            findings.at(&source.path, 0, advice);
        }
    }
    findings.must_be_none();
}

#[test]
fn a_long_file_says_why() {
    let mut findings = Findings::of("a file fits in the head, or its header says why it is long");
    for source in sources() {
        let long = source.lines.len() > LINES_WITHOUT_A_REASON;
        if long && !source.header().contains("long because") {
            let advice = format!(
                "it has {} lines: divide it, or say `It is long because …` in its header",
                source.lines.len()
            );
            findings.add(&source.path, advice);
        }
    }
    findings.must_be_none();
}

/// How wide a line may be. What `rustfmt` does not break is let pass: a line with a string, and an address.
fn columns_allowed(line: &str, code: &str) -> Option<usize> {
    let inside_a_string = code.trim().is_empty() && !line.trim_start().starts_with("//");
    if line.contains("://") || code.contains('"') || inside_a_string {
        None
    } else if code.trim_end().chars().count() > CODE_COLUMNS {
        Some(CODE_COLUMNS)
    } else {
        Some(COMMENT_COLUMNS)
    }
}

#[test]
fn no_line_is_too_wide() {
    let mut findings = Findings::of("code has at most 100 columns, comments 120");
    for source in sources() {
        for (at, (line, code)) in source.lines.iter().zip(&source.code).enumerate() {
            let columns = line.chars().count();
            if columns_allowed(line, code).is_some_and(|allowed| columns > allowed) {
                findings.at(&source.path, at, format!("{columns} columns: break it"));
            }
        }
    }
    findings.must_be_none();
}

#[test]
fn no_makeshift_is_left() {
    let mut findings = Findings::of("what is there is done");
    for source in sources() {
        for (at, code) in source.code.iter().enumerate() {
            for makeshift in ["todo", "unimplemented", "dbg"] {
                let called = word(code, makeshift).map(|at| &code[at + makeshift.len()..]);
                if called.is_some_and(|after| after.starts_with('!')) {
                    findings.at(&source.path, at, format!("remove `{makeshift}!`"));
                }
            }
            if code.contains("#[ignore]") {
                findings.at(&source.path, at, "write `#[ignore = \"why\"]`");
            }
        }
    }
    findings.must_be_none();
}

#[test]
fn every_exception_to_a_lint_has_its_reason() {
    let mut findings = Findings::of("`allow` and `expect` say why");
    for source in sources() {
        for (at, code) in source.code.iter().enumerate() {
            let attribute = code.contains("#[") || code.contains("#![");
            let excepts = word(code, "allow").or(word(code, "expect"));
            let excepts = excepts.is_some_and(|at| code[at..].split_once('(').is_some());
            if attribute && excepts && !gives_a_reason(&source, at) {
                findings.at(&source.path, at, "add `reason = \"…\"` to the attribute");
            }
        }
    }
    findings.must_be_none();
}

/// Whether the attribute that begins in a line has a reason in it; `rustfmt` may have broken it into several lines.
fn gives_a_reason(source: &Source, at: usize) -> bool {
    let lines = source.code[at..].iter();
    let end = lines.clone().position(|line| line.contains(")]"));
    lines
        .take(end.unwrap_or(0) + 1)
        .any(|line| word(line, "reason").is_some())
}
