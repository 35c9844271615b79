//! From a source file's path to the crate that it belongs to; it opens no file.

/// Everything of Rust's own library but the next.
pub(super) const STANDARD: &str = "std";

/// What std brings along to name functions when a program panics; every program has it.
const BACKTRACE: &str = "std, to print backtraces";

const PROGRAM: &str = "the program itself";

const OF_BACKTRACE: [&str; 5] = [
    "gimli",
    "addr2line",
    "object",
    "miniz_oxide",
    "rustc-demangle",
];

/// The crate of a file, as people call it.
pub(super) fn origin(path: &str) -> String {
    let owner = if let Some((_, inner)) = path.split_once("/rust/deps/") {
        of_std(folder(inner))
    } else if path.contains("/rustc/") || path.contains("/rustlib/src/") {
        of_library(path)
    } else if let Some((_, inner)) = path.split_once("/registry/src/") {
        // The first folder is the registry.
        folder(inner.split_once('/').map_or(inner, |(_, inner)| inner))
    } else {
        of_checkout(path)
    };
    owner.to_owned()
}

fn of_std(name: &str) -> &'static str {
    if OF_BACKTRACE.contains(&name) {
        BACKTRACE
    } else {
        STANDARD
    }
}

fn of_library(path: &str) -> &'static str {
    if path.contains("/backtrace/src/") || path.contains("/backtrace-rs/") {
        BACKTRACE
    } else {
        STANDARD
    }
}

/// The name of a folder such as `polling-3.11.0/src/lib.rs`, without its version.
fn folder(path: &str) -> &str {
    let folder = path.split('/').next().unwrap_or(path);
    match folder.rfind('-') {
        Some(dash) if folder[dash + 1..].starts_with(|first: char| first.is_ascii_digit()) => {
            &folder[..dash]
        }
        _ => folder,
    }
}

/// The folder that has the folder `src`, unless it is a program's.
fn of_checkout(path: &str) -> &str {
    if path.contains("clients/") || path.contains("benches/src/") || path.starts_with("src/") {
        return PROGRAM;
    }
    let before = path.split_once("/src/").map(|(before, _)| before);
    before.map_or(PROGRAM, |before| {
        before.rsplit('/').next().unwrap_or(before)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_its_crate() {
        let registry = "/home/a/.cargo/registry/src/an.index-1949cf8c6b5b557f";
        assert_eq!(
            origin(&format!("{registry}/polling-3.11.0/src/epoll.rs")),
            "polling"
        );
        assert_eq!(
            origin(&format!("{registry}/pin-project-lite-0.2.16/src/lib.rs")),
            "pin-project-lite"
        );
        assert_eq!(origin("/a/checkout/net/src/tcp/connecting.rs"), "net");
        assert_eq!(
            origin("/a/checkout/reactor/src/lib.rs/@/reactor.26-cgu.0"),
            "reactor"
        );
        assert_eq!(
            origin("clients/ours/src/main.rs/@/client_ours.e9-cgu.0"),
            "the program itself"
        );
    }

    #[test]
    fn std_is_two_things() {
        let library = "/rustc/59807616e1/library";
        assert_eq!(
            origin(&format!("{library}/core/src/slice/sort/stable/drift.rs")),
            STANDARD
        );
        assert_eq!(
            origin("/a/lib/rustlib/src/rust/library/alloc/src/vec/mod.rs"),
            STANDARD
        );
        assert_eq!(
            origin(&format!("{library}/std/src/../../backtrace/src/print.rs")),
            BACKTRACE
        );
        assert_eq!(
            origin("/rust/deps/gimli-0.32.3/src/read/unit.rs"),
            BACKTRACE
        );
        assert_eq!(origin("/rust/deps/memchr-2.7.6/src/lib.rs"), STANDARD);
    }
}
