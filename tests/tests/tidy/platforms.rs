//! Where code may depend on the system and on features: in few places, so that most of it is the same for everybody.

use super::findings::Findings;
use super::workspace::{Source, sources, word};

/// Whether a file is one in which systems may differ.
fn is_of_the_system(path: &str) -> bool {
    path.ends_with("/os.rs") || path.contains("/os/")
}

#[test]
fn systems_differ_in_os_files_only() {
    let mut findings = Findings::of("`target_os` is asked for in `os.rs` or below `os/` only");
    for source in sources() {
        if source.ships() && !is_of_the_system(&source.path) {
            for (at, code) in source.code.iter().enumerate() {
                if word(code, "target_os").is_some() {
                    let advice = "move the difference to the crate's `os` and give it one name";
                    findings.at(&source.path, at, advice);
                }
            }
        }
    }
    findings.must_be_none();
}

/// What a feature may add: a module, an export, a test.
const ADDED_BY_FEATURES: &[&str] = &["mod ", "use ", "#[test]"];

#[test]
fn features_add_modules_and_exports_only() {
    let mut findings = Findings::of("a feature's `cfg` stands on a `mod` or `pub use` line");
    for source in sources() {
        if source.ships() {
            for (at, code) in source.code.iter().enumerate() {
                let asks = word(code, "cfg").or(word(code, "cfg_attr"));
                let feature = word(code, "feature").is_some();
                if asks.is_some() && feature && !adds_an_item(&source, at) {
                    let advice = "move what the feature adds to a file of its own, with the `cfg` on its `mod` line";
                    findings.at(&source.path, at, advice);
                }
            }
        }
    }
    findings.must_be_none();
}

/// Whether a line is one whole `#[cfg(feature = …)]`, and what it stands on is something that a feature may add.
fn adds_an_item(source: &Source, at: usize) -> bool {
    let whole = source.code[at].trim();
    let below = source.code[at + 1..].iter().map(|line| line.trim());
    let attribute = |line: &str| line.starts_with("#[cfg") || line.starts_with("#[path");
    let mut items = below.filter(|line| !line.is_empty() && !attribute(line));
    let item = items.next().unwrap_or_default();
    let item = item
        .trim_start_matches("pub(crate) ")
        .trim_start_matches("pub ");
    let allowed = ADDED_BY_FEATURES
        .iter()
        .any(|start| item.starts_with(start));
    whole.starts_with("#[cfg(") && whole.ends_with(")]") && allowed
}
