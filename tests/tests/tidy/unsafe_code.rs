//! Where unsafe code may stand, and that each piece says why it is sound.

use super::findings::Findings;
use super::workspace::{Source, sources, word};

/// The only files with unsafe code, and how often the word stands in each.
const UNSAFE: &[(&str, usize)] = &[
    // A task's future is pinned in its cell.
    ("executor/src/cell.rs", 1),
    // A source is registered, and its share kept until it is deleted.
    ("reactor/src/driver/polling.rs", 1),
    // The system is given the memory of a buffer, and says how far it has moved bytes: the two ends of that promise.
    ("reactor/src/driver/completion.rs", 2),
    ("reactor/src/owned/completed.rs", 8),
    ("reactor/src/owned/file.rs", 4),
    // io_uring's submissions, and what it gives.
    ("reactor/src/driver/uring/entries.rs", 1),
    ("reactor/src/driver/uring/message.rs", 2),
    ("reactor/src/driver/uring/mod.rs", 3),
    ("reactor/src/driver/uring/queues.rs", 3),
    ("reactor/src/driver/uring/ring.rs", 3),
    ("reactor/src/driver/uring/accepts.rs", 1),
    ("reactor/src/driver/uring/tests.rs", 4),
    // A buffer says where its memory is, and who fills it says how far: the traits, what they are for, their tests.
    ("reactor/src/buffer.rs", 12),
    ("reactor/src/buffer/bytes.rs", 7),
    ("reactor/src/buffer/room.rs", 1),
    ("reactor/src/buffer/slice.rs", 6),
    ("reactor/src/buffer/standard.rs", 12),
    ("reactor/src/buffer/tests.rs", 3),
    // A value that checks its thread may be sent and shared, whatever it is.
    ("runtime/src/task/thread_bound.rs", 2),
];

/// The lines with unsafe code.
fn unsafe_lines(source: &Source) -> Vec<usize> {
    let lines = source.code.iter().enumerate();
    lines
        .filter_map(|(at, code)| word(code, "unsafe").map(|_| at))
        .collect()
}

#[test]
fn unsafe_code_stands_in_few_named_places() {
    let mut findings = Findings::of("the list of unsafe code in this test is complete and exact");
    let sources = sources();
    for source in &sources {
        let listed = UNSAFE.iter().find(|row| row.0 == source.path);
        let allowed = listed.map_or(0, |row| row.1);
        let lines = unsafe_lines(source);
        if lines.len() > allowed {
            for line in lines {
                let advice = format!("write it without `unsafe`; this file may have {allowed}");
                findings.at(&source.path, line, advice);
            }
        } else if lines.len() < allowed {
            let advice = format!("it has {} left: say so in the list", lines.len());
            findings.add(&source.path, advice);
        }
    }
    for (path, _) in UNSAFE {
        if !sources.iter().any(|source| source.path == *path) {
            findings.add(path, "there is no such file: take it off the list");
        }
    }
    findings.must_be_none();
}

#[test]
fn unsafe_code_says_why_it_is_sound() {
    let mut findings = Findings::of("a SAFETY comment stands right above unsafe code");
    for source in sources() {
        for line in unsafe_lines(&source) {
            if !has_safety_comment(&source, line) {
                let advice = "say above it which obligation there is and which line discharges it";
                findings.at(&source.path, line, advice);
            }
        }
    }
    findings.must_be_none();
}

/// Whether the comment that ends just above a line says SAFETY. `rustfmt` may have moved the `unsafe` of a statement
/// into its second line, so one line of code may stand between.
fn has_safety_comment(source: &Source, line: usize) -> bool {
    let is_comment = |at: &usize| source.lines[*at].trim_start().starts_with("//");
    let mut above = (0..line).rev().skip_while(|at| !is_comment(at));
    let Some(last) = above.next() else {
        return false;
    };
    let comment = (0..=last).rev().take_while(is_comment);
    let mut text = comment.map(|at| &source.lines[at]);
    line - last <= 2 && text.any(|line| line.contains("SAFETY:") || line.contains("# Safety"))
}
