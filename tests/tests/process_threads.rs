//! Where the system tells by a descriptor that a child has ended, no thread is started; elsewhere one for each wait.
#![cfg(target_os = "linux")]

mod alone;
mod children;
mod each_driver;
mod refusing;

use children::{sh, threads, until};
use each_driver::on_each_driver;
use refusing::{ENOSYS, EPERM, PIDFD_OPEN, PIDFD_SEND_SIGNAL, while_the_kernel_refuses};
use runtime::future::poll_once;
use runtime::process::{Command, Stdio};

#[test]
fn a_child_costs_no_thread() {
    if !alone::is_alone() {
        let mut child = alone::start("a_child_costs_no_thread", "true");
        assert!(child.wait().unwrap().success());
        return;
    }
    let before = threads();
    on_each_driver(async || {
        let mut cat = Command::new("cat");
        let mut child = cat.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let stdin = child.stdin.take();
        assert!(poll_once(child.wait()).await.is_none());
        let output = sh("echo out; echo err >&2; exec kill -9 $$")
            .output()
            .await?;
        assert!(!output.stdout.is_empty() && !output.stderr.is_empty());
        assert_eq!(threads(), before);
        drop(stdin);
        assert!(child.wait().await?.success());
        assert_eq!(threads(), before);
        Ok(())
    });
}

#[test]
fn where_the_system_has_no_descriptors_for_processes_a_thread_waits() {
    let name = "where_the_system_has_no_descriptors_for_processes_a_thread_waits";
    if !alone::is_alone() {
        let mut child = alone::start(name, "true");
        assert!(child.wait().unwrap().success());
        return;
    }
    // And the one on which the kernel refuses.
    let before = threads() + 1;
    for errno in [ENOSYS, EPERM] {
        while_the_kernel_refuses(&[PIDFD_OPEN], errno, || {
            on_each_driver(async || {
                until("the threads end", || threads() == before).await;
                let mut child = Command::new("cat").stdin(Stdio::piped()).spawn()?;
                assert_eq!(threads(), before, "none before somebody waits");
                let stdin = child.stdin.take();
                // Given up and begun again: it is the same thread.
                for _ in 0..3 {
                    assert!(poll_once(child.wait()).await.is_none());
                    assert_eq!(threads(), before + 1);
                }
                assert!(child.try_wait()?.is_none());
                drop(stdin);
                assert!(child.wait().await?.success());
                until("the thread ends", || threads() == before).await;

                let mut killed = Command::new("sleep").arg("60").spawn()?;
                assert!(poll_once(killed.wait()).await.is_none());
                killed.kill().await?;
                killed.kill().await?;
                assert_eq!(sh("exit 3").output().await?.status.code(), Some(3));
                // One that is seen to have ended by looking, while the thread waits for it.
                let mut looked_at = Command::new("cat").stdin(Stdio::piped()).spawn()?;
                let stdin = looked_at.stdin.take();
                assert!(poll_once(looked_at.wait()).await.is_none());
                drop(stdin);
                let ended = || looked_at.try_wait().expect("it is ours").is_some();
                until("the child ends", ended).await;
                until("the threads end", || threads() == before).await;
                Ok(())
            });
        });
    }
}

/// A sandbox that knows the one call and not the other.
#[test]
fn where_the_descriptor_takes_no_signal_the_number_does() {
    for errno in [ENOSYS, EPERM] {
        while_the_kernel_refuses(&[PIDFD_SEND_SIGNAL], errno, || {
            on_each_driver(async || {
                let mut child = Command::new("sleep").arg("60").spawn()?;
                child.kill().await?;
                child.kill().await?;
                let ended = sh("exit 3").spawn()?;
                let pid = ended.id().unwrap();
                children::ended(pid).await;
                let mut ended = ended;
                ended.start_kill()?;
                assert_eq!(ended.wait().await?.code(), Some(3));
                Ok(())
            });
        });
    }
}

/// The wait is refused, too: it says so, each time, and does not go round in a circle.
#[test]
fn where_nothing_can_be_waited_for_it_is_an_error() {
    const WAITID: i64 = 247; // Of x86-64.
    if cfg!(not(target_arch = "x86_64")) {
        return;
    }
    while_the_kernel_refuses(&[PIDFD_OPEN, WAITID], EPERM, || {
        on_each_driver(async || {
            let mut child = Command::new("cat").stdin(Stdio::piped()).spawn()?;
            let (stdin, pid) = (child.stdin.take(), child.id().unwrap());
            for _ in 0..3 {
                let error = child.wait().await.unwrap_err();
                assert_eq!(error.kind(), std::io::ErrorKind::PermissionDenied);
            }
            drop((child, stdin));
            children::reaped(pid).await;
            Ok(())
        });
    });
}

/// The number might be another process's by now. The descriptor is the child's.
#[test]
fn a_child_is_killed_by_its_descriptor() {
    const KILL: i64 = 62; // Of x86-64.
    if cfg!(not(target_arch = "x86_64")) {
        return;
    }
    while_the_kernel_refuses(&[KILL], EPERM, || {
        on_each_driver(async || {
            let mut child = Command::new("sleep").arg("60").spawn()?;
            child.kill().await?;
            assert!(!child.wait().await?.success());
            Ok(())
        });
    });
}
