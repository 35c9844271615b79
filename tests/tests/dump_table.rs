//! A dump as text: a table that a person can read, the same for the same program.

mod stuck;

use std::cell::RefCell;
use std::future::pending;
use std::rc::Rc;

use runtime::task::{JoinSet, scope, spawn_blocking, yield_now};
use runtime::time::{Duration, sleep};
use runtime::{ManualDriver, Runtime, block_on, dump, spawn};
use stuck::Kept;

/// The text, with the places of this file as `here`, which are as wide as they are.
fn words(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        let parts = line
            .split_whitespace()
            .map(|part| match part.starts_with(file!()) {
                true => "here",
                false => part,
            });
        lines.push(parts.collect::<Vec<_>>().join(" "));
    }
    lines.join("\n")
}

#[test]
fn the_whole_table() {
    let world = ManualDriver::new();
    let runtime = Runtime::builder().manual(&world).build().unwrap();
    let kept = Rc::new(RefCell::new(Vec::new()));
    let text = runtime.block_on(async {
        let lost = spawn(pending::<()>());
        let sleeper = spawn(sleep(Duration::from_millis(1_500)));
        let same = kept.clone();
        spawn(async move {
            Kept {
                wakers: same,
                polls: 0,
            }
            .await;
        });
        spawn(async move {
            scope(async |s| {
                s.spawn(lost);
                let tired = s.spawn(sleep(Duration::from_micros(2_500)));
                tired.await.unwrap();
            })
            .await;
        });
        spawn(async move {
            let mut set = JoinSet::new();
            set.spawn(async move { sleeper.await.unwrap() });
            set.join_next().await;
        });
        yield_now().await;
        yield_now().await;
        spawn(async {});
        let remote = runtime.remote();
        let text = dump().to_string();
        drop(remote);
        text
    });
    let expected = "\
7 tasks on manual: 2 timers, no source, 1 remote
who state polls last wake spawned at waits for
block_on running 3 just now here
task 1 lost 1 - here nobody: its waker was dropped
task 2 waiting 1 - here a timer, in 1.5s
task 3 waiting 1 - here somebody who has its waker
task 4 waiting 2 1 poll ago here a scope of 2, child 1
child 0 waiting 1 - here task 1
child 1 waiting 1 - here a timer, in 2.5ms
task 5 waiting 1 - here a set of 1
task 6 waiting 1 - here task 2
task 7 new 0 - here";
    assert_eq!(words(&text), expected, "in\n{text}");
}

#[test]
fn the_columns_are_aligned_and_no_line_ends_with_a_blank() {
    let text = block_on(async {
        for _ in 0..12 {
            spawn(pending::<()>());
        }
        yield_now().await;
        dump().to_string()
    });
    let mut lines = text.lines();
    assert!(lines.next().unwrap().starts_with("12 tasks on "));
    let head = lines.next().unwrap();
    let column = |name: &str| head.find(name).unwrap();
    for line in lines.clone() {
        for name in ["who", "state", "last wake", "spawned at"] {
            let at = column(name);
            assert_eq!(&line[at - 1..at], " ", "{text}");
            assert_ne!(&line[at..=at], " ", "{text}");
        }
        let end = column("polls") + "polls".len();
        assert_ne!(
            &line[end - 1..end],
            " ",
            "numbers stand at the right: {text}"
        );
    }
    assert!(text.lines().all(|line| line.trim_end() == line), "{text}");
    assert_eq!(lines.count(), 13);
}

#[test]
fn jobs_are_counted() {
    let (hold, held) = std::sync::mpsc::channel::<()>();
    let text = block_on(async {
        let job = spawn_blocking(move || held.recv());
        let text = dump().to_string();
        drop(hold);
        job.await.unwrap().unwrap_err();
        text
    });
    assert!(text.starts_with("no task on "), "{text}");
    assert!(
        text.lines()
            .next()
            .unwrap()
            .ends_with(": no timer, no source, 1 blocking job"),
        "{text}"
    );
}

#[test]
fn a_dump_is_shown_for_programs_too() {
    let text = block_on(async { format!("{:?}", dump()) });
    assert!(
        text.starts_with("Dump { tasks: [TaskDump { who: BlockOn"),
        "{text}"
    );
}
