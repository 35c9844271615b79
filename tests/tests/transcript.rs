//! `Runtime::observe`: the whole transcript of a small scene, line by line.

use std::cell::RefCell;
use std::net::UdpSocket;
use std::rc::Rc;

use runtime::io::Async;
use runtime::task::yield_now;
use runtime::time::{Duration, Instant, sleep, timeout};
use runtime::{Event, ManualDriver, Runtime, spawn};

/// An event in words; times in milliseconds.
fn words(event: Event) -> String {
    use executor::Event as Task;
    use reactor::Event as World;
    let at = |time: Instant| (time - Instant::ORIGIN).as_millis();
    match event {
        Event::Executor(Task::Spawned { task, location }) => {
            assert_eq!(location.file(), file!());
            format!("task {task} spawned")
        }
        Event::Executor(Task::PollStarted { task }) => format!("task {task} polled"),
        Event::Executor(Task::PollEnded { task, outcome }) => format!("task {task} {outcome:?}"),
        Event::Executor(Task::Lost { task }) => format!("task {task} lost"),
        Event::Reactor(World::WaitStarted { timeout: None }) => "waits".into(),
        Event::Reactor(World::WaitStarted {
            timeout: Some(timeout),
        }) => format!("waits for {}", timeout.as_millis()),
        Event::Reactor(World::WaitEnded) => "wakes up".into(),
        Event::Reactor(World::TimerSet { deadline }) => format!("timer {} set", at(deadline)),
        Event::Reactor(World::TimerFired { deadline }) => format!("timer {} fired", at(deadline)),
        Event::Reactor(World::SourceAdded { source }) => format!("source {source} added"),
        Event::Reactor(World::SourceReady { source, readiness }) => {
            format!("source {source} ready {readiness:?}")
        }
        Event::Reactor(World::SourceRemoved { source }) => format!("source {source} removed"),
        other => format!("{other:?}"),
    }
}

/// Runs a scene in a manual world, with its transcript.
fn transcript(scene: impl AsyncFnOnce(&ManualDriver)) -> String {
    let world = ManualDriver::new();
    let runtime = Runtime::builder().manual(&world).build().unwrap();
    let lines = Rc::new(RefCell::new(Vec::new()));
    let notes = lines.clone();
    runtime.observe(move |event| notes.borrow_mut().push(words(event)));
    runtime.block_on(scene(&world));
    lines.borrow_mut().push("the end of `block_on`".into());
    drop(runtime);
    lines.take().join("\n")
}

fn millis(count: u64) -> Duration {
    Duration::from_millis(count)
}

#[test]
fn two_tasks_and_their_timers() {
    let lines = transcript(async |_| {
        let quick = spawn(async { sleep(millis(10)).await });
        let slow = spawn(async { sleep(millis(30)).await });
        quick.await.unwrap();
        slow.await.unwrap();
    });
    let expected = "\
task 1 spawned
task 2 spawned
task 1 polled
timer 10 set
task 1 Pending
task 2 polled
timer 30 set
task 2 Pending
waits for 10
wakes up
timer 10 fired
task 1 polled
task 1 Ready
waits for 20
wakes up
timer 30 fired
task 2 polled
task 2 Ready
the end of `block_on`";
    assert_eq!(lines, expected);
}

#[test]
fn a_source_that_becomes_ready_before_its_limit() {
    let lines = transcript(async |world| {
        world.report_after(millis(5), 0, reactor::Readiness::READ);
        let reader = spawn(async {
            let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
            let socket = Async::new(socket).unwrap();
            timeout(millis(20), socket.readable())
                .await
                .unwrap()
                .unwrap();
        });
        reader.await.unwrap();
    });
    let expected = "\
task 1 spawned
task 1 polled
source 0 added
timer 20 set
task 1 Pending
waits for 20
wakes up
source 0 ready {\"read\"}
task 1 polled
source 0 removed
task 1 Ready
the end of `block_on`";
    assert_eq!(lines, expected);
}

#[test]
fn a_panic_an_abort_and_what_is_left_at_the_end() {
    let lines = transcript(async |_| {
        spawn(async { panic!("a panic") });
        let aborted = spawn(std::future::pending::<()>());
        drop(spawn(std::future::pending::<()>()));
        yield_now().await;
        aborted.abort();
        aborted.await.unwrap_err();
    });
    let expected = "\
task 1 spawned
task 2 spawned
task 3 spawned
task 1 polled
task 1 Panicked
task 2 polled
task 2 Pending
task 2 lost
task 3 polled
task 3 Pending
task 3 lost
task 2 polled
task 2 Cancelled
the end of `block_on`
task 3 polled
task 3 Cancelled";
    assert_eq!(lines, expected);
}
