//! Threads with a runtime each are bound to the CPUs that the process may use, and what the system refuses is no harm.
#![cfg(target_os = "linux")]

mod refusing;

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::{io, thread};

use runtime::per_core;
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

use refusing::{EPERM, while_the_kernel_refuses};

/// Its number is the same on every architecture.
const CLONE3: i64 = 435;
const EAGAIN: u32 = 11;

/// The CPUs that the current thread may use.
fn usable() -> Vec<usize> {
    let set = sched_getaffinity(None).expect("it is asked for itself");
    (0..CpuSet::MAX_CPU)
        .filter(|cpu| set.is_set(*cpu))
        .collect()
}

/// Runs `test` on a thread that may use these alone; says so if the system refuses that.
fn with_cpus(cpus: &[usize], test: impl FnOnce() + Send) {
    let mut set = CpuSet::new();
    cpus.iter().for_each(|cpu| set.set(*cpu));
    thread::scope(|scope| {
        scope.spawn(|| match sched_setaffinity(None, &set) {
            Ok(()) => test(),
            Err(error) => println!("not tried: no thread can be bound here: {error}"),
        });
    });
}

#[test]
fn each_thread_is_bound_to_the_next_cpu_and_then_it_begins_anew() {
    let all = usable();
    let last = all[all.len().saturating_sub(2)..].to_vec(); // Not those that anybody would take first.
    with_cpus(&last, || {
        let bound = per_core(3, || async { usable() }).unwrap();
        let expected: Vec<_> = last.iter().cycle().take(3).map(|cpu| vec![*cpu]).collect();
        assert_eq!(bound, expected);
        assert_eq!(usable(), last, "the caller is where it was");
    });
}

#[test]
fn where_binding_is_refused_all_goes_on() {
    // Who is bound, and who asks where it may run.
    let (bind, ask) = match std::env::consts::ARCH {
        "x86_64" => (203, 204),
        "aarch64" => (122, 123),
        _ => return,
    };
    while_the_kernel_refuses(&[bind], EPERM, || {
        let all = usable();
        assert_eq!(
            per_core(2, || async { usable() }).unwrap(),
            [all.clone(), all]
        );
    });
    if std::env::var_os("RUNTIME_UNDER_ASAN").is_some() {
        return; // The sanitizer itself asks, for each thread.
    }
    while_the_kernel_refuses(&[bind, ask], EPERM, || {
        assert_eq!(per_core(2, || async { 42 }).unwrap(), [42, 42]);
    });
}

#[test]
fn a_thread_that_cannot_be_started_is_told_and_nothing_has_begun() {
    let begun = AtomicUsize::new(0);
    while_the_kernel_refuses(&[CLONE3], EAGAIN, || {
        if thread::Builder::new().spawn(|| {}).is_ok() {
            println!("not tried: threads are started by another system call here");
            return;
        }
        let error = per_core(2, || async { begun.fetch_add(1, SeqCst) }).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
    });
    assert_eq!(begun.load(SeqCst), 0);
}
