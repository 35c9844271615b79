//! How a child ends, and that whoever waits hears of it: once, twice, late, again, and many at once.
#![cfg(unix)]

mod children;
mod each_driver;

use std::os::unix::process::ExitStatusExt;

use children::sh;
use each_driver::on_each_driver;
use runtime::future::poll_once;
use runtime::process::{Command, Stdio};
use runtime::task::JoinSet;

#[test]
fn a_status_is_what_the_child_says() {
    on_each_driver(async || {
        assert!(Command::new("true").status().await?.success());
        assert_eq!(sh("exit 3").status().await?.code(), Some(3));
        let killed = sh("kill -TERM $$").status().await?;
        assert_eq!((killed.code(), killed.signal()), (None, Some(15)));
        Ok(())
    });
}

#[test]
fn waiting_twice_gives_the_same() {
    on_each_driver(async || {
        let mut child = sh("exit 3").spawn()?;
        assert!(child.id().is_some());
        for _ in 0..3 {
            assert_eq!(child.wait().await?.code(), Some(3));
            assert_eq!(child.try_wait()?.and_then(|status| status.code()), Some(3));
            assert_eq!(child.id(), None, "the number may be another one's");
        }
        Ok(())
    });
}

#[test]
fn looking_does_not_wait() {
    on_each_driver(async || {
        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn()?;
        for _ in 0..3 {
            assert!(child.try_wait()?.is_none());
        }
        assert!(child.stdin.is_some(), "looking leaves the pipe alone");
        drop(child.stdin.take());
        let seen = || child.try_wait().expect("it is ours").is_some();
        children::until("the child ends", seen).await;
        assert!(child.wait().await?.success());
        Ok(())
    });
}

/// Else the two would wait for each other.
#[test]
fn waiting_closes_the_input_first() {
    on_each_driver(async || {
        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn()?;
        assert!(child.wait().await?.success());
        assert!(child.stdin.is_none());
        Ok(())
    });
}

#[test]
fn a_wait_that_is_given_up_can_be_begun_again() {
    on_each_driver(async || {
        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn()?;
        let stdin = child.stdin.take();
        for _ in 0..5 {
            // Before its first poll, and while it waits.
            drop(child.wait());
            assert!(poll_once(child.wait()).await.is_none());
            runtime::task::yield_now().await;
        }
        drop(stdin);
        assert!(child.wait().await?.success());
        Ok(())
    });
}

#[test]
fn killing_twice_and_after_the_end_is_no_error() {
    on_each_driver(async || {
        let mut child = Command::new("sleep").arg("60").spawn()?;
        child.start_kill()?;
        child.start_kill()?;
        child.kill().await?;
        assert_eq!(child.wait().await?.signal(), Some(9));
        child.start_kill()?;
        child.kill().await?;

        // It has ended, and nobody has waited for it.
        let mut ended = sh("exit 3").stdout(Stdio::piped()).spawn()?;
        let mut stdout = ended.stdout.take().expect("it was piped");
        runtime::io::AsyncReadExt::read_to_end(&mut stdout, &mut Vec::new()).await?;
        ended.kill().await?;
        let status = ended.wait().await?;
        assert!(status.code() == Some(3) || status.signal() == Some(9));
        Ok(())
    });
}

#[test]
fn each_hears_of_its_own_child() {
    on_each_driver(async || {
        let mut first = Command::new("cat").stdin(Stdio::piped()).spawn()?;
        let mut second = sh("read word; exit 5").stdin(Stdio::piped()).spawn()?;
        let (held, other) = (first.stdin.take(), second.stdin.take());
        let late = runtime::spawn(async move { first.wait().await });
        let soon = runtime::spawn(async move { second.wait().await });
        drop(other);
        assert_eq!(soon.await??.code(), Some(5));
        assert!(!late.is_finished(), "the other one runs");
        drop(held);
        assert!(late.await??.success());
        Ok(())
    });
}

#[test]
fn many_children_at_once() {
    on_each_driver(async || {
        let mut set = JoinSet::new();
        for number in 0..200 {
            set.spawn(async move {
                let script = format!("echo {number}; exit {}", number % 7);
                (number, sh(&script).output().await)
            });
        }
        let mut count = 0;
        while let Some(joined) = set.join_next().await {
            let (number, output) = joined?;
            let output = output?;
            assert_eq!(output.stdout, format!("{number}\n").as_bytes());
            assert_eq!(output.status.code(), Some(number % 7));
            count += 1;
        }
        assert_eq!(count, 200);
        Ok(())
    });
}

/// Dropped at its first poll, its second one, and so on: the child is always there to be waited for.
#[test]
fn a_wait_dropped_anywhere_loses_nothing() {
    on_each_driver(async || {
        for polls in 0..4 {
            let mut child = sh("exit 3").spawn()?;
            {
                let mut waiting = Box::pin(child.wait());
                for _ in 0..polls {
                    if poll_once(&mut waiting).await.is_some() {
                        break;
                    }
                    // So that a later poll finds more.
                    runtime::time::sleep(std::time::Duration::from_millis(1)).await;
                }
            }
            assert_eq!(child.wait().await?.code(), Some(3));
        }
        Ok(())
    });
}

/// A loop over a child that has ended gives way.
#[test]
fn waiting_counts_against_the_budget() {
    on_each_driver(async || {
        let mut child = Command::new("true").spawn()?;
        child.wait().await?;
        let other = runtime::spawn(async {});
        let mut rounds = 0;
        while !other.is_finished() {
            child.wait().await?;
            rounds += 1;
            assert!(rounds < 1_000, "it starves the others");
        }
        Ok(())
    });
}
