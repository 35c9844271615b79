//! A child and the end of its runtime: the pipes say what is wrong, and the child can be waited for in the next one.
#![cfg(unix)]

mod children;
mod each_driver;

use std::io;
use std::pin::Pin;

use reactor::DriverKind;
use runtime::Runtime;
use runtime::future::poll_once;
use runtime::io::{AsyncReadExt, AsyncWriteExt};
use runtime::process::{Child, Command, Stdio};
use runtime::time::{Duration, timeout};

const PATIENCE: Duration = Duration::from_secs(20);

fn cat() -> io::Result<Child> {
    let mut cat = Command::new("cat");
    cat.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()
}

fn runtimes() -> impl Iterator<Item = (Runtime, Runtime)> {
    [DriverKind::Auto, DriverKind::Polling]
        .into_iter()
        .map(|kind| {
            let runtime = || Runtime::builder().driver(kind).build().unwrap();
            (runtime(), runtime())
        })
}

/// It was in the middle of it.
#[test]
fn a_wait_goes_on_elsewhere() {
    for (first, second) in runtimes() {
        let mut child = first.block_on(async { cat() }).unwrap();
        let stdin = child.stdin.take();
        let mut waiting: Pin<Box<dyn Future<Output = _>>> =
            Box::pin(async move { child.wait().await });
        assert!(first.block_on(poll_once(&mut waiting)).is_none());
        // A task of the other one has to hear of it.
        let waiting = second.spawn(waiting);
        second.block_on(runtime::task::yield_now());
        drop(first);
        second.block_on(runtime::task::yield_now());
        assert!(!waiting.is_finished());
        drop(stdin);
        let status = second.block_on(timeout(PATIENCE, waiting));
        assert!(status.expect("it hangs").unwrap().unwrap().success());
    }
}

#[test]
fn a_child_that_has_ended_meanwhile_is_waited_for() {
    for (first, second) in runtimes() {
        let mut child = first.block_on(async { cat() }).unwrap();
        drop(first);
        let status = second.block_on(timeout(PATIENCE, child.wait()));
        assert!(status.expect("it hangs").unwrap().success());
        assert!(second.block_on(child.wait()).unwrap().success());
    }
}

#[test]
fn pipes_say_that_their_runtime_is_gone() {
    for (first, second) in runtimes() {
        for was_used in [false, true] {
            let runtime = Runtime::new().unwrap();
            let mut child = runtime.block_on(async { cat() }).unwrap();
            let (mut stdin, mut stdout) =
                (child.stdin.take().unwrap(), child.stdout.take().unwrap());
            if was_used {
                runtime.block_on(async {
                    assert!(poll_once(stdout.read(&mut [0; 16])).await.is_none());
                });
            }
            drop(runtime);
            second.block_on(async {
                let error = timeout(PATIENCE, stdout.read(&mut [0; 16])).await;
                let words = error.expect("it hangs").unwrap_err().to_string();
                assert!(words.contains("the runtime"), "{words}");
                if !was_used {
                    let error = stdin.write_all(&[0; 1 << 20]).await.unwrap_err();
                    assert!(error.to_string().contains("the runtime"), "{error}");
                }
                // What is left of them can be handed on.
                drop(Stdio::try_from(stdin).unwrap());
                let mut next = Command::new("cat");
                let next = next.stdin(Stdio::try_from(stdout).unwrap()).output();
                let output = timeout(PATIENCE, next).await.expect("it hangs").unwrap();
                assert!(output.status.success());
                assert!(child.wait().await.unwrap().success());
            });
        }
        drop(first);
    }
}
