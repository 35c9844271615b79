//! Somebody else takes the status of our children away: waiting says so when the child ends, and hits nobody else.
#![cfg(target_os = "linux")]

mod alone;
mod children;
mod each_driver;
mod refusing;

use std::io;

use children::{sh, state};
use each_driver::on_each_driver;
use refusing::{ENOSYS, PIDFD_OPEN, while_the_kernel_refuses};
use runtime::future::poll_once;
use runtime::process::{Command, Stdio};
use rustix::process::{Pid, WaitOptions, waitpid};

fn assert_lost<T: std::fmt::Debug>(result: io::Result<T>) {
    let words = result.unwrap_err().to_string();
    assert!(words.contains("its status is lost"), "{words}");
    assert!(words.contains("SIGCHLD"), "{words}");
}

async fn children_whose_status_is_lost() -> io::Result<()> {
    // It ends while somebody waits, and before.
    let mut child = Command::new("cat").stdin(Stdio::piped()).spawn()?;
    let (stdin, pid) = (child.stdin.take(), child.id());
    assert!(poll_once(child.wait()).await.is_none());
    drop(stdin);
    assert_lost(child.wait().await);
    assert_lost(child.wait().await);
    assert_lost(child.try_wait());
    assert!(pid.is_some() && child.id().is_none());
    child.start_kill()?;

    let mut early = Command::new("true").spawn()?;
    children::reaped(early.id().unwrap()).await;
    early.start_kill()?;
    assert_lost(early.wait().await);
    drop(early);

    assert_lost(sh("exit 3").output().await);
    assert_lost(sh("exit 3").status().await);

    let mut killed = Command::new("sleep").arg("60").spawn()?;
    killed.start_kill()?;
    assert_lost(killed.wait().await);

    let dropped = Command::new("sleep").arg("60").kill_on_drop(true).spawn()?;
    let pid = dropped.id().unwrap();
    drop(dropped);
    children::reaped(pid).await;
    Ok(())
}

#[test]
fn in_a_process_that_ignores_the_signal() {
    if !alone::is_alone() {
        let ignoring = r#"exec env --ignore-signal=CHLD "$0" "$@""#;
        let mut child = alone::start("in_a_process_that_ignores_the_signal", ignoring);
        assert!(child.wait().unwrap().success());
        return;
    }
    // That the signal is ignored is seen by what becomes of a child.
    let mut child = std::process::Command::new("true").spawn().unwrap();
    runtime::block_on(children::reaped(child.id()));
    assert!(child.wait().is_err());

    on_each_driver(children_whose_status_is_lost);
    while_the_kernel_refuses(&[PIDFD_OPEN], ENOSYS, || {
        on_each_driver(children_whose_status_is_lost);
    });
}

/// By number, because a wait for any child would take those of other tests.
#[test]
fn by_a_wait_of_somebody_else() {
    on_each_driver(async || {
        for waits in [false, true] {
            let mut child = Command::new("cat").stdin(Stdio::piped()).spawn()?;
            let (stdin, number) = (child.stdin.take(), child.id().unwrap());
            if waits {
                assert!(poll_once(child.wait()).await.is_none());
            }
            drop(stdin);
            let pid = Pid::from_raw(number as i32);
            waitpid(pid, WaitOptions::empty())?;
            assert_eq!(state(number), None);
            child.start_kill()?;
            assert_lost(child.wait().await);
        }
        Ok(())
    });
}
