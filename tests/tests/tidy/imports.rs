//! Who may import whom, in the manifests and in the code.

use super::findings::Findings;
use super::manifests::dependencies;
use super::workspace::{Source, leads_a_path, packages, sources};

/// The crates of the workspace that each crate stands on. `examples` and `tests` are their users.
const STANDS_ON: &[(&str, &[&str])] = &[
    ("executor", &[]),
    ("reactor", &[]),
    ("macros", &[]),
    ("net", &["reactor", "executor"]),
    ("runtime", &["executor", "macros", "net", "reactor"]),
    ("examples", &["runtime"]),
];

/// The only files of `net` that know the executor, and what for.
const NET_USES_THE_EXECUTOR: &[(&str, &str)] = &[
    (
        "net/src/resolve.rs",
        "names are resolved by a call that blocks",
    ),
    (
        "net/src/doctest.rs",
        "the examples in the docs need a loop, and cannot have the runtime's",
    ),
];

/// The only file that knows the crate `polling`.
const POLLING: &str = "reactor/src/driver/polling.rs";

fn allowed(package: &str) -> Option<&'static [&'static str]> {
    let mut rows = STANDS_ON.iter();
    rows.find(|(name, _)| *name == package).map(|row| row.1)
}

/// The workspace's crates that this one must not name.
fn forbidden(package: &str) -> Vec<&'static str> {
    let Some(allowed) = allowed(package) else {
        return Vec::new(); // The package `tests` sees everything.
    };
    let others = STANDS_ON.iter().map(|(name, _)| *name);
    others
        .filter(|name| *name != package && !allowed.contains(name))
        .collect()
}

/// The lines of code in which a crate is named.
fn lines_naming<'a>(source: &'a Source, name: &'a str) -> impl Iterator<Item = usize> + 'a {
    let lines = source.code.iter().enumerate();
    lines.filter_map(move |(at, line)| leads_a_path(line, name).then_some(at))
}

#[test]
fn every_crate_depends_on_those_below_it_only() {
    let mut findings = Findings::of("a manifest names only the crates that its crate stands on");
    for package in packages() {
        let manifest = format!("{}/Cargo.toml", package.folder);
        if package.name != "tests" && allowed(&package.name).is_none() {
            findings.add(&manifest, "say in STANDS_ON what this crate stands on");
        }
        let forbidden = forbidden(&package.name);
        for dependency in dependencies(&package.manifest) {
            // A test inside a crate may use what the crate itself does not, but nothing that stands on the crate.
            if forbidden.contains(&dependency.name.as_str()) {
                let advice = format!("remove `{}`: it is no crate below", dependency.name);
                findings.at(&manifest, dependency.line, advice);
            }
        }
    }
    findings.must_be_none();
}

#[test]
fn every_crate_names_those_below_it_only() {
    let mut findings = Findings::of("code names only the crates that its crate stands on");
    let packages = packages();
    for source in sources() {
        let package = packages.iter().find(|p| p.folder == source.folder);
        let package = &package.expect("a source has a package").name;
        for name in forbidden(package) {
            for line in lines_naming(&source, name) {
                let advice = format!("`{package}` must not know `{name}`: move this to `runtime`");
                findings.at(&source.path, line, advice);
            }
        }
    }
    findings.must_be_none();
}

#[test]
fn net_knows_the_executor_for_name_resolution_only() {
    let mut findings = Findings::of("net uses the executor only where a call blocks");
    for source in sources() {
        let excepted = NET_USES_THE_EXECUTOR.iter().any(|e| e.0 == source.path);
        if source.folder == "net" && !excepted {
            for line in lines_naming(&source, "executor") {
                let advice = "sockets know no tasks: use the reactor's registration and a waker";
                findings.at(&source.path, line, advice);
            }
        }
    }
    findings.must_be_none();
}

#[test]
fn one_file_knows_polling() {
    let mut findings = Findings::of("the crate `polling` is behind `PollingDriver`");
    for package in packages() {
        let mut dependencies = dependencies(&package.manifest).into_iter();
        let polling = dependencies.find(|dependency| dependency.name == "polling");
        if let (Some(polling), true) = (polling, package.name != "reactor") {
            let manifest = format!("{}/Cargo.toml", package.folder);
            findings.at(&manifest, polling.line, "use the reactor's `Driver`");
        }
    }
    for source in sources() {
        if source.path != POLLING {
            for line in lines_naming(&source, "polling") {
                findings.at(&source.path, line, format!("move this to {POLLING}"));
            }
        }
    }
    findings.must_be_none();
}
