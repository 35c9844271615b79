//! Pictures of figures that nobody measured.

use std::path::PathBuf;
use std::{env, fs, process};

use super::*;
use crate::results::{Cell, Row};

fn row(name: &'static str, title: &'static str, unit: &'static str, cells: &[(&str, f64)]) -> Row {
    let cell = |(number, (peer, value)): (usize, &(&str, f64))| Cell {
        peer: (*peer).to_owned(),
        samples: [0.97, 0.985, 1.0, 1.015 + 0.03 * (number % 4) as f64, 1.3]
            .map(|part| value * part)
            .to_vec(),
    };
    Row {
        name,
        title,
        unit,
        cells: cells.iter().enumerate().map(cell).collect(),
    }
}

/// Ten peers and a floor, by the table that stood in the plan and by guesses where it has nothing; ours also in other
/// ways.
fn peers(name: &'static str, title: &'static str, unit: &'static str, values: [f64; 11]) -> Row {
    let names = [
        "floor",
        "ours",
        "tokio",
        "tokio-local-runtime",
        "smol",
        "local-pool",
        "monoio-legacy",
        "monoio-uring",
        "compio-polling",
        "compio-uring",
        "glommio",
    ];
    let too = [
        ("ours-owned", values[1] * 1.01),
        ("ours-uring-futures", values[1] * 1.1),
    ];
    let cells: Vec<_> = names
        .into_iter()
        .zip(values)
        .chain(too)
        .filter(|(_, value)| *value > 0.0)
        .collect();
    row(name, title, unit, &cells)
}

fn sample() -> Results {
    let ratio = "× the floor's CPU time";
    let calls = "system calls a request";
    Results {
        date: "2026-11-23".to_owned(),
        machine: "2 cores of a virtual machine, Linux 6.12".to_owned(),
        rows: vec![
            peers(
                "spawn",
                "spawn and join a task",
                "ns",
                [
                    18.0, 32.0, 155.0, 150.0, 201.0, 140.0, 37.5, 38.0, 61.0, 61.5, 56.0,
                ],
            ),
            peers(
                "yield",
                "yield to 1,000 tasks",
                "ns",
                [
                    4.0, 11.5, 36.0, 36.4, 103.0, 45.0, 32.0, 32.2, 23.5, 24.0, 30.0,
                ],
            ),
            peers(
                "slot",
                "ping-pong over a local slot",
                "ns",
                [
                    13.0, 39.0, 87.0, 88.0, 217.0, 180.0, 160.0, 161.0, 418.0, 420.0, 87.0,
                ],
            ),
            peers(
                "mpsc",
                "ping-pong over futures::channel::mpsc",
                "ns",
                [
                    104.0, 131.0, 178.0, 180.0, 306.0, 290.0, 250.0, 252.0, 510.0, 512.0, 182.0,
                ],
            ),
            peers(
                "timeout-ready",
                "timeout around a ready future",
                "ns",
                [0.0, 2.7, 46.0, 46.0, 2.8, 0.0, 43.0, 43.0, 50.0, 51.0, 33.0],
            ),
            peers(
                "timeout-pending",
                "timeout, pending once",
                "ns",
                [
                    0.0, 92.0, 159.0, 160.0, 235.0, 0.0, 152.0, 153.0, 240.0, 242.0, 121.0,
                ],
            ),
            peers(
                "timeout-crowd",
                "timeout, pending once, beside 10,000 timers",
                "ns",
                [
                    0.0, 92.0, 161.0, 162.0, 262.0, 0.0, 150.0, 151.0, 290.0, 300.0, 174.0,
                ],
            ),
            peers(
                "timeout-root",
                "timeout, pending once, in block_on itself",
                "ns",
                [
                    0.0, 92.0, 464.0, 470.0, 2_367.0, 0.0, 163.0, 165.0, 301.0, 302.0, 119.0,
                ],
            ),
            peers(
                "sleeps",
                "a million sleeps: CPU time of each",
                "ns",
                [
                    603.0, 712.0, 1_247.0, 1_250.0, 922.0, 0.0, 2_169.0, 2_180.0, 895.0, 899.0,
                    1_500.0,
                ],
            ),
            peers(
                "block-on",
                "block_on(async {}), build to drop",
                "ns",
                [
                    30.0, 250.0, 6_900.0, 7_100.0, 560.0, 45.0, 5_500.0, 16_000.0, 38_000.0,
                    39_000.0, 912_000.0,
                ],
            ),
            peers(
                "echo-1-ratio",
                "1 connection, 64 bytes",
                ratio,
                [1.0, 1.02, 1.04, 1.05, 1.94, 0.0, 1.07, 1.2, 1.6, 1.4, 2.4],
            ),
            peers(
                "echo-1-calls",
                "1 connection, 64 bytes",
                calls,
                [3.0, 3.0, 3.0, 3.0, 11.0, 0.0, 4.0, 1.0, 7.2, 1.0, 4.0],
            ),
            peers(
                "echo-50-ratio",
                "50 connections, 64 bytes",
                ratio,
                [1.0, 1.02, 1.02, 1.02, 1.23, 0.0, 1.07, 1.1, 1.55, 1.3, 1.8],
            ),
            peers(
                "echo-50-calls",
                "50 connections, 64 bytes",
                calls,
                [2.0, 2.0, 2.5, 2.5, 4.1, 0.0, 3.1, 0.2, 5.1, 0.2, 1.1],
            ),
            peers(
                "echo-50-16k-ratio",
                "50 connections, 16 KiB",
                ratio,
                [1.0, 1.01, 1.03, 1.03, 1.2, 0.0, 1.02, 0.96, 1.3, 1.01, 1.4],
            ),
            peers(
                "connect-ratio",
                "connect, echo, close",
                ratio,
                [1.0, 1.01, 1.03, 1.03, 1.11, 0.0, 1.07, 1.1, 1.3, 1.2, 1.9],
            ),
            peers(
                "connect-calls",
                "connect, echo, close",
                calls,
                [9.2, 9.0, 9.9, 9.9, 16.0, 0.0, 11.1, 4.4, 21.0, 5.0, 13.0],
            ),
            peers(
                "idle-bytes",
                "memory of an idle connection",
                "bytes",
                [
                    592.0, 846.0, 1_280.0, 1_290.0, 1_219.0, 0.0, 1_030.0, 1_040.0, 1_425.0,
                    1_400.0, 9_300.0,
                ],
            ),
            peers(
                "connection-allocations",
                "an accepted connection",
                "allocations",
                [2.0, 3.0, 3.9, 3.9, 5.9, 0.0, 4.0, 5.0, 17.1, 9.0, 14.0],
            ),
            peers(
                "parked-bytes",
                "memory of a parked task",
                "bytes",
                [
                    0.0, 64.0, 128.0, 128.0, 170.0, 150.0, 120.0, 120.0, 160.0, 160.0, 144.0,
                ],
            ),
            peers(
                "spawn-allocations",
                "a spawned task",
                "allocations",
                [1.0, 1.0, 1.0, 1.0, 1.03, 4.0, 1.0, 1.0, 2.0, 2.0, 1.0],
            ),
            row(
                "client-kib",
                "stripped program",
                "KiB",
                &[
                    ("std", 318.0),
                    ("polling", 322.0),
                    ("ours", 395.0),
                    ("tokio", 413.0),
                    ("monoio", 355.0),
                    ("smol", 394.0),
                    ("compio", 450.0),
                ],
            ),
            row(
                "client-crates",
                "third-party crates",
                "crates",
                &[
                    ("std", 0.0),
                    ("polling", 9.0),
                    ("ours", 14.0),
                    ("tokio", 6.0),
                    ("monoio", 14.0),
                    ("smol", 32.0),
                    ("compio", 50.0),
                ],
            ),
        ],
        ..Results::default()
    }
}

fn folder(name: &str) -> PathBuf {
    env::temp_dir().join(format!("charts-{name}-{}", process::id()))
}

#[test]
fn what_was_measured_is_drawn_and_the_rest_is_left_out() {
    let folder = folder("drawn");
    let mut results = sample();
    results.rows.retain(|row| row.name == "spawn");
    write(&results, &folder).unwrap();
    let files: Vec<_> = fs::read_dir(&folder).unwrap().flatten().collect();
    let drawn = fs::read_to_string(folder.join("tasks.svg")).unwrap();
    fs::remove_dir_all(&folder).unwrap();
    assert_eq!(files.len(), 1);
    assert!(drawn.contains(">spawn and join a task<"));
    assert!(drawn.contains(">37.5 ns<"));
    assert!(!drawn.contains("mpsc"));
    for told in [
        ">this runtime<",
        ">ours-owned<",
        "class=\"ours-too\"",
        ">this runtime, other ways<",
    ] {
        assert!(drawn.contains(told), "{told}");
    }
}

#[test]
fn text_cannot_break_the_picture() {
    let folder = folder("escaped");
    let results = Results {
        machine: "<b>&\"".to_owned(),
        rows: vec![row("spawn", "a < b", "ns", &[("x&y", 1.0)])],
        ..Results::default()
    };
    write(&results, &folder).unwrap();
    let drawn = fs::read_to_string(folder.join("tasks.svg")).unwrap();
    fs::remove_dir_all(&folder).unwrap();
    assert!(drawn.contains("&lt;b&gt;&amp;&quot;"));
    assert!(drawn.contains("a &lt; b") && drawn.contains("x&amp;y"));
}

#[test]
#[ignore = "for people who change the drawing: writes the pictures to the folder of the variable CHARTS"]
fn sample_pictures() {
    let folder = env::var_os("CHARTS").expect("CHARTS names a folder");
    write(&sample(), Path::new(&folder)).unwrap();
}
