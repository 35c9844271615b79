//! The workspace's files, read once for each rule.

use std::fs;
use std::path::{Path, PathBuf};

use super::lexer;

/// A crate of the workspace.
pub(super) struct Package {
    pub(super) name: String,
    /// From the workspace's root, as `runtime/macros`.
    pub(super) folder: String,
    pub(super) manifest: String,
}

/// A file of Rust source.
pub(super) struct Source {
    /// From the workspace's root, as `net/src/lib.rs`.
    pub(super) path: String,
    /// The crate's folder, as `net`.
    pub(super) folder: String,
    pub(super) lines: Vec<String>,
    /// The same lines without comments and without what stands in strings.
    pub(super) code: Vec<String>,
}

impl Source {
    /// True for the crates that users get, false for what tests and shows them.
    pub(super) fn ships(&self) -> bool {
        self.path.starts_with(&format!("{}/src/", self.folder)) && self.folder != "tests"
    }

    /// The comment that opens the file.
    pub(super) fn header(&self) -> String {
        let header = self.lines.iter().map_while(|line| line.strip_prefix("//!"));
        header.map(str::trim).collect::<Vec<_>>().join("\n")
    }
}

pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A file's text; a file that is not there has none.
pub(super) fn read(path: &str) -> Option<String> {
    fs::read_to_string(root().join(path)).ok()
}

/// The members, as the root's manifest names them.
pub(super) fn packages() -> Vec<Package> {
    let manifest = read("Cargo.toml").expect("the workspace has a manifest");
    let members = manifest
        .split_once("members = [")
        .and_then(|(_, rest)| rest.split_once(']'))
        .expect("the workspace's manifest lists its members")
        .0;
    let folders = members.split('"').skip(1).step_by(2);
    folders.map(package).collect()
}

fn package(folder: &str) -> Package {
    let manifest = read(&format!("{folder}/Cargo.toml")).expect("every member has a manifest");
    let name = manifest
        .lines()
        .find_map(|line| line.strip_prefix("name = "))
        .expect("every member has a name")
        .trim_matches('"')
        .to_owned();
    Package {
        name,
        folder: folder.to_owned(),
        manifest,
    }
}

/// Every Rust file of every member.
pub(super) fn sources() -> Vec<Source> {
    let packages = packages();
    let mut sources = Vec::new();
    for package in &packages {
        let inner = |path: &str| {
            let mut others = packages.iter().filter(|p| p.folder != package.folder);
            others.any(|other| other.folder == path)
        };
        for path in rust_files(&package.folder, &inner) {
            let text = read(&path).expect("a file that is listed can be read, and is UTF-8");
            sources.push(Source {
                folder: package.folder.clone(),
                lines: text.lines().map(str::to_owned).collect(),
                code: lexer::code_lines(&text),
                path,
            });
        }
    }
    assert!(sources.len() > 50, "the rules must see the source");
    sources
}

/// The Rust files below a folder, sorted, without the folders that are members of their own.
fn rust_files(folder: &str, is_member: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut files = Vec::new();
    let entries = fs::read_dir(root().join(folder)).expect("a member's folder can be listed");
    for entry in entries {
        let entry = entry.expect("a folder's entry can be read");
        let name = entry.file_name().into_string().expect("a plain file name");
        let path = format!("{folder}/{name}");
        if entry.path().is_dir() {
            if name != "target" && !is_member(&path) {
                files.extend(rust_files(&path, is_member));
            }
        } else if name.ends_with(".rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Where a name is the first one of a path, or is imported as a whole: `name::…` and `use name;`, but neither
/// `crate::name::…` nor `other_name::…`.
pub(super) fn leads_a_path(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(at, _)| {
        let (before, after) = (&code[..at], &code[at + name.len()..]);
        let rooted = before.strip_suffix("::");
        let first = match rooted {
            Some(before) => !before.ends_with(|c: char| is_name(c) || c == '>'),
            None => !before.ends_with(is_name),
        };
        let imported = before.trim_end().ends_with("use") || before.ends_with("extern crate ");
        let whole = after.starts_with(';') || after.starts_with(" as ");
        first && (after.starts_with("::") || imported && whole)
    })
}

/// Where a word begins in a line of code.
pub(super) fn word(code: &str, word: &str) -> Option<usize> {
    let mut found = code.match_indices(word);
    let found = found.find(|(at, _)| {
        let (before, after) = (&code[..*at], &code[at + word.len()..]);
        !before.ends_with(is_name) && !after.starts_with(is_name)
    });
    found.map(|(at, _)| at)
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[test]
fn the_first_name_of_a_path_is_told_from_the_others() {
    for leads in [
        "use net::Tcp;",
        "::net::Tcp",
        "pub use ::net::*;",
        "use net as n;",
    ] {
        assert!(leads_a_path(leads, "net"), "{leads}");
    }
    for other in [
        "use std::net::Tcp;",
        "crate::net::Tcp",
        "my_net::Tcp",
        "let net = 1;",
        "mod net;",
    ] {
        assert!(!leads_a_path(other, "net"), "{other}");
    }
}
