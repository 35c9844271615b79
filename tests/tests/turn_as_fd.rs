//! The descriptor by which another loop watches a runtime: readable when there is something to do, and only then.
#![cfg(unix)]

mod host;

use std::future::Future;
use std::io::{Read, Write};
use std::os::fd::{AsFd, AsRawFd};
use std::rc::Rc;
use std::task::{Context, Waker};
use std::thread;

use host::{NOW, PATIENCE, asks, connection, drive, is_readable, on_each_queue, settle};
use runtime::net::{TcpListener, TcpStream};
use runtime::sync::oneshot;
use runtime::task::{JoinHandle, yield_now};
use runtime::time::{Duration, Instant, sleep};
use runtime::{DriverKind, ManualDriver, Runtime, spawn};

/// A task that waits for what the sender sends.
fn listening(runtime: &Runtime) -> (async_channel::Sender<u8>, JoinHandle<u8>) {
    let (sender, receiver) = async_channel::unbounded();
    let handle = runtime.spawn(async move { receiver.recv().await.unwrap() });
    settle(runtime);
    (sender, handle)
}

#[test]
fn it_is_readable_when_a_task_is_spawned_or_woken_and_not_after_the_turn() {
    on_each_queue(|runtime| {
        assert!(!asks(runtime), "nothing has happened");
        let handle = runtime.spawn(async {});
        assert!(asks(runtime), "a task was spawned");
        settle(runtime);
        assert!(handle.is_finished());

        let (sender, receiver) = oneshot::channel::<u8>();
        let handle = runtime.spawn(receiver);
        settle(runtime);
        assert!(!asks(runtime));
        sender.send(7).unwrap();
        assert!(asks(runtime), "the host has woken it");
        settle(runtime);
        assert!(handle.is_finished());
        assert!(!asks(runtime));
    });
}

#[test]
fn it_is_readable_when_another_thread_wakes_or_spawns() {
    on_each_queue(|runtime| {
        for _ in 0..3 {
            let (sender, handle) = listening(runtime);
            let thread = thread::spawn(move || sender.send_blocking(7).unwrap());
            assert!(is_readable(runtime.as_fd().unwrap(), PATIENCE));
            thread.join().unwrap();
            settle(runtime);
            assert!(handle.is_finished());

            let remote = runtime.remote();
            let thread = thread::spawn(move || remote.spawn(|| async { 7 }));
            let handle = thread.join().unwrap();
            assert!(asks(runtime));
            settle(runtime);
            assert!(handle.is_finished());
            handle.abort();
            assert!(!asks(runtime), "it has ended: nobody is to be woken");
        }
    });
}

#[test]
fn it_is_readable_when_the_world_has_something() {
    on_each_queue(|runtime| {
        let (ours, mut theirs) = connection(runtime);
        let ours = Rc::new(ours);
        for word in [b"one", b"two"] {
            let reader = ours.clone();
            let reading = runtime.spawn(async move { reader.read_owned(vec![0; 16]).await });
            settle(runtime);
            assert!(!reading.is_finished());
            theirs.write_all(word).unwrap();
            assert!(is_readable(runtime.as_fd().unwrap(), PATIENCE));
            drive(runtime, || reading.is_finished());
            let (count, buffer) = runtime.block_on(reading).unwrap();
            assert_eq!(&buffer[..count.unwrap()], word);
            settle(runtime);
        }
    });
}

/// Descriptors are watched by level and by edge, and both kinds of reading go through one host loop with timers.
#[test]
fn a_whole_program_runs_in_the_loop_of_a_host() {
    on_each_queue(|runtime| {
        let handle = runtime.spawn(async {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            let address = listener.local_addr()?;
            drop(spawn(async move {
                loop {
                    let (stream, _) = listener.accept().await?;
                    drop(spawn(async move {
                        loop {
                            let (count, buffer) = stream.read_owned(vec![0; 16]).await;
                            let sent = buffer[..count?].to_vec();
                            sleep(Duration::from_micros(100)).await;
                            stream.write_all_owned(sent).await.0?;
                        }
                        #[allow(unreachable_code, reason = "it says what the errors are")]
                        std::io::Result::Ok(())
                    }));
                }
                #[allow(unreachable_code, reason = "it says what the errors are")]
                std::io::Result::Ok(())
            }));
            let mut clients = runtime::task::JoinSet::new();
            for number in 0..10_u8 {
                drop(clients.spawn(async move {
                    let stream = TcpStream::connect(address).await?;
                    for _ in 0..10 {
                        stream.write_all_owned(vec![number; 5]).await.0?;
                        let (read, buffer) = stream.read_exact_owned(vec![0; 5]).await;
                        read?;
                        assert_eq!(buffer, [number; 5]);
                    }
                    std::io::Result::Ok(())
                }));
            }
            while let Some(ended) = clients.join_next().await {
                ended??;
            }
            std::io::Result::Ok(())
        });
        drive(runtime, || handle.is_finished());
        runtime.block_on(handle).unwrap().unwrap();
    });
}

#[test]
fn it_stays_readable_while_tasks_are_left_ready() {
    on_each_queue(|runtime| {
        let handle = runtime.spawn(async {
            loop {
                yield_now().await;
            }
        });
        for _ in 0..5 {
            assert!(asks(runtime));
            runtime.turn(NOW).unwrap();
        }
        handle.abort();
        settle(runtime);
    });
}

#[test]
fn it_is_right_behind_a_block_on() {
    on_each_queue(|runtime| {
        let (sender, handle) = listening(runtime);
        runtime.block_on(async { drop(spawn(async {})) });
        assert!(asks(runtime), "the task was left ready");
        settle(runtime);
        runtime.block_on(async { sleep(Duration::from_millis(1)).await });
        sender.send_blocking(7).unwrap();
        assert!(asks(runtime), "the wake came behind it");
        settle(runtime);
        assert!(handle.is_finished());
    });
}

#[test]
fn it_may_be_asked_for_in_a_task_and_with_tasks_waiting() {
    for kind in [DriverKind::Auto, DriverKind::Polling] {
        let runtime = Rc::new(Runtime::builder().driver(kind).build().unwrap());
        drop(runtime.spawn(async {}));
        let Ok(fd) = runtime.as_fd() else {
            continue; // Told elsewhere.
        };
        assert!(is_readable(fd, Duration::ZERO), "the task was there before");

        let runtime = Rc::new(Runtime::builder().driver(kind).build().unwrap());
        let within = runtime.clone();
        let number = runtime.block_on(async move { within.as_fd().unwrap().as_raw_fd() });
        assert_eq!(runtime.as_fd().unwrap().as_raw_fd(), number);
        assert!(!asks(&runtime));
        let handle = runtime.spawn(async {});
        assert!(asks(&runtime));
        settle(&runtime);
        assert!(handle.is_finished());
    }
}

/// The descriptor that was shown is the queue of the sources that come later.
#[test]
fn it_settles_the_driver() {
    on_each_queue(|runtime| {
        let driver = runtime.driver_name();
        let number = runtime.as_fd().unwrap().as_raw_fd();
        let _connection = connection(runtime);
        assert_eq!(runtime.driver_name(), driver);
        assert_eq!(runtime.as_fd().unwrap().as_raw_fd(), number);
    });
}

#[test]
fn a_world_by_hand_has_none() {
    let world = ManualDriver::new();
    let runtime = Runtime::builder().manual(&world).build().unwrap();
    let error = runtime.as_fd().unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::Unsupported);
    // What it refused left nothing behind.
    let handle = runtime.spawn(async { sleep(Duration::from_secs(1)).await });
    while !handle.is_finished() {
        runtime.turn(None).unwrap();
    }
    assert_eq!(world.now(), Instant::ORIGIN + Duration::from_secs(1));
}

/// What the host does with a socket between two turns reaches the system, though nothing wakes a task.
#[test]
fn a_socket_that_is_dropped_between_turns_is_closed() {
    on_each_queue(|runtime| {
        let (ours, mut theirs) = connection(runtime);
        // Under way on io_uring: its end has to be asked for. No task knows of it, nor is one woken.
        let mut reading = Box::pin(ours.read_owned(vec![0; 16]));
        let mut cx = Context::from_waker(Waker::noop());
        assert!(reading.as_mut().poll(&mut cx).is_pending());
        settle(runtime);
        drop(reading);
        drop(ours);
        let end = std::time::Instant::now() + PATIENCE;
        theirs.set_nonblocking(true).unwrap();
        while !matches!(theirs.read(&mut [0; 16]), Ok(0)) {
            assert!(std::time::Instant::now() < end, "the peer waits for ever");
            if is_readable(runtime.as_fd().unwrap(), Duration::from_millis(1)) {
                runtime.turn(NOW).unwrap();
            }
        }
    });
}

/// On io_uring an operation that the host begins has to be handed over, for which the runtime asks.
#[test]
fn what_the_host_begins_between_turns_reaches_the_system() {
    on_each_queue(|runtime| {
        let (ours, mut theirs) = connection(runtime);
        settle(runtime);
        let mut writing = Box::pin(ours.write_all_owned(b"hello".to_vec()));
        let mut cx = Context::from_waker(Waker::noop());
        let written = writing.as_mut().poll(&mut cx).is_ready();
        if !written {
            assert!(asks(runtime), "it was not handed over");
            assert!(runtime.next_deadline().is_some());
            settle(runtime);
        }
        let mut word = [0; 5];
        theirs.read_exact(&mut word).unwrap();
        assert_eq!(&word, b"hello");
        assert!(written || writing.as_mut().poll(&mut cx).is_ready());
    });
}

/// A duplicate outlives the runtime: what it says means nothing, but asking it ends.
#[test]
fn a_duplicate_may_outlive_the_runtime() {
    for kind in [DriverKind::Auto, DriverKind::Polling] {
        let runtime = Runtime::builder().driver(kind).build().unwrap();
        let Ok(fd) = runtime.as_fd() else {
            continue; // Told elsewhere.
        };
        let duplicate = fd.try_clone_to_owned().unwrap();
        let (sender, _handle) = listening(&runtime);
        drop(runtime);
        is_readable(duplicate.as_fd(), Duration::from_millis(1));
        let _ = sender.send_blocking(7); // A late wake.
        is_readable(duplicate.as_fd(), Duration::from_millis(1));
    }
}

/// A host that waits in a turn does so though it could watch.
#[test]
fn a_watched_runtime_waits_in_a_turn_as_ever() {
    on_each_queue(|runtime| {
        settle(runtime);
        let waits = runtime.metrics().waits;
        runtime.turn(Some(Duration::from_millis(1))).unwrap();
        assert_eq!(runtime.metrics().waits, waits + 1);
        assert!(!asks(runtime));
    });
}

/// A wake that comes while somebody turns the loop rings for nobody; if it is not heard before the loop rests, it does.
#[test]
fn a_wake_that_came_in_the_turn_is_told_at_its_end() {
    on_each_queue(|_| {
        let reactor = reactor::Reactor::new(DriverKind::Auto).unwrap();
        let Ok(queue) = reactor.queue() else {
            return; // On a machine whose best driver has none.
        };
        reactor.rest(false);
        assert!(!is_readable(queue, Duration::ZERO));
        reactor.rouse();
        reactor.unparker().wake();
        assert!(!is_readable(queue, Duration::ZERO), "the loop is awake");
        reactor.rest(false);
        assert!(is_readable(queue, Duration::ZERO));
    });
}
