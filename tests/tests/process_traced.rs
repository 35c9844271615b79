//! A debugger that stands still is told of a child's end before its parent is: who waits waits on, and does not spin.
#![cfg(target_os = "linux")]

mod children;

use std::io::{BufRead, BufReader, Write};
use std::process::{Command as StdCommand, Stdio as StdStdio};

use runtime::future::poll_once;
use runtime::process::{Command, Stdio};
use runtime::time::{Duration, sleep, timeout};
use runtime::{DriverKind, Runtime};

/// PTRACE_SEIZE of x86-64, and no look at the process until a line comes.
const TRACER: &str = r#"
    $| = 1;
    if (syscall(101, 0x4206, int($ARGV[0]), 0, 0) == -1) { print "refused\n"; exit }
    print "traced\n";
    <STDIN>;
"#;

#[test]
fn the_parent_waits_until_the_debugger_lets_go() {
    if cfg!(not(target_arch = "x86_64")) {
        return;
    }
    for kind in [DriverKind::Auto, DriverKind::Polling] {
        for told_before in [false, true] {
            let runtime = Runtime::builder().driver(kind).build().unwrap();
            runtime.block_on(ends_under_a_debugger(&runtime, told_before));
        }
    }
}

/// The descriptor tells of the end before somebody waits, or while he does.
async fn ends_under_a_debugger(runtime: &Runtime, told_before: bool) {
    let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
    let (mut stdin, pid) = (child.stdin.take(), child.id().unwrap());
    let mut tracer = StdCommand::new("perl");
    tracer.args(["-e", TRACER, &pid.to_string()]);
    let tracer = tracer
        .stdin(StdStdio::piped())
        .stdout(StdStdio::piped())
        .spawn();
    let Ok(mut tracer) = tracer else {
        return eprintln!("skipped: there is no perl");
    };
    let mut line = String::new();
    let mut said = BufReader::new(tracer.stdout.take().unwrap());
    said.read_line(&mut line).unwrap();
    if line != "traced\n" {
        let _ = tracer.wait();
        return eprintln!("skipped: the system lets no process trace another");
    }
    assert!(poll_once(child.wait()).await.is_none());
    if told_before {
        drop(stdin.take());
        children::ended(pid).await;
    }
    let waiting = runtime::spawn(async move { child.wait().await });
    runtime::task::yield_now().await;
    drop(stdin);
    children::ended(pid).await;
    // It is a zombie that is not ours yet.
    let before = runtime.metrics().waits;
    sleep(Duration::from_millis(50)).await;
    assert!(!waiting.is_finished());
    let waits = runtime.metrics().waits - before;
    assert!(waits < 20, "it spins: {waits} waits");
    tracer.stdin.take().unwrap().write_all(b"\n").unwrap();
    assert!(tracer.wait().unwrap().success());
    let status = timeout(Duration::from_secs(20), waiting).await;
    assert!(status.expect("it hangs").unwrap().unwrap().success());
}
