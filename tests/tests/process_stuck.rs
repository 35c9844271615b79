//! Whoever waits for a child waits for something, whatever tells of its end: `block_on` does not say that it is stuck.
#![cfg(target_os = "linux")]

mod refusing;
mod stuck;

use std::future::pending;
use std::io;

use refusing::{ENOSYS, PIDFD_OPEN, while_the_kernel_refuses};
use runtime::future::poll_once;
use runtime::io::AsyncReadExt;
use runtime::process::{Child, Command, Stdio};
use runtime::task::{JoinSet, scope};
use runtime::{DriverKind, Runtime, spawn};
use stuck::{dump_of_stuck, waits_of, when_it_waits};

/// A child that ends when its input does.
fn cat() -> io::Result<Child> {
    let mut cat = Command::new("cat");
    cat.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()
}

/// On each driver, where a descriptor tells of a child's end, and where a thread does.
fn on_each_way(test: impl Fn(Runtime) + Sync) {
    let on_each_driver = || {
        for kind in [DriverKind::Auto, DriverKind::Polling] {
            test(Runtime::builder().driver(kind).build().unwrap());
        }
    };
    on_each_driver();
    while_the_kernel_refuses(&[PIDFD_OPEN], ENOSYS, on_each_driver);
}

/// The child ends after the loop has looked and begun to wait.
fn is_never_stuck(wait: impl AsyncFn(Child) -> io::Result<()> + Sync) {
    on_each_way(|runtime| {
        let waits = waits_of(&runtime);
        let waited = runtime.block_on(async {
            let mut child = cat()?;
            let stdin = child.stdin.take().expect("it was piped").into_owned_fd()?;
            let thread = when_it_waits(waits, move || drop(stdin));
            wait(child).await?;
            thread.join().unwrap();
            io::Result::Ok(())
        });
        waited.unwrap();
    });
}

#[test]
fn while_the_future_of_block_on_waits() {
    is_never_stuck(async |mut child| {
        assert!(child.wait().await?.success());
        Ok(())
    });
}

#[test]
fn while_a_task_waits() {
    is_never_stuck(async |mut child| {
        let status = spawn(async move { child.wait().await });
        assert!(status.await??.success());
        Ok(())
    });
    is_never_stuck(async |child| {
        let mut set = JoinSet::new();
        set.spawn(child.wait_with_output());
        let output = set.join_next().await.expect("there is one");
        assert!(output??.status.success());
        Ok(())
    });
}

#[test]
fn while_a_child_of_a_scope_waits() {
    is_never_stuck(async |mut child| {
        let status = scope(async |s| s.spawn(async { child.wait().await }).await).await;
        assert!(status??.success());
        Ok(())
    });
}

#[test]
fn while_somebody_reads_what_it_writes() {
    is_never_stuck(async |mut child| {
        let mut stdout = child.stdout.take().expect("it was piped");
        assert_eq!(stdout.read(&mut [0]).await?, 0);
        assert!(child.wait().await?.success());
        Ok(())
    });
}

/// No reactor watches it any more.
#[test]
fn while_it_has_outlived_its_runtime() {
    on_each_way(|first| {
        let mut child = first.block_on(async { cat() }).unwrap();
        let stdin = child.stdin.take().expect("it was piped");
        let stdin = stdin.into_owned_fd().unwrap();
        drop(first);
        let (second, waits) = stuck::runtime();
        let thread = when_it_waits(waits, move || drop(stdin));
        assert!(second.block_on(child.wait()).unwrap().success());
        thread.join().unwrap();
    });
}

/// A child that runs is nothing to wait for if nobody does. Whoever has given up has left nothing behind.
#[test]
fn when_nobody_waits_for_the_child_it_is_said() {
    on_each_way(|runtime| {
        let dump = dump_of_stuck(|| {
            runtime.block_on(async {
                let mut child = cat().unwrap();
                let _stdin = child.stdin.take();
                assert!(poll_once(child.wait()).await.is_none());
                pending::<()>().await;
            })
        });
        assert!(dump.contains("nobody: its waker was dropped"), "{dump}");
    });
}
