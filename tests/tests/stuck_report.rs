//! `WhenStuck::Report` prints the dump and waits; `WhenStuck::Wait` waits without a word.

use std::env;
use std::future::pending;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use runtime::{Event, Runtime, WhenStuck, spawn};

/// Set in the process that is stuck.
const ALONE: &str = "RUNTIME_TEST_STUCK";

/// Who waits so long has lost something. Nothing waits for it in a test that passes.
const PATIENCE: Duration = Duration::from_secs(20);

/// Starts this program again for the test of this name, which hangs there.
fn start(test: &str) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", test, "--test-threads=1", "--nocapture"])
        .env(ALONE, "yes")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Waits for ever, and says on standard error when each wait begins.
fn wait_for_ever(when: WhenStuck) -> ! {
    let runtime = Runtime::builder().when_stuck(when).build().unwrap();
    runtime.observe(|event| {
        if let Event::Reactor(reactor::Event::WaitStarted { timeout: None }) = event {
            eprintln!("it waits");
        }
    });
    runtime.block_on(async {
        let lost = spawn(pending::<()>());
        lost.await.unwrap();
        unreachable!("nobody wakes it");
    })
}

/// What the process says until it waits. It is ended then; were it not to wait, its end would be seen.
fn lines_until_it_waits(test: &str) -> Vec<String> {
    let mut child = start(test);
    let errors = child.stderr.take().unwrap();
    let (send, lines) = channel();
    let reader = thread::spawn(move || {
        for line in BufReader::new(errors).lines().map_while(Result::ok) {
            let _ = send.send(line);
        }
    });
    let mut heard = Vec::new();
    while heard.last().is_none_or(|line| line != "it waits") {
        heard.push(lines.recv_timeout(PATIENCE).expect("it says that it waits"));
    }
    heard.pop();
    assert!(
        child.try_wait().unwrap().is_none(),
        "it has ended: {heard:?}"
    );
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap();
    heard
}

#[test]
fn the_dump_is_printed_and_then_it_waits() {
    if env::var_os(ALONE).is_some() {
        wait_for_ever(WhenStuck::Report);
    }
    let lines = lines_until_it_waits("the_dump_is_printed_and_then_it_waits");
    assert!(
        lines[0].contains("`block_on` would wait for ever"),
        "{lines:?}"
    );
    assert!(lines[4].starts_with("1 task on "), "{lines:?}");
    assert!(
        lines[6].trim().starts_with("block_on  waiting"),
        "{lines:?}"
    );
    assert!(
        lines[7].ends_with("nobody: its waker was dropped"),
        "{lines:?}"
    );
    assert_eq!(lines.len(), 8, "{lines:?}");
}

#[test]
fn nothing_is_printed_and_it_waits() {
    if env::var_os(ALONE).is_some() {
        wait_for_ever(WhenStuck::Wait);
    }
    let lines = lines_until_it_waits("nothing_is_printed_and_it_waits");
    assert_eq!(lines, [""; 0]);
}

/// The process that panics ends by itself.
#[test]
fn what_is_not_said_is_a_panic() {
    if env::var_os(ALONE).is_some() {
        wait_for_ever(WhenStuck::default());
    }
    let mut child = start("what_is_not_said_is_a_panic");
    let mut errors = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut errors)
        .unwrap();
    assert!(!child.wait().unwrap().success());
    assert!(
        errors.contains("`block_on` would wait for ever"),
        "{errors}"
    );
    assert!(!errors.contains("it waits"), "{errors}");
}
