//! A runtime for each of several threads: results in order, threads bound to CPUs, and what goes wrong.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Barrier, Mutex};
use std::thread;

use runtime::time::{Duration, sleep};
use runtime::{Runtime, per_core};

/// The number of the thread, which is in its name.
fn number() -> usize {
    let thread = thread::current();
    let name = thread.name().expect("it has one");
    name.trim_start_matches("runtime-").parse().unwrap()
}

fn words(refused: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(refused)).unwrap_err();
    match payload.downcast::<String>() {
        Ok(words) => *words,
        Err(payload) => (*payload.downcast::<&str>().unwrap()).into(),
    }
}

/// The later ones end first.
#[test]
fn the_results_come_in_the_order_of_the_threads() {
    const THREADS: usize = 4;
    let ended = Mutex::new(Vec::new());
    let results = per_core(THREADS, || async {
        let number = number();
        while ended.lock().unwrap().len() < THREADS - 1 - number {
            sleep(Duration::from_micros(100)).await;
        }
        ended.lock().unwrap().push(number);
        number * 10
    });
    assert_eq!(*ended.lock().unwrap(), [3, 2, 1, 0]);
    assert_eq!(results.unwrap(), [0, 10, 20, 30]);
}

/// Each waits for the others, so all of them run, and each has tasks that are not `Send`.
#[test]
fn they_run_at_the_same_time_each_with_a_runtime_of_its_own() {
    let meeting = Barrier::new(3);
    let ids = per_core(3, || async {
        meeting.wait();
        let here = Rc::new(Cell::new(0));
        let shared = here.clone();
        runtime::spawn(async move { shared.set(7) }).await.unwrap();
        assert_eq!(here.get(), 7);
        thread::current().id()
    });
    let mut ids: Vec<_> = ids.unwrap().iter().map(|id| format!("{id:?}")).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

/// Also before the first `.await`, where it makes the future.
#[test]
fn the_function_itself_is_called_inside_of_the_runtime() {
    let results = per_core(2, || runtime::spawn(async { 42 }));
    let results: Vec<_> = results.unwrap().into_iter().map(Result::unwrap).collect();
    assert_eq!(results, [42, 42]);
}

#[test]
fn a_panic_is_passed_on_when_all_have_ended() {
    let ended = AtomicUsize::new(0);
    let passed_on = words(|| {
        let _ = per_core(3, || async {
            match number() {
                0 => {
                    while ended.load(SeqCst) == 0 {
                        sleep(Duration::from_micros(100)).await;
                    }
                    ended.fetch_add(1, SeqCst);
                }
                1 => panic!("in the first one that panics"),
                _ => {
                    ended.fetch_add(1, SeqCst);
                    panic!("in another one")
                }
            }
        });
    });
    assert_eq!(passed_on, "in the first one that panics");
    assert_eq!(ended.load(SeqCst), 2);
}

#[test]
fn no_threads_at_all_are_refused() {
    let words = words(|| drop(per_core(0, || async {})));
    assert!(
        words.contains("for 0 threads: ask for 1 at least"),
        "{words}"
    );
}

/// It would stop the loop. A guard is no loop, and a thread for blocking work is elsewhere.
#[test]
fn inside_of_a_runtime_it_is_refused() {
    let runtime = Runtime::new().unwrap();
    let words = runtime.block_on(async { words(|| drop(per_core(1, || async {}))) });
    assert!(words.contains("inside of a runtime"), "{words}");

    let _guard = runtime.enter();
    assert_eq!(per_core(1, || async { 1 }).unwrap(), [1]);
    let elsewhere = runtime::task::spawn_blocking(|| per_core(2, || async { 1 }).unwrap());
    assert_eq!(runtime.block_on(elsewhere).unwrap(), [1, 1]);
}
