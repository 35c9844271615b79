//! Tasks run in the order in which they became ready, and neither busy tasks nor other threads starve anybody.

mod drive;

use std::cell::{Cell, RefCell};
use std::fmt::Write;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;
use std::thread;

use drive::{Polled, executor, run};
use executor::{Event, Executor, Step, yield_now};

/// Writes down what the executor does, one line for each poll.
fn transcript(executor: &Executor) -> Rc<RefCell<String>> {
    let lines = Rc::new(RefCell::new(String::new()));
    let written = lines.clone();
    executor.observe(Rc::new(move |event| {
        let mut lines = written.borrow_mut();
        match event {
            Event::Spawned { task, .. } => writeln!(lines, "spawn {task}").unwrap(),
            Event::PollStarted { task } => write!(lines, "poll {task}: ").unwrap(),
            Event::PollEnded { outcome, .. } => writeln!(lines, "{outcome:?}").unwrap(),
            other => panic!("{other:?}"),
        }
    }));
    lines
}

#[test]
fn yield_now_lets_each_run_once() {
    let executor = executor();
    let lines = transcript(&executor);
    for _ in 0..3 {
        executor.spawn(async {
            yield_now().await;
            yield_now().await;
        });
    }
    run(&executor);
    let expected = "\
        spawn 1\nspawn 2\nspawn 3\n\
        poll 1: Pending\npoll 2: Pending\npoll 3: Pending\n\
        poll 1: Pending\npoll 2: Pending\npoll 3: Pending\n\
        poll 1: Ready\npoll 2: Ready\npoll 3: Ready\n";
    assert_eq!(*lines.borrow(), expected);
}

#[test]
fn wakes_are_served_in_their_order() {
    let executor = executor();
    let tasks: [Polled; 3] = Default::default();
    for task in &tasks {
        executor.spawn(task.keeping_waker());
    }
    run(&executor);
    let lines = transcript(&executor);
    let entered = executor.enter();
    for index in [2, 0, 1, 0, 2] {
        tasks[index].wake();
        executor.spawn(async {}).abort();
    }
    lines.borrow_mut().clear();
    while entered.step() != Step::Idle {}
    let polls: Vec<_> = lines.borrow().lines().map(str::to_owned).collect();
    assert_eq!(
        polls,
        [
            "poll 3: Pending",
            "poll 4: Cancelled",
            "poll 1: Pending",
            "poll 5: Cancelled",
            "poll 2: Pending",
            "poll 6: Cancelled",
            "poll 7: Cancelled",
            "poll 8: Cancelled",
        ]
    );
}

#[test]
fn outcomes_are_told() {
    let executor = executor();
    let lines = transcript(&executor);
    executor.spawn(async { panic!("told") });
    executor.spawn(async {}).abort();
    let outer = executor.spawn(async { executor::spawn(async {}).await });
    run(&executor);
    assert!(outer.is_finished());
    executor.spawn(std::future::pending::<()>());
    executor.shutdown();
    executor.spawn(async {});
    let expected = "\
        spawn 1\nspawn 2\nspawn 3\n\
        poll 1: Panicked\npoll 2: Cancelled\npoll 3: spawn 4\nPending\npoll 4: Ready\npoll 3: Ready\n\
        spawn 5\npoll 5: Cancelled\n\
        spawn 6\npoll 6: Cancelled\n";
    assert_eq!(*lines.borrow(), expected);
}

#[test]
fn a_spawn_is_told_with_its_line() {
    let executor = executor();
    let lines = Rc::new(Cell::new(0));
    let told = lines.clone();
    executor.observe(Rc::new(move |event| {
        if let Event::Spawned { location, .. } = event {
            assert_eq!(location.file(), file!());
            told.set(location.line());
        }
    }));
    executor.spawn(async {});
    assert_eq!(lines.get(), line!() - 1);
    let _context = executor.context();
    executor::spawn(async {});
    assert_eq!(lines.get(), line!() - 1);
}

#[test]
fn an_observer_that_panics_is_no_tasks_affair() {
    let executor = executor();
    let told = Rc::new(Cell::new(0));
    let count = told.clone();
    executor.observe(Rc::new(move |_| {
        count.set(count.get() + 1);
        panic!("in the observer");
    }));
    let handle = executor.spawn(yield_now());
    run(&executor);
    assert!(handle.is_finished());
    assert_eq!((told.get(), executor.metrics().tasks), (5, 0));
}

#[test]
fn the_inbox_is_looked_at_while_tasks_are_always_ready() {
    let executor = executor();
    let busy = executor.spawn(async {
        loop {
            yield_now().await;
        }
    });
    let remote = Polled::default();
    executor.spawn(remote.keeping_waker());
    let entered = executor.enter();
    for _ in 0..4 {
        assert_eq!(entered.step(), Step::Ran);
    }
    for round in 1..=20 {
        let waker = remote.take_waker();
        assert_eq!(remote.polls(), round);
        thread::spawn(move || waker.wake()).join().unwrap();
        let mut steps = 0;
        while remote.polls() == round {
            assert_eq!(entered.step(), Step::Ran);
            steps += 1;
            assert!(
                steps <= 61 + 2,
                "61 polls between two looks, then one task before it"
            );
        }
    }
    assert!(!busy.is_finished());
}

#[test]
fn the_root_has_its_turn() {
    let executor = executor();
    for _ in 0..3 {
        executor.spawn(async {
            loop {
                yield_now().await;
            }
        });
    }
    let entered = executor.enter();
    let root = entered.root();
    for _ in 0..5 {
        let steps: Vec<_> = (0..4).map(|_| entered.step()).collect();
        assert_eq!(steps, [Step::Ran, Step::Ran, Step::Ran, Step::Root]);
        root.waker().wake_by_ref();
        root.waker().wake_by_ref();
    }
    drop(root);
    for _ in 0..20 {
        assert_eq!(entered.step(), Step::Ran, "a root that is gone has no turn");
    }
}

#[test]
fn a_hundred_thousand_tasks() {
    const TASKS: usize = 100_000;
    let executor = executor();
    let sum = Rc::new(Cell::new(0));
    for round in 1..=2 {
        for number in 0..TASKS {
            let sum = sum.clone();
            executor.spawn(async move {
                yield_now().await;
                sum.set(sum.get() + number);
            });
        }
        assert_eq!(executor.metrics().tasks, TASKS);
        run(&executor);
        assert_eq!(sum.get(), round * (TASKS * (TASKS - 1) / 2));
        assert_eq!(executor.metrics().tasks, 0);
    }
    assert_eq!(executor.metrics().polls, 4 * TASKS as u64);
    for _ in 0..TASKS {
        executor.spawn(poll_fn(|_| Poll::<()>::Pending));
    }
    drop(executor);
}
