//! A dump whenever a signal comes, with one line of set-up: also of a program that hangs.
#![cfg(unix)]

mod again;
mod stuck;

use std::future::pending;
use std::io::{ErrorKind, Read};
use std::process::Stdio;

use again::{Program, again, line, play, role};
use runtime::dump::on_signal;
use runtime::signal::unix::SignalKind;
use runtime::task::yield_now;
use runtime::{Runtime, block_on, spawn};
use rustix::process::{Pid, Signal, kill_process};
use stuck::{dump_of_stuck, panic_of};

/// The lines of one table, of which the number is known.
fn table(stderr: &mut impl Read) -> Vec<String> {
    (0..5).map(|_| line(stderr)).collect()
}

#[test]
fn a_program_that_hangs_shows_why_at_each_signal() {
    if role().is_some() {
        play(|| {
            block_on(async {
                on_signal(SignalKind::user_defined1())?;
                let lost = spawn(pending::<()>());
                yield_now().await; // Their first turns.
                println!("ready");
                lost.await?;
                Ok(())
            })
        });
    }
    let name = "a_program_that_hangs_shows_why_at_each_signal";
    let program = Program::start(again(name, "hangs").stderr(Stdio::piped()));
    assert_eq!(line(&mut program.stdout()), "ready");
    let mut stderr = program.stderr();
    for _ in 0..3 {
        let id = Pid::from_raw(program.id().try_into().unwrap()).unwrap();
        kill_process(id, Signal::USR1).unwrap();
        let lines = table(&mut stderr);
        assert!(lines[0].starts_with("2 tasks on "), "{lines:#?}");
        assert!(lines[1].ends_with("waits for"), "{lines:#?}");
        assert!(lines[2].contains(" task 2"), "{lines:#?}");
        assert!(lines[3].contains(" running "), "{lines:#?}");
        assert!(lines[3].contains(file!()), "the caller's line: {lines:#?}");
        assert!(lines[4].ends_with("nobody: its waker was dropped"));
    }
}

/// Its own wait may end, so nothing is stuck while it is there.
#[test]
fn when_it_is_aborted_the_program_is_found_stuck() {
    let runtime = Runtime::new().unwrap();
    let dump = dump_of_stuck(|| {
        runtime.block_on(async {
            let printing = on_signal(SignalKind::user_defined2()).unwrap();
            yield_now().await;
            assert_eq!(runtime.metrics().sources, 1);
            printing.abort();
            pending::<()>().await
        })
    });
    assert!(dump.starts_with("no task on "), "{dump}");
    assert_eq!(runtime.metrics().sources, 0);
}

#[test]
fn misuse_is_told_at_once() {
    block_on(async {
        let error = on_signal(SignalKind::from_raw(9)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    });
    let (words, file, line) = panic_of(|| on_signal(SignalKind::user_defined2()));
    assert!(words.contains("`dump::on_signal` was called"), "{words}");
    assert_eq!((file.as_str(), line), (file!(), line!() - 2));
}
