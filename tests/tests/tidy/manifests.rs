//! What the manifests must say, and how many crates come with the runtime.

use std::collections::BTreeSet;
use std::process::Command;

use super::findings::Findings;
use super::workspace::{packages, read, root};

/// A dependency as a manifest names it, of any kind and for any target.
pub(super) struct Dependency {
    pub(super) name: String,
    pub(super) line: usize,
}

/// The dependencies of a manifest that has each on a line of its own.
pub(super) fn dependencies(manifest: &str) -> Vec<Dependency> {
    let mut inside = false;
    let mut dependencies = Vec::new();
    for (at, line) in manifest.lines().enumerate() {
        if line.starts_with('[') {
            inside = line.ends_with("dependencies]");
        } else if inside && !line.trim().is_empty() && !line.starts_with('#') {
            let name = line.split(['.', '=', ' ']).next().unwrap_or_default();
            dependencies.push(Dependency {
                name: name.trim_matches('"').to_owned(),
                line: at,
            });
        }
    }
    dependencies
}

/// What every member takes from the workspace.
const INHERITED: &[&str] = &[
    "version.workspace = true",
    "edition.workspace = true",
    "rust-version.workspace = true",
    "license.workspace = true",
    "publish.workspace = true",
];

#[test]
fn every_crate_inherits_from_the_workspace() {
    let mut findings = Findings::of("a crate's manifest repeats nothing that the workspace says");
    for package in packages() {
        let manifest = format!("{}/Cargo.toml", package.folder);
        for wanted in INHERITED {
            if !package.manifest.lines().any(|line| line == *wanted) {
                findings.add(&manifest, format!("write `{wanted}` below [package]"));
            }
        }
        if !package.manifest.contains("[lints]\nworkspace = true\n") {
            findings.add(&manifest, "add the section [lints] with `workspace = true`");
        }
        for dependency in dependencies(&package.manifest) {
            let line = package.manifest.lines().nth(dependency.line);
            if !line.is_some_and(|line| line.contains("workspace = true")) {
                let advice = "give the version in the workspace's manifest, and inherit it";
                findings.at(&manifest, dependency.line, advice);
            }
        }
    }
    findings.must_be_none();
}

/// The limit on the crates of others that a program with the runtime gets on Linux, by default features.
const CRATES_AT_MOST: usize = 14;

#[test]
fn few_crates_come_with_the_runtime() {
    let tree = Command::new(env!("CARGO"))
        .current_dir(root())
        .args(["tree", "--package", "runtime", "--edges", "normal"])
        .args(["--prefix", "none", "--format", "{p}"])
        .args(["--offline", "--locked"])
        .output()
        .expect("cargo can be run");
    let errors = String::from_utf8_lossy(&tree.stderr);
    assert!(tree.status.success(), "cargo tree failed: {errors}");
    let printed = String::from_utf8(tree.stdout).expect("cargo writes UTF-8");
    let ours: Vec<_> = packages().into_iter().map(|package| package.name).collect();
    let theirs: BTreeSet<&str> = printed
        .lines()
        .map(|line| line.trim_end_matches(" (*)"))
        .filter(|line| {
            let name = line.split(' ').next().unwrap_or_default();
            !name.is_empty() && !ours.iter().any(|our| our == name)
        })
        .collect();
    assert!(
        theirs.len() <= CRATES_AT_MOST,
        "the runtime may bring {CRATES_AT_MOST} crates of others and brings {}; put what is new behind a feature that \
         is off by default: {theirs:#?}",
        theirs.len()
    );
    assert!(theirs.iter().any(|line| line.starts_with("polling ")));
}

#[test]
fn rustfmt_is_not_told_anything() {
    let mut findings = Findings::of("the format is rustfmt's own");
    let folders = packages().into_iter().map(|package| package.folder);
    for folder in folders.chain([".".to_owned()]) {
        for name in ["rustfmt.toml", ".rustfmt.toml"] {
            let path = format!("{folder}/{name}");
            if read(&path).is_some() {
                findings.add(&path, "remove it, and run `cargo fmt --all`");
            }
        }
    }
    findings.must_be_none();
}
