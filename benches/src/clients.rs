//! What the smallest client costs over each peer: crates, seconds to build, bytes and threads; it knows a client by
//! its package's name only.

use std::collections::BTreeSet;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, process, thread};

use crate::results::{Cell, Results, Row};

/// The peers that have a package `client-NAME`; the first two are the floors.
const PEERS: [&str; 7] = [
    "std", "polling", "ours", "tokio", "smol", "monoio", "compio",
];

/// Builds every client from nothing, one after another, and adds the rows `client-…`.
///
/// A client that does not build or does not answer is named among the missing and passed over.
pub(crate) fn measure(results: &mut Results, progress: &dyn Fn(&str)) -> io::Result<()> {
    // What has to be fetched is fetched before any clock runs.
    cargo(&["fetch"], None)?;
    let target = Folder::new("benches-clients")?;
    let mut rows = rows();
    for peer in PEERS {
        progress(&format!("client-{peer}: building from nothing"));
        match figures(peer, &target.0) {
            Ok(figures) => add(&mut rows, peer, figures),
            Err(error) => results
                .missing
                .push((format!("client-{peer}"), error.to_string())),
        }
    }
    results.rows.extend(rows);
    Ok(())
}

fn rows() -> [Row; 4] {
    let row = |name, title, unit| Row {
        name,
        title,
        unit,
        cells: Vec::new(),
    };
    [
        row("client-crates", "smallest client: crates", "crates"),
        row("client-seconds", "smallest client: build", "s"),
        row("client-kib", "smallest client: stripped program", "KiB"),
        row("client-threads", "smallest client: threads", "threads"),
    ]
}

fn add(rows: &mut [Row; 4], peer: &str, figures: [f64; 4]) {
    for (row, figure) in rows.iter_mut().zip(figures) {
        row.cells.push(Cell {
            peer: peer.to_owned(),
            samples: vec![figure],
        });
    }
}

/// The four figures of one client, in the order of the rows.
fn figures(peer: &str, target: &Path) -> io::Result<[f64; 4]> {
    let package = format!("client-{peer}");
    let tree = cargo(
        &["tree", "-e", "normal", "--prefix", "none", "-p", &package],
        None,
    )?;
    // Each client has a folder of its own: no build finds what another one has left.
    let target = target.join(peer);
    let begin = Instant::now();
    let small = ["build", "--profile", "small", "-p", &package];
    cargo(&small, Some(&target))?;
    let seconds = begin.elapsed().as_secs_f64();
    let program = target.join("small").join(&package);
    let kib = fs::metadata(&program)?.len() as f64 / 1024.0;
    let threads = threads(&program)?;
    fs::remove_dir_all(&target)?;
    let crates = crates(&String::from_utf8_lossy(&tree.stdout));
    Ok([crates as f64, seconds, kib, threads as f64])
}

/// Counts the packages of a tree that come from a registry: those of this checkout have a path behind their version.
fn crates(tree: &str) -> usize {
    let foreign = tree
        .lines()
        .filter(|line| !line.is_empty() && !line.contains("(/"));
    let names: BTreeSet<_> = foreign
        .map(|line| line.split_whitespace().take(2).collect::<Vec<_>>())
        .collect();
    names.len()
}

/// Runs cargo in this workspace; what it printed is the error when it fails.
pub(crate) fn cargo(arguments: &[&str], target: Option<&Path>) -> io::Result<Output> {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    if let Some(target) = target {
        command.env("CARGO_TARGET_DIR", target);
    }
    let output = command.output()?;
    if output.status.success() {
        return Ok(output);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let first = said.lines().find(|line| line.starts_with("error"));
    Err(io::Error::other(
        first.unwrap_or("cargo failed without a word").to_owned(),
    ))
}

/// The threads of a client that waits for its answer.
fn threads(program: &Path) -> io::Result<usize> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    // By number, so that no client starts a thread for looking up a name.
    let address = listener.local_addr()?.to_string();
    let mut client = Command::new(program)
        .arg(address)
        .stdout(Stdio::piped())
        .spawn()?;
    let counted = converse(&listener, &mut client);
    if counted.is_err() {
        // It may wait for ever; it is this function's own child.
        client.kill()?;
    }
    let output = client.wait_with_output()?;
    if counted.is_ok() && output.stdout != ANSWER {
        return Err(io::Error::other("the client did not print the answer"));
    }
    counted
}

const ANSWER: &[u8] = b"the answer\n";

fn converse(listener: &TcpListener, client: &mut Child) -> io::Result<usize> {
    let mut stream = accept(listener, client)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut line = String::new();
    BufReader::new(&stream).read_line(&mut line)?;
    // It has sent its line; a moment later it waits, and its helpers have started.
    thread::sleep(Duration::from_millis(200));
    let count = fs::read_dir(format!("/proc/{}/task", client.id()))?.count();
    stream.write_all(ANSWER)?;
    Ok(count)
}

/// Waits ten seconds for the client, and no longer than it lives.
fn accept(listener: &TcpListener, client: &mut Child) -> io::Result<TcpStream> {
    listener.set_nonblocking(true)?;
    for _ in 0..1_000 {
        match listener.accept() {
            Ok((stream, _)) => {
                stream.set_nonblocking(false)?;
                return Ok(stream);
            }
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Err(error),
            Err(_) => thread::sleep(Duration::from_millis(10)),
        }
        if let Some(status) = client.try_wait()? {
            return Err(io::Error::other(format!("the client ended: {status}")));
        }
    }
    Err(io::ErrorKind::TimedOut.into())
}

/// A folder for builds that is removed with its owner.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> io::Result<Self> {
        let path = env::temp_dir().join(format!("{name}-{}", process::id()));
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed from the system's folder for such things is no reason to fail.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_counts_once_and_a_path_not_at_all() {
        let tree = "client-ours v0.1.0 (/a/clients/ours)\n\
                    runtime v0.1.0 (/a/runtime)\n\
                    macros v0.1.0 (proc-macro) (/a/macros)\n\
                    slab v0.4.12\n\
                    slab v0.4.12 (*)\n\
                    \n\
                    quote v1.0.0 (proc-macro)\n\
                    slab v0.3.0\n";
        assert_eq!(crates(tree), 3);
    }

    #[test]
    fn a_client_that_fails_is_an_error_and_no_hang() {
        assert!(threads(Path::new("/bin/false")).is_err());
    }

    #[test]
    #[ignore = "builds everything from nothing: two minutes"]
    fn every_client_has_every_figure() {
        let mut results = Results::default();
        measure(&mut results, &|line| eprintln!("{line}")).unwrap();
        for row in &results.rows {
            for cell in &row.cells {
                println!("{} {} {:?}", row.name, cell.peer, cell.samples);
            }
        }
        assert_eq!(results.missing, []);
        assert!(
            results
                .rows
                .iter()
                .all(|row| row.cells.len() == PEERS.len())
        );
    }
}
