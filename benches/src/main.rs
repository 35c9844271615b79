//! The conductor: it builds the peers, runs them on the same work, and prints the table. It does no work itself.

mod bounds;
mod bytes;
mod calls;
mod charts;
mod children;
mod clients;
mod echo;
mod idle;
mod instructions;
mod machine;
mod numbers;
mod options;
mod peers;
mod perf;
mod progress;
mod reach;
mod report;
mod results;
mod rounds;
mod sample;
mod server;
mod table;
mod works;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use clap::Parser;

use crate::machine::Aside;
use crate::options::{Options, Order};
use crate::peers::{Peer, Programs};
use crate::progress::Progress;
use crate::report::Report;
use crate::results::Results;
use crate::rounds::{CallsByName, Plan, Rounds};
use crate::works::{Kind, Work};

fn main() -> ExitCode {
    match conduct(&Options::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn conduct(options: &Options) -> Result<ExitCode> {
    children::end_with_the_conductor(perf::remove_pipes)?;
    let programs = Programs::find()?;
    if options.list {
        list(&programs);
        return Ok(ExitCode::SUCCESS);
    }
    match options.command {
        Some(Order::Bounds { write }) => bounds::check(programs, write),
        None => measure(options, programs).map(|()| ExitCode::SUCCESS),
    }
}

fn list(programs: &Programs) {
    println!("peers:");
    for peer in &programs.peers {
        println!("  {:<18} {}", peer.name, peer.version);
    }
    println!("works, with the groups that they are in:");
    for work in works::ALL {
        println!("  {:<28} {}", work.name, work.group);
    }
    println!("  {}", works::CLIENTS);
}

fn measure(options: &Options, programs: Programs) -> Result<()> {
    let works = options.choose_works()?;
    let peers = options.choose_peers(programs.peers)?;
    let mut results = Results {
        date: machine::today(),
        machine: machine::in_words(),
        ..Results::default()
    };
    let mut notes = Vec::new();
    let (peers, load) = build(peers, programs.load, &works, &mut results, &mut notes);
    ensure!(!peers.is_empty(), "no peer was built: nothing is measured");
    let plan = Plan {
        peers,
        works,
        rounds: options.rounds(),
        shorter: options.shorter(),
        load,
        with_calls: noted(calls::can_be_counted(), &mut notes),
        with_instructions: noted(instructions::can_be_counted(), &mut notes),
    };
    machine::allow_many_descriptors(&mut notes);
    let calls = run(&plan, &mut results, &mut notes);
    let bytes = if options.wants_clients() {
        notes.extend(clients_of(&mut results));
        bytes_of_clients(&mut notes)
    } else {
        None
    };
    tell(&Report {
        results: &results,
        calls: &calls,
        bytes: bytes.as_deref(),
        rounds: plan.rounds,
        notes: &notes,
    })
}

/// Does the whole plan, and gives the system calls by name.
fn run(plan: &Plan, results: &mut Results, notes: &mut Vec<String>) -> CallsByName {
    let _aside = Aside::step(notes);
    let progress = Progress::measurements(plan.weight());
    let mut rounds = Rounds::new(plan, &progress, results);
    rounds.run();
    progress.end();
    notes.append(&mut rounds.notes);
    rounds.calls
}

/// Measures the smallest clients; what went wrong is a note.
fn clients_of(results: &mut Results) -> Option<String> {
    let progress = Progress::builds(None);
    let measured = clients::measure(results, &|what| progress.chapter(what));
    progress.end();
    measured
        .err()
        .map(|error| format!("the smallest clients: {error}"))
}

/// Where the bytes of the smallest clients go, as a table; what went wrong is a note.
fn bytes_of_clients(notes: &mut Vec<String>) -> Option<String> {
    let progress = Progress::builds(None);
    let table = bytes::table(&["ours", "std", "tokio"], &|what| progress.chapter(what));
    progress.end();
    table
        .map_err(|error| notes.push(format!("where the bytes go: {error:#}")))
        .ok()
}

/// Builds the peers, and the load generator where a work needs it.
fn build(
    peers: Vec<Peer>,
    load: PathBuf,
    works: &[Work],
    results: &mut Results,
    notes: &mut Vec<String>,
) -> (Vec<Peer>, Option<PathBuf>) {
    let progress = Progress::builds(Some(peers.len() + 1));
    let peers = peers::build(peers, &mut results.missing, &progress);
    results.versions = peers
        .iter()
        .map(|peer| (peer.name.clone(), peer.version.clone()))
        .collect();
    let needed = works
        .iter()
        .any(|work| matches!(work.kind, Kind::Echo(_) | Kind::Idle));
    let built = needed && noted(peers::build_program("load", "load", &progress), notes);
    progress.end();
    (peers, built.then_some(load))
}

/// True if it went well; otherwise the reason is noted, and the run goes on without it.
fn noted(outcome: Result<()>, notes: &mut Vec<String>) -> bool {
    if let Err(error) = &outcome {
        notes.push(format!("{error:#}"));
    }
    outcome.is_ok()
}

fn tell(report: &Report<'_>) -> Result<()> {
    println!("{}", report.text());
    let folder = peers::folder().join("results");
    report
        .write_files(&folder)
        .and_then(|()| charts::write(report.results, &folder))
        .with_context(|| format!("{} cannot be written", folder.display()))?;
    println!("written to {}", folder.display());
    Ok(())
}
