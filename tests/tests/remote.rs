//! Spawning from another thread: the recipe crosses, the value comes back, and nobody waits for an executor that is
//! gone.

use std::future::pending;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Barrier};
use std::thread;

use runtime::{Remote, RemoteHandle, Runtime};

fn is_send_and_sync<T: Send + Sync>() {}
fn is_send<T: Send>() {}

/// The inbox is looked at every 61 steps at least.
async fn enough_turns() {
    for _ in 0..100 {
        runtime::task::yield_now().await;
    }
}

#[test]
fn remote_crosses_threads_and_so_does_its_handle() {
    is_send_and_sync::<Remote>();
    is_send::<RemoteHandle<u32>>();
}

/// The loop sleeps when the recipes come: each has to wake it.
#[test]
fn eight_threads_spawn_while_the_loop_waits() {
    let runtime = Runtime::new().unwrap();
    let remote = runtime.remote();
    let home = thread::current().id();
    let threads: Vec<_> = (0..8)
        .map(|number: u64| {
            let remote = remote.clone();
            thread::spawn(move || {
                let handles: Vec<_> = (0..100)
                    .map(|n| {
                        remote.spawn(move || async move {
                            let local = Rc::new(n);
                            runtime::task::yield_now().await;
                            assert_eq!(thread::current().id(), home);
                            *local + number
                        })
                    })
                    .collect();
                futures_lite::future::block_on(async {
                    let mut sum = 0;
                    for handle in handles {
                        sum += handle.await.unwrap();
                    }
                    sum
                })
            })
        })
        .collect();
    let (done, all_done) = async_channel::bounded::<u64>(1);
    let joiner = thread::spawn(move || {
        let sums = threads.into_iter().map(|thread| thread.join().unwrap());
        done.send_blocking(sums.sum()).unwrap();
    });
    let sum = runtime.block_on(all_done.recv()).unwrap();
    joiner.join().unwrap();
    assert_eq!(sum, 8 * (99 * 100 / 2) + 100 * (7 * 8 / 2));
    assert_eq!(runtime.metrics().tasks, 0);
}

#[test]
fn a_panic_of_the_recipe_or_of_the_future_is_in_the_handle() {
    let runtime = Runtime::new().unwrap();
    let remote = runtime.remote();
    let recipe = remote.spawn(|| -> std::future::Ready<()> { panic!("in the recipe") });
    let future = remote.spawn(|| async { panic!("in the future") });
    let error = runtime.block_on(recipe).unwrap_err();
    assert_eq!(
        *error.into_panic().downcast::<&str>().unwrap(),
        "in the recipe"
    );
    let error = runtime.block_on(future).unwrap_err();
    assert_eq!(
        *error.into_panic().downcast::<&str>().unwrap(),
        "in the future"
    );
}

#[test]
fn a_handle_that_is_dropped_detaches() {
    let runtime = Runtime::new().unwrap();
    let ran = Arc::new(AtomicUsize::new(0));
    let count = ran.clone();
    drop(
        runtime
            .remote()
            .spawn(move || async move { count.fetch_add(1, SeqCst) }),
    );
    runtime.block_on(enough_turns());
    assert_eq!(ran.load(SeqCst), 1);
}

#[test]
fn whatever_has_not_ended_is_cancelled_with_the_runtime() {
    let runtime = Runtime::new().unwrap();
    let remote = runtime.remote();
    let running = remote.spawn(pending::<()>);
    runtime.block_on(enough_turns());
    assert_eq!(runtime.metrics().tasks, 1);
    let unread = remote.spawn(|| async {});
    assert!(!running.is_finished() && !unread.is_finished());
    drop(runtime);
    let late = remote.spawn(|| async {});
    for handle in [running, unread, late] {
        assert!(handle.is_finished());
        let error = futures_lite::future::block_on(handle).unwrap_err();
        assert!(error.is_cancelled());
    }
}

/// A task has no `Runtime` to ask, as under `#[runtime::main]` nobody has.
#[test]
fn a_task_gives_a_thread_the_way_back() {
    let home = thread::current().id();
    let (came, seen) = runtime::block_on(async {
        let remote = runtime::spawn(async { runtime::remote() }).await.unwrap();
        let thread = thread::spawn(move || {
            let recipe = || async { thread::current().id() };
            (remote.spawn(recipe).join().unwrap(), remote)
        });
        // The loop waits for that thread: it is not stuck while somebody may come.
        let joined = runtime::task::spawn_blocking(|| thread.join().unwrap());
        let (came, remote) = joined.await.unwrap();
        (came, remote.spawn(|| async {}).await)
    });
    assert_eq!(came, home);
    assert!(seen.is_ok());
}

/// The one whose context the thread is in, not another one that is there, too.
#[test]
fn remote_is_the_way_into_the_current_runtime() {
    let (runtime, other) = (Runtime::new().unwrap(), Runtime::new().unwrap());
    let remote = {
        let _guard = other.enter();
        runtime::remote()
    };
    let handle = remote.spawn(|| async {});
    runtime.block_on(enough_turns());
    assert!(!handle.is_finished());
    other.block_on(enough_turns());
    assert!(handle.is_finished());
}

/// A recipe that races with the end is either run or cancelled: its handle never waits for ever.
#[test]
fn no_handle_is_left_waiting_by_a_race_with_the_end() {
    for _ in 0..200 {
        let runtime = Runtime::new().unwrap();
        let remote = runtime.remote();
        let barrier = Arc::new(Barrier::new(2));
        let thread = thread::spawn({
            let barrier = barrier.clone();
            move || {
                barrier.wait();
                let handle = remote.spawn(|| async {});
                futures_lite::future::block_on(handle).is_ok()
            }
        });
        barrier.wait();
        drop(runtime);
        thread.join().unwrap();
    }
}
