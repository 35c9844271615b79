//! A child whose handle is dropped is reaped when it ends, whoever is left to do so; and killed, if that was said.
#![cfg(target_os = "linux")]

mod alone;
mod children;
mod each_driver;
mod refusing;

use children::{reaped, sh, state, threads, until};
use each_driver::on_each_driver;
use refusing::{ENOSYS, PIDFD_OPEN, while_the_kernel_refuses};
use runtime::Runtime;
use runtime::future::poll_once;
use runtime::process::{Child, Command, Stdio};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// A child that runs until its input, which it gives away, is dropped.
fn running() -> (Child, runtime::process::ChildStdin, u32) {
    let mut cat = Command::new("cat");
    let mut child = cat.stdin(Stdio::piped()).spawn().expect("it starts");
    let (stdin, pid) = (child.stdin.take(), child.id());
    (
        child,
        stdin.expect("it was piped"),
        pid.expect("it was not waited for"),
    )
}

fn asleep() -> (Child, u32) {
    let child = Command::new("sleep").arg("60").kill_on_drop(true).spawn();
    let child = child.expect("it starts");
    let pid = child.id().expect("it was not waited for");
    (child, pid)
}

#[test]
fn a_child_that_runs_goes_on_and_is_reaped_when_it_ends() {
    on_each_driver(async || {
        for waits in [false, true] {
            let (mut child, stdin, pid) = running();
            if waits {
                assert!(poll_once(child.wait()).await.is_none());
            }
            drop(child);
            assert!(state(pid).is_some_and(|letter| letter != 'Z'), "it goes on");
            drop(stdin);
            reaped(pid).await;
        }
        Ok(())
    });
}

#[test]
fn a_child_that_has_ended_is_reaped_at_once() {
    on_each_driver(async || {
        let child = Command::new("true").spawn()?;
        let pid = child.id().unwrap();
        children::ended(pid).await;
        drop(child);
        assert_eq!(state(pid), None);
        Ok(())
    });
}

#[test]
fn killed_on_drop() {
    on_each_driver(async || {
        for waits in [false, true] {
            let (mut child, pid) = asleep();
            if waits {
                assert!(poll_once(child.wait()).await.is_none());
            }
            drop(child);
            reaped(pid).await;
        }
        Ok(())
    });
}

/// What is dropped is the future, and the child with it.
#[test]
fn a_future_that_is_dropped_kills_its_child() {
    on_each_driver(async || {
        let mut command = sh("echo $$ >&2; exec sleep 60");
        let mut child = command.stderr(Stdio::piped()).kill_on_drop(true).spawn()?;
        let pid = child.id().unwrap();
        child.stdin.take();
        let mut ending = Box::pin(child.wait_with_output());
        assert!(poll_once(&mut ending).await.is_none());
        assert!(state(pid).is_some());
        drop(ending);
        reaped(pid).await;
        Ok(())
    });
}

#[test]
fn without_a_runtime() {
    let runtime = Runtime::new().unwrap();
    let (child, stdin, pid) = runtime.block_on(async { running() });
    let (killed, killed_pid) = runtime.block_on(async { asleep() });
    drop(runtime);
    drop(child);
    drop(killed);
    assert!(state(pid).is_some_and(|letter| letter != 'Z'), "it goes on");
    drop(stdin);
    runtime::block_on(async {
        reaped(pid).await;
        reaped(killed_pid).await;
    });
}

/// They are in tasks that wait for them, and are cancelled.
#[test]
fn with_a_runtime_that_ends() {
    let runtime = Runtime::new().unwrap();
    let pids: Vec<u32> = runtime.block_on(async {
        let mut pids = Vec::new();
        for _ in 0..20 {
            let (mut child, pid) = asleep();
            pids.push(pid);
            drop(runtime::spawn(async move { child.wait().await }));
        }
        runtime::task::yield_now().await;
        pids
    });
    drop(runtime);
    runtime::block_on(async {
        for pid in pids {
            reaped(pid).await;
        }
    });
}

/// A thread waits for them already, and takes them over.
#[test]
fn without_descriptors_for_processes() {
    while_the_kernel_refuses(&[PIDFD_OPEN], ENOSYS, || {
        on_each_driver(async || {
            for waits in [false, true] {
                let (mut child, stdin, pid) = running();
                let (mut killed, killed_pid) = asleep();
                if waits {
                    assert!(poll_once(child.wait()).await.is_none());
                    assert!(poll_once(killed.wait()).await.is_none());
                }
                drop((child, killed));
                assert!(state(pid).is_some_and(|letter| letter != 'Z'), "it goes on");
                drop(stdin);
                reaped(pid).await;
                reaped(killed_pid).await;
            }
            Ok(())
        });
    });
}

/// Lets the process have so much memory, and no thread's stack fits into what is left.
fn limit_memory(bytes: Option<u64>) {
    let maximum = getrlimit(Resource::As).maximum;
    let current = bytes.or(maximum);
    setrlimit(Resource::As, Rlimit { current, maximum }).expect("it may be lowered and raised");
}

/// Each in a process of its own: the memory of a thread that has ended serves the next one.
#[test]
fn without_a_thread_the_next_start_reaps() {
    without_a_thread("without_a_thread_the_next_start_reaps", async |ended| {
        let started = Command::new("true").spawn().unwrap();
        vec![ended, started]
    });
}

#[test]
fn without_a_thread_the_next_drop_reaps() {
    without_a_thread("without_a_thread_the_next_drop_reaps", async |ended| {
        drop(ended);
        vec![]
    });
}

#[test]
fn without_a_thread_the_next_end_reaps() {
    without_a_thread("without_a_thread_the_next_end_reaps", async |mut ended| {
        assert!(ended.wait().await.unwrap().success());
        vec![ended]
    });
}

/// The next use is given a child that has ended, and gives those that are to be dropped later.
fn without_a_thread(test: &str, next_use: impl AsyncFnOnce(Child) -> Vec<Child>) {
    if std::env::var_os("RUNTIME_UNDER_ASAN").is_some() {
        eprintln!("skipped: AddressSanitizer needs memory of its own");
        return;
    }
    if !alone::is_alone() {
        let mut child = alone::start(test, "true");
        assert!(child.wait().unwrap().success());
        return;
    }
    runtime::block_on(async {
        let (other, other_stdin, other_pid) = running();
        drop(other_stdin);
        children::ended(other_pid).await;
        // One that ends before the next use, and one that ends after it.
        let (early, early_stdin, early_pid) = running();
        let (late, late_stdin, late_pid) = running();
        let before = threads();
        limit_memory(Some(1));
        drop((early, late));
        limit_memory(None);
        assert_eq!(threads(), before, "no thread could be started");
        drop(early_stdin);
        children::ended(early_pid).await;
        let later = next_use(other).await;
        assert_eq!(state(early_pid), None);
        assert_eq!(threads(), before + 1, "the other one has its thread now");
        drop(late_stdin);
        reaped(late_pid).await;
        until("the thread ends", || threads() == before).await;
        for mut child in later {
            assert!(child.wait().await.unwrap().success());
        }
    });
}
