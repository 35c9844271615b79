//! `fetch` on a terminal: the bars, how wide they are, and when there are none.

use std::fs::File;
use std::io::Read;
use std::process::{Command, ExitStatus};
use std::thread;

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use super::site::Site;
use crate::program::example;

/// Runs it on a terminal of so many columns: all that it writes there, and how it ends.
fn on_terminal(mut command: Command, columns: u16) -> (String, ExitStatus) {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let slave = rustix::fs::open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
    let size = Winsize {
        ws_row: 24,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(&slave, size).unwrap();
    command.stdout(slave.try_clone().unwrap()).stderr(slave);
    let mut child = command.spawn().unwrap();
    drop(command); // Its ends of the terminal with it: without them, the reader comes to an end.
    let reading = thread::spawn(move || {
        let mut written = Vec::new();
        let _ = File::from(master).read_to_end(&mut written); // Linux ends it by an error.
        String::from_utf8(written).unwrap()
    });
    let status = child.wait().unwrap();
    (reading.join().unwrap(), status)
}

/// It comes slowly enough to be drawn; one fails before, and one is cut short.
fn slow_and_failing(site: &Site, term: &str) -> Command {
    let mut command = example("fetch");
    for page in ["missing", "trickle", "cut"] {
        command.arg(format!("{}/{page}", site.at.http));
    }
    command.env("TERM", term).env_remove("NO_COLOR");
    command
}

/// What was drawn of bars, without the codes that move the cursor. Each ends with its rate; one that fills its line
/// needs no end of line before the next.
fn bars(written: &str) -> Vec<String> {
    let mut plain = String::new();
    for (at, part) in written.split('\x1b').enumerate() {
        let code = part.find(|c: char| c.is_ascii_alphabetic());
        let text = code.filter(|_| at > 0).map_or(0, |code| code + 1);
        plain.push_str(&part[text..]);
    }
    let lines = plain
        .split(['\r', '\n'])
        .flat_map(|line| line.split_inclusive("B/s"));
    lines
        .filter(|line| line.ends_with("B/s"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_bars_fit_into_the_terminal_and_go() {
    let site = Site::open("terminal");
    for columns in [50, 80] {
        let (written, status) = on_terminal(slow_and_failing(&site, "xterm"), columns);
        assert_eq!(status.code(), Some(1), "{written}");
        let bars = bars(&written);
        for bar in &bars {
            assert_eq!(bar.chars().count(), usize::from(columns), "{bar:?}");
        }
        assert!(
            bars.iter().any(|bar| bar.starts_with("trickle ")),
            "{bars:?}"
        );
        let first = bars.iter().find(|bar| bar.starts_with("0 of 3 ")).unwrap();
        assert!(!first.contains('━'), "nothing is known yet: {first}");
        // What has failed is no part of the whole, so that this ends as a full bar.
        let total = bars.iter().rfind(|bar| bar.starts_with("2 of 3 ")).unwrap();
        assert!(total.contains("━━━"), "{bars:?}");
        let last = written.rsplit("/s").next().unwrap();
        let (before, _) = last.split_once("1 fetched, 2 failed: 17 B in ").unwrap();
        assert!(before.contains("\x1b[2K"), "no bar is in the way: {last:?}");
    }
}

#[test]
fn a_terminal_that_can_do_nothing_has_lines_alone() {
    let site = Site::open("dumb");
    let (written, status) = on_terminal(slow_and_failing(&site, "dumb"), 80);
    assert_eq!(status.code(), Some(1), "{written}");
    assert!(
        !written.contains('\x1b') && !written.contains('━'),
        "{written:?}"
    );
    assert_eq!(written.lines().count(), 4, "{written}");
}
