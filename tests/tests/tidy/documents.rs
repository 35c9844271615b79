//! The documents and the examples: that they are there, and that what they point at is.

use super::findings::Findings;
use super::workspace::{packages, read, root, sources};

const DOCUMENTS: &[&str] = &[
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "LICENSE-MIT",
    "LICENSE-APACHE",
];

const EXAMPLE_LINES: usize = 80;

#[test]
fn the_documents_are_there() {
    let mut findings = Findings::of("the root has the documents that people look for");
    for document in DOCUMENTS {
        if read(document).is_none_or(|text| text.trim().is_empty()) {
            findings.add(document, "write it");
        }
    }
    findings.must_be_none();
}

/// The paths of source files that a line mentions, as `tests/tests/tidy.rs`. Only whole ones, from the root, count.
fn mentioned_files<'a>(line: &'a str, folders: &'a [String]) -> impl Iterator<Item = &'a str> {
    let is_path = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
    line.split(move |c| !is_path(c))
        .map(|word| word.trim_matches('.').trim_start_matches("./"))
        .filter(|word| word.ends_with(".rs"))
        .filter(|word| {
            let folder = word.split('/').next().unwrap_or_default();
            folders.iter().any(|member| member == folder)
        })
}

#[test]
fn the_architecture_names_files_that_exist() {
    let path = "ARCHITECTURE.md";
    let mut findings = Findings::of("every invariant names the test that holds it");
    let text = read(path).unwrap_or_default();
    let folders: Vec<_> = packages()
        .into_iter()
        .map(|package| package.folder)
        .collect();
    let mut tests = 0;
    for (at, line) in text.lines().enumerate() {
        for file in mentioned_files(line, &folders) {
            tests += usize::from(file.starts_with("tests/"));
            if !root().join(file).is_file() {
                findings.at(path, at, format!("there is no {file}: name what is there"));
            }
        }
    }
    if tests == 0 {
        findings.add(
            path,
            "name the tests that hold the invariants, as `tests/tests/tidy.rs`",
        );
    }
    findings.must_be_none();
}

#[test]
fn every_example_is_short_and_says_how_to_run_it() {
    let mut findings = Findings::of("an example is a page that says what it shows");
    let manifest = read("examples/Cargo.toml").unwrap_or_default();
    for source in sources() {
        // What stands in a folder belongs to an example, and is none.
        let file = source.path.strip_prefix("examples/");
        let Some(file) = file.filter(|file| !file.contains('/')) else {
            continue;
        };
        if source.lines.len() >= EXAMPLE_LINES {
            let advice = format!("it has {} lines: show one thing", source.lines.len());
            findings.add(&source.path, advice);
        }
        let name = file.trim_end_matches(".rs");
        if !manifest.contains(&format!("path = \"{file}\"")) {
            let advice = "add it to the manifest as an [[example]], or cargo does not know it";
            findings.add(&source.path, advice);
        }
        let command = format!("cargo run --release --example {name}");
        let header = source.header();
        let runs = header.lines().any(|line| {
            let rest = line.split_once(&command).map(|(_, rest)| rest);
            rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
        });
        if !runs {
            findings.at(&source.path, 0, format!("say in the header: `{command}`"));
        }
    }
    findings.must_be_none();
}
