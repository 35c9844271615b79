//! Ending a task from another thread, and waiting for it there: it ends at home, and nobody waits for itself.

use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::sync::{Arc, Barrier};
use std::thread::{self, ThreadId};
use std::time::Duration;

use runtime::{RemoteHandle, Runtime};

/// Nothing waits so long in a test that passes.
const PATIENCE: Duration = Duration::from_secs(20);

/// Tells on which thread it is dropped.
struct TellsItsEnd(mpsc::Sender<ThreadId>);

impl Drop for TellsItsEnd {
    fn drop(&mut self) {
        self.0.send(thread::current().id()).unwrap();
    }
}

/// Runs the runtime until the other thread has ended, and gives what that gives.
fn run_beside<T: Send + 'static>(
    runtime: &Runtime,
    work: impl FnOnce() -> T + Send + 'static,
) -> T {
    let (done, result) = async_channel::bounded(1);
    let thread = thread::spawn(move || done.send_blocking(work()).unwrap());
    let waiting = runtime::time::timeout(PATIENCE, async { result.recv().await.unwrap() });
    let result = runtime.block_on(async { waiting.await.expect("the other thread hangs") });
    thread.join().unwrap();
    result
}

/// Turns it until nothing is ready.
fn settle(runtime: &Runtime) {
    while runtime.metrics().tasks == 0 || runtime.next_deadline().is_some() {
        runtime.turn(Some(Duration::ZERO)).unwrap();
    }
}

#[test]
fn a_task_that_is_aborted_from_another_thread_ends_at_home() {
    let runtime = Runtime::new().unwrap();
    let remote = runtime.remote();
    let (tells, told) = mpsc::channel();
    let error = run_beside(&runtime, move || {
        let (begins, begun) = mpsc::channel();
        let handle = remote.spawn(move || async move {
            let _tells = TellsItsEnd(tells);
            begins.send(()).unwrap();
            pending::<()>().await;
        });
        begun.recv_timeout(PATIENCE).unwrap();
        assert!(!handle.is_finished());
        handle.abort();
        handle.abort(); // Twice is once.
        handle.join().unwrap_err()
    });
    assert!(error.is_cancelled());
    assert_eq!(told.recv().unwrap(), thread::current().id());
    assert_eq!(runtime.metrics().tasks, 0);
}

#[test]
fn a_recipe_that_is_aborted_before_its_turn_makes_nothing_and_is_dropped_at_home() {
    let runtime = Runtime::new().unwrap();
    let remote = runtime.remote();
    let (tells, told) = mpsc::channel();
    let handle = thread::spawn(move || {
        let captured = TellsItsEnd(tells);
        let handle = remote.spawn(move || {
            let _captured = captured;
            assert!(thread::panicking(), "the recipe was carried out");
            pending::<()>()
        });
        handle.abort();
        handle
    });
    let handle = handle.join().unwrap();
    assert!(
        told.try_recv().is_err(),
        "it was dropped on the other thread"
    );
    let error = runtime.block_on(handle).unwrap_err();
    assert!(error.is_cancelled(), "{error}");
    assert_eq!(told.recv().unwrap(), thread::current().id());
}

/// The recall is in the task, whoever holds its handle.
#[test]
fn an_abort_holds_when_the_handle_is_dropped_behind_it() {
    let runtime = Runtime::new().unwrap();
    let before = runtime.remote().spawn(pending::<()>);
    before.abort();
    drop(before);
    runtime.turn(Some(Duration::ZERO)).unwrap();
    assert_eq!(runtime.metrics().tasks, 0);

    let begun = runtime.remote().spawn(pending::<()>);
    settle(&runtime);
    assert_eq!(runtime.metrics().tasks, 1);
    begun.abort();
    drop(begun);
    runtime.turn(Some(Duration::ZERO)).unwrap();
    assert_eq!(runtime.metrics().tasks, 0);
}

/// Nobody who is gone keeps a share of the task's waker.
#[test]
fn a_task_whose_handle_is_dropped_goes_on() {
    let runtime = Runtime::new().unwrap();
    let (sender, receiver) = async_channel::bounded::<u8>(1);
    let (tells, told) = mpsc::channel();
    let handle = runtime.remote().spawn(move || async move {
        tells.send(receiver.recv().await.unwrap()).unwrap();
    });
    settle(&runtime);
    drop(handle);
    sender.send_blocking(7).unwrap();
    runtime.turn(Some(Duration::ZERO)).unwrap();
    assert_eq!(told.try_recv(), Ok(7));
}

#[test]
fn an_abort_that_comes_too_late_changes_nothing() {
    let runtime = Runtime::new().unwrap();
    let handle = runtime.remote().spawn(|| async { 6 * 7 });
    runtime.turn(Some(Duration::ZERO)).unwrap();
    assert!(handle.is_finished());
    handle.abort();
    assert_eq!(handle.join().unwrap(), 42); // At home, too: there is nothing to wait for.

    let handle = runtime.remote().spawn(pending::<()>);
    drop(runtime);
    handle.abort();
    assert!(handle.join().unwrap_err().is_cancelled());
}

/// A destructor's panic is in the handle, as it is in that of a task at home.
#[test]
fn a_destructor_that_panics_when_the_task_is_aborted_is_in_the_handle() {
    struct Bad;
    impl Drop for Bad {
        fn drop(&mut self) {
            panic!("in the destructor");
        }
    }
    let runtime = Runtime::new().unwrap();
    let handle = runtime.remote().spawn(|| async {
        let _bad = Bad;
        pending::<()>().await;
    });
    settle(&runtime);
    handle.abort();
    let error = runtime.block_on(handle).unwrap_err();
    let words = error.into_panic().downcast::<&str>().unwrap();
    assert_eq!(*words, "in the destructor");
}

#[test]
fn join_gives_what_the_task_gives() {
    let runtime = Runtime::new().unwrap();
    let remote = runtime.remote();
    let (value, error) = run_beside(&runtime, move || {
        let slow = remote.spawn(|| async {
            runtime::time::sleep(Duration::from_millis(1)).await;
            42
        });
        let bad: RemoteHandle<()> = remote.spawn(|| async { panic!("oh no") });
        (slow.join().unwrap(), bad.join().unwrap_err())
    });
    assert_eq!(value, 42);
    assert!(error.is_panic());
}

#[test]
fn join_at_home_would_wait_for_itself() {
    let runtime = Runtime::new().unwrap();
    let handle = runtime.remote().spawn(|| async {});
    let refused = catch_unwind(AssertUnwindSafe(|| handle.join())).unwrap_err();
    let words = refused.downcast::<&str>().unwrap();
    assert!(words.contains("wait for itself"), "{words}");
    assert!(words.contains("Write `.await`"), "{words}");
}

/// A thread that waits is told when the runtime ends, whenever that is.
#[test]
fn join_ends_with_the_runtime() {
    for _ in 0..100 {
        let runtime = Runtime::new().unwrap();
        let handle = runtime.remote().spawn(pending::<()>);
        let barrier = Arc::new(Barrier::new(2));
        let thread = thread::spawn({
            let barrier = barrier.clone();
            move || {
                barrier.wait();
                handle.join().unwrap_err().is_cancelled()
            }
        });
        barrier.wait();
        runtime.turn(Some(Duration::ZERO)).unwrap();
        drop(runtime);
        assert!(thread.join().unwrap());
    }
}

/// Aborts race with first polls, wakes and ends; every handle gets an answer.
#[test]
fn aborts_that_race_with_the_loop_are_answered() {
    let runtime = Runtime::new().unwrap();
    let remote = runtime.remote();
    let answers = run_beside(&runtime, move || {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let remote = remote.clone();
                thread::spawn(move || {
                    let one = |waits: bool| {
                        let handle = remote.spawn(move || async move {
                            runtime::task::yield_now().await;
                            if waits {
                                pending::<()>().await;
                            }
                        });
                        handle.abort();
                        handle.join().is_ok()
                    };
                    let ended: Vec<bool> = (0..500).map(|n| one(n % 2 == 0)).collect();
                    ended.len()
                })
            })
            .collect();
        let counts = threads.into_iter().map(|thread| thread.join().unwrap());
        counts.sum::<usize>()
    });
    assert_eq!(answers, 2000);
    assert_eq!(runtime.metrics().tasks, 0);
}
