//! Child processes on Windows, where threads of the pool read and write the pipes and a thread waits for the end.
#![cfg(windows)]

mod each_driver;

use std::io;

use each_driver::on_each_driver;
use runtime::Runtime;
use runtime::future::poll_once;
use runtime::io::{AsyncReadExt, AsyncWriteExt};
use runtime::process::{Child, Command, Stdio};
use runtime::time::{Duration, timeout};

fn cmd(line: &str) -> Command {
    let mut command = Command::new("cmd");
    command.args(["/D", "/V:ON", "/C"]).raw_arg(line);
    command
}

/// It gives back the line that it reads.
const ECHO: &str = "set /p word=&echo !word!";

/// It runs until it is killed, or its input ends.
fn waiting() -> io::Result<Child> {
    let mut wait = cmd("set /p word=");
    let wait = wait.stdin(Stdio::piped()).stdout(Stdio::null());
    wait.spawn()
}

#[test]
fn a_status_is_what_the_child_says() {
    on_each_driver(async || {
        for _ in 0..2 {
            let mut child = cmd("exit 3").spawn()?;
            assert!(child.id().is_some());
            assert_eq!(child.wait().await?.code(), Some(3));
            assert_eq!(child.wait().await?.code(), Some(3));
            assert_eq!(child.id(), None);
            child.start_kill()?;
        }
        Ok(())
    });
}

#[test]
fn output_is_read() {
    on_each_driver(async || {
        let output = cmd("echo out& echo err>&2& exit 3").output().await?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        assert_eq!(
            (text(&output.stdout), text(&output.stderr)),
            ("out".into(), "err".into())
        );
        assert_eq!(output.status.code(), Some(3));
        Ok(())
    });
}

#[test]
fn a_wait_that_is_given_up_can_be_begun_again() {
    on_each_driver(async || {
        let mut child = waiting()?;
        let stdin = child.stdin.take();
        for _ in 0..3 {
            assert!(poll_once(child.wait()).await.is_none());
            assert!(child.try_wait()?.is_none());
        }
        child.start_kill()?;
        child.kill().await?;
        assert!(!child.wait().await?.success());
        drop(stdin);
        Ok(())
    });
}

#[test]
fn what_is_written_comes_back() {
    on_each_driver(async || {
        let mut echo = cmd(ECHO);
        let mut child = echo.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        // It waits for what is not there yet, and gives up.
        assert!(poll_once(stdout.read(&mut [0; 16])).await.is_none());
        stdin.write_all(b"hello\r\n").await?;
        stdin.flush().await?;
        stdin.close().await?;
        let mut words = String::new();
        stdout.read_to_string(&mut words).await?;
        assert_eq!(words.trim(), "hello");
        assert!(child.wait().await?.success());
        Ok(())
    });
}

#[test]
fn one_childs_output_is_anothers_input() {
    on_each_driver(async || {
        let mut first = cmd("echo hello").stdout(Stdio::piped()).spawn()?;
        let listed: Stdio = first.stdout.take().unwrap().try_into()?;
        // All that comes: `set` would take what one read brings.
        let output = cmd("more").stdin(listed).output().await?;
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "hello");
        assert!(first.wait().await?.success());
        Ok(())
    });
}

#[test]
fn a_program_that_does_not_exist_is_named() {
    on_each_driver(async || {
        let error = Command::new("no-such-program").spawn().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        assert!(
            error.to_string().starts_with("starting no-such-program: "),
            "{error}"
        );
        Ok(())
    });
}

#[test]
fn killed_on_drop() {
    on_each_driver(async || {
        let mut wait = cmd("set /p word=");
        let wait = wait.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = wait.kill_on_drop(true).spawn()?;
        let (stdin, mut stdout) = (child.stdin.take(), child.stdout.take().unwrap());
        drop(child);
        // It ends with the child.
        stdout.read_to_end(&mut Vec::new()).await?;
        drop(stdin);
        Ok(())
    });
}

/// The thread that waits wakes whoever waits, wherever.
#[test]
fn a_wait_goes_on_in_another_runtime() {
    let (first, second) = (Runtime::new().unwrap(), Runtime::new().unwrap());
    let mut child = first.block_on(async { waiting() }).unwrap();
    let stdin = child.stdin.take();
    assert!(first.block_on(poll_once(child.wait())).is_none());
    drop(first);
    drop(stdin);
    let status = second.block_on(timeout(Duration::from_secs(20), child.wait()));
    status.expect("it hangs").unwrap();
}
