//! The peers' programs: which there are, and how each is built, apart from the others.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use cargo_metadata::{Metadata, MetadataCommand, Package, PackageId};

use crate::children::Process;
use crate::progress::Progress;

/// This runtime's own name among the peers, as its documentation tells to use it. In other ways it has other names; see
/// [`is_ours`].
pub(crate) const OURS: &str = "ours";

/// What the servers of the others are held against.
pub(crate) const FLOOR: &str = "floor";

/// A build may compile a hundred crates on a slow machine.
const PATIENCE: Duration = Duration::from_secs(1_800);

/// What peers are built of beside the runtime that they show.
const HELPERS: [&str; 6] = [
    "work",
    "peer-ours",
    "rustix",
    "libc",
    "scoped-tls",
    "futures",
];

/// A program that takes part.
#[derive(Debug, Clone)]
pub(crate) struct Peer {
    pub(crate) name: String,
    package: String,
    pub(crate) program: PathBuf,
    /// As `tokio 1.54.0`.
    pub(crate) version: String,
}

/// This runtime, in whichever way it is used: another driver, or another kind of operations. It is held against the best
/// peer, so none of these can be that.
pub(crate) fn is_ours(name: &str) -> bool {
    let rest = name.strip_prefix(OURS);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// Floors are loops written by hand, and no runtimes.
pub(crate) fn is_floor(name: &str) -> bool {
    name.starts_with(FLOOR)
}

/// The packages `peer-…` of this workspace, and the load generator.
#[derive(Debug)]
pub(crate) struct Programs {
    pub(crate) peers: Vec<Peer>,
    pub(crate) load: PathBuf,
}

/// The folder `benches`.
pub(crate) fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn cargo() -> String {
    env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}

impl Programs {
    /// Looks them up in the workspace: ours first, floors last, the others by name.
    pub(crate) fn find() -> Result<Programs> {
        let metadata = MetadataCommand::new()
            .cargo_path(cargo())
            .manifest_path(folder().join("Cargo.toml"))
            .exec()
            .context("cargo cannot read this workspace")?;
        let built = metadata.target_directory.as_std_path().join("release");
        let mut peers: Vec<Peer> = metadata
            .workspace_packages()
            .iter()
            .flat_map(|package| peers_of(&metadata, package, &built))
            .collect();
        peers.sort_by_key(|peer| place(&peer.name));
        Ok(Programs {
            peers,
            load: built.join("load"),
        })
    }
}

/// Sorted by this, ours come first and floors last.
pub(crate) fn place(name: &str) -> (bool, bool, String) {
    (is_floor(name), !is_ours(name), name.to_owned())
}

/// A package may hold several programs, where a peer has two ways to run on the same features.
fn peers_of(metadata: &Metadata, package: &Package, built: &Path) -> Vec<Peer> {
    let programs = package.targets.iter().filter(|target| target.is_bin());
    programs
        .filter_map(|target| {
            Some(Peer {
                name: target.name.strip_prefix("peer-")?.to_owned(),
                package: package.name.to_string(),
                program: built.join(&target.name),
                version: version(metadata, &package.id),
            })
        })
        .collect()
}

/// The versions of what the peer's package asks for, as they stand in the lock file.
fn version(metadata: &Metadata, package: &PackageId) -> String {
    let nodes = metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
    let wanted = nodes
        .filter(|node| node.id == *package)
        .flat_map(|node| &node.dependencies)
        .map(|id| &metadata[id]);
    let (helpers, own): (Vec<&Package>, Vec<&Package>) =
        wanted.partition(|package| HELPERS.contains(&package.name.as_str()));
    let futures = helpers
        .iter()
        .filter(|package| package.name.as_str() == "futures");
    let words = |packages: &mut dyn Iterator<Item = &&Package>| {
        let words: Vec<String> = packages
            .map(|package| format!("{} {}", package.name, package.version))
            .collect();
        words.join(", ")
    };
    match own.is_empty() {
        // The peer that shows `futures` itself, and the floors.
        true => words(&mut futures.into_iter()),
        false => words(&mut own.iter()),
    }
}

/// Builds each of `peers` in an invocation of its own, so that their features do not mix; gives those that were built,
/// and adds the others to `missing`, with the reason.
pub(crate) fn build(
    peers: Vec<Peer>,
    missing: &mut Vec<(String, String)>,
    progress: &Progress,
) -> Vec<Peer> {
    let mut built = Vec::new();
    for peer in peers {
        let program = format!("peer-{}", peer.name);
        match build_program(&peer.package, &program, progress) {
            Ok(()) => built.push(peer),
            Err(error) => {
                let reason = format!("{error:#}");
                progress.say(&format!("{} is passed over:\n{reason}", peer.name));
                missing.push((peer.name, reason));
            }
        }
        progress.advance(1);
    }
    built
}

/// Builds one program of one package, alone.
pub(crate) fn build_program(package: &str, program: &str, progress: &Progress) -> Result<()> {
    progress.chapter(&format!("building {program}"));
    // Cargo's words about its progress go to its error output, which is kept for the case that it fails.
    let mut command = Command::new(cargo());
    command
        .args(["build", "--release", "--quiet", "--package", package])
        .args(["--bin", program])
        .current_dir(folder());
    let mut process = Process::start(format!("cargo build --bin {program}"), &mut command)?;
    while process.line(PATIENCE)?.is_some() {}
    process.end(PATIENCE).map(drop)
}

#[cfg(test)]
mod tests {
    use super::{is_ours, place};

    #[test]
    fn ours_are_first_in_whichever_way_they_are_used_and_floors_last() {
        let mut names = [
            "floor",
            "compio",
            "ours-uring-futures",
            "ourselves",
            "ours-uring",
            "ours",
        ];
        names.sort_by_key(|name| place(name));
        let sorted = [
            "ours",
            "ours-uring",
            "ours-uring-futures",
            "compio",
            "ourselves",
            "floor",
        ];
        assert_eq!(names, sorted);
        assert!(!is_ours("ourselves"));
    }
}
