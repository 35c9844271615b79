//! A dump says of each task what it is doing, how often it was polled, what woke it, and what it waits for.

mod stuck;

use std::cell::RefCell;
use std::future::pending;
use std::rc::Rc;
use std::thread;

use runtime::dump::{Dump, Reason, TaskState, Who};
use runtime::net::{TcpListener, TcpStream, UdpSocket};
use runtime::task::{Id, JoinHandle, JoinSet, yield_now};
use runtime::time::{Duration, sleep};
use runtime::{DriverKind, ManualDriver, Runtime, block_on, dump, spawn};
use stuck::Kept;

#[track_caller]
fn state(dump: &Dump, id: Id) -> TaskState {
    dump.task(id).expect("the task is in the dump").state()
}

#[track_caller]
fn reasons(id: Id) -> Vec<Reason> {
    let dump = dump();
    dump.task(id)
        .expect("the task is in the dump")
        .waits_for()
        .to_vec()
}

/// Lets all others go on until they wait.
async fn settle() {
    for _ in 0..8 {
        yield_now().await;
    }
}

#[test]
fn a_new_task_a_ready_one_and_those_that_wait() {
    let runtime = Runtime::new().unwrap();
    let new = runtime.spawn(async {});
    assert_eq!(state(&runtime.dump(), new.id()), TaskState::New);
    runtime.block_on(async {
        let lost = spawn(pending::<()>());
        let wakers = Rc::new(RefCell::new(Vec::new()));
        let kept = spawn(Kept {
            wakers: wakers.clone(),
            polls: 0,
        });
        settle().await;
        assert!(dump().task(new.id()).is_none(), "it has ended");
        let states = || {
            let dump = dump();
            (state(&dump, lost.id()), state(&dump, kept.id()))
        };
        assert_eq!(states(), (TaskState::Lost, TaskState::Waiting));
        let waker = wakers.borrow_mut().pop().unwrap();
        waker.wake_by_ref();
        assert_eq!(states(), (TaskState::Lost, TaskState::Ready));
        lost.abort();
        assert_eq!(states(), (TaskState::Ready, TaskState::Ready));
        settle().await;
        assert!(dump().task(lost.id()).is_none());
        let new = spawn(async {});
        assert_eq!(state(&dump(), new.id()), TaskState::New);
        assert_eq!(state(&runtime.dump(), new.id()), TaskState::New);
        kept.await.unwrap();
        new.await.unwrap();
    });
    assert!(runtime.dump().tasks().is_empty(), "{}", runtime.dump());
}

#[test]
fn the_one_that_is_running_sees_itself_also_in_its_first_poll() {
    block_on(async {
        let task = spawn(async {
            let mut states = Vec::new();
            for _ in 0..3 {
                let dump = dump();
                let running: Vec<_> = (dump.tasks().iter())
                    .filter(|task| task.state() == TaskState::Running)
                    .map(|task| (task.who(), task.polls()))
                    .collect();
                states.push(running);
                yield_now().await;
            }
            states
        });
        let id = task.id();
        let expected: Vec<_> = (1..=3).map(|polls| vec![(Who::Task(id), polls)]).collect();
        assert_eq!(task.await.unwrap(), expected);
        let dump = dump();
        assert_eq!(dump.tasks().len(), 1);
        let root = &dump.tasks()[0];
        assert_eq!(
            (root.who(), root.state()),
            (Who::BlockOn, TaskState::Running)
        );
        assert_eq!((root.polls(), root.waits_for()), (2, &[][..]));
    });
}

#[test]
fn the_place_is_the_callers() {
    let runtime = Runtime::new().unwrap();
    let handle = runtime.spawn(pending::<()>());
    let line = line!() - 1;
    let dump = runtime.dump();
    let place = dump.task(handle.id()).unwrap().spawned_at().unwrap();
    assert_eq!((place.file(), place.line()), (file!(), line));
    runtime.block_on(async {
        let dump = runtime::dump();
        assert_eq!(dump.tasks()[0].spawned_at().unwrap().line(), line + 5);
    });
}

#[test]
fn the_last_wake_came_from_here_or_from_elsewhere_so_many_polls_ago() {
    block_on(async {
        let wakers = Rc::new(RefCell::new(Vec::new()));
        let kept = wakers.clone();
        let task = spawn(async move {
            for _ in 0..2 {
                Kept {
                    wakers: kept.clone(),
                    polls: 0,
                }
                .await;
            }
            pending::<()>().await;
        });
        let wake = || {
            let dump = dump();
            let wake = dump.task(task.id()).unwrap().last_wake()?;
            Some((wake.polls_ago, wake.from_away))
        };
        settle().await;
        assert_eq!(wake(), None, "its first turn came by itself");
        let waker = wakers.borrow_mut().pop().unwrap();
        thread::spawn(move || waker.wake()).join().unwrap();
        while wakers.borrow().is_empty() {
            spawn(async {}).await.unwrap(); // The inbox is looked at every so many steps.
        }
        assert!(matches!(wake(), Some((_, true))), "{:?}", wake());
        wakers.borrow_mut().pop().unwrap().wake();
        settle().await;
        assert_eq!(
            wake(),
            Some((0, false)),
            "polls of this future do not count"
        );
        spawn(async {}).await.unwrap();
        spawn(yield_now()).await.unwrap();
        assert_eq!(wake(), Some((3, false)));
    });
}

#[test]
fn timers_and_handles() {
    let world = ManualDriver::new();
    let runtime = Runtime::builder().manual(&world).build().unwrap();
    runtime.block_on(async {
        let sleeper = spawn(sleep(Duration::from_secs(90)));
        let id = sleeper.id();
        let joiner = spawn(sleeper);
        settle().await;
        let left = Duration::from_secs(90);
        assert_eq!(reasons(id), [Reason::Timer { left }]);
        assert_eq!(reasons(joiner.id()), [Reason::Task(id)]);
        world.advance(Duration::from_secs(60));
        let left = Duration::from_secs(30);
        assert_eq!(reasons(id), [Reason::Timer { left }]);
        world.advance(Duration::from_secs(60));
        let left = Duration::ZERO;
        assert_eq!(
            reasons(id),
            [Reason::Timer { left }],
            "nobody has looked yet"
        );
    });
}

#[test]
fn sources_in_both_directions_and_operations_on_each_driver() {
    for kind in [DriverKind::Auto, DriverKind::Polling] {
        let runtime = Runtime::builder().driver(kind).build().unwrap();
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let stream = TcpStream::connect(address).await.unwrap();
            let (far, _) = listener.accept().await.unwrap();
            let accepts = spawn(async move { drop(listener.accept().await) });
            let stream = Rc::new(stream);
            let reader = stream.clone();
            let reads = spawn(async move { drop(reader.read_owned(vec![0; 8]).await) });
            let writes = spawn(async move {
                while stream.try_write(&[0; 65536]).is_ok() {}
                drop(stream.writable().await);
            });
            let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
            let hears = spawn(async move { drop(socket.recv(&mut [0; 8]).await) });
            settle().await;
            let kind_of = |handle: &JoinHandle<()>| match reasons(handle.id())[..] {
                [Reason::Source { kind, to_write, .. }] => (kind, to_write),
                [Reason::Operation] => ("operation", false),
                ref other => panic!("{other:?}"),
            };
            assert_eq!(kind_of(&accepts), ("listener", false));
            assert!([("TCP stream", false), ("operation", false)].contains(&kind_of(&reads)));
            assert_eq!(kind_of(&writes), ("TCP stream", true));
            assert_eq!(kind_of(&hears), ("datagram socket", false));
            drop(far);
        });
    }
}

#[test]
fn several_reasons_and_somebody_unknown() {
    block_on(async {
        let wakers = Rc::new(RefCell::new(Vec::new()));
        let same = wakers.clone();
        let task = spawn(async move {
            let lost = spawn(pending::<()>());
            let one = Kept {
                wakers: same.clone(),
                polls: 0,
            };
            let other = Kept {
                wakers: same,
                polls: 0,
            };
            drop(runtime::future::join!(lost, one, other));
        });
        settle().await;
        let [Reason::Task(_), Reason::Somebody { shares: 2 }] = reasons(task.id())[..] else {
            panic!("{}", dump());
        };
        wakers.borrow_mut().pop();
        let [Reason::Task(_), Reason::Somebody { shares: 1 }] = reasons(task.id())[..] else {
            panic!("{}", dump());
        };
    });
}

#[test]
fn a_set_says_how_many_it_has() {
    block_on(async {
        let task = spawn(async {
            let mut set = JoinSet::new();
            set.spawn(pending::<()>());
            set.spawn(async {});
            set.spawn(pending());
            while set.join_next().await.is_some() {}
        });
        settle().await;
        assert_eq!(reasons(task.id()), [Reason::Set { tasks: 2 }]);
    });
}

#[test]
fn another_thread_asks_for_one() {
    let runtime = Runtime::new().unwrap();
    let remote = runtime.remote();
    let thread = thread::spawn(move || remote.spawn(|| async { dump() }));
    let dump = runtime.block_on(async {
        let handle = spawn(async {}); // It ends before the recipe comes, or after it.
        let dump = thread.join().unwrap().await.unwrap();
        handle.await.unwrap();
        dump
    });
    let dump = thread::spawn(move || dump.to_string()).join().unwrap();
    assert!(dump.contains("running"), "{dump}");
}

#[test]
fn what_was_dumped_may_be_looked_at_from_a_task_that_ends_everything() {
    struct Last(Rc<RefCell<Option<Dump>>>);
    impl Drop for Last {
        fn drop(&mut self) {
            self.0.replace(Some(dump()));
        }
    }
    let seen = Rc::new(RefCell::new(None));
    let runtime = Runtime::new().unwrap();
    let last = Last(seen.clone());
    runtime.spawn(async move {
        let _last = last;
        pending::<()>().await
    });
    runtime.block_on(yield_now());
    drop(runtime);
    assert!(seen.borrow().is_some());
}

#[test]
fn outside_of_a_runtime_it_says_so_at_the_callers_line() {
    let (words, file, line) = stuck::panic_of(dump);
    assert!(
        words.contains("`dump` was called outside of a runtime"),
        "{words}"
    );
    assert!(file.ends_with("function.rs") || (file.as_str(), line) == (file!(), line!() - 2));
}
