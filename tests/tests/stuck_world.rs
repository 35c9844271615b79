//! As long as anything of the world may still wake somebody, `block_on` waits: a timer, a source, an operation, a job.
//!
//! Where another thread acts, it does so only after the loop has looked and begun to wait.

mod stuck;

use std::future::pending;
use std::sync::mpsc::channel;
use std::task::Waker;
use std::thread;

use runtime::task::spawn_blocking;
use runtime::time::{Duration, sleep};
use runtime::{DriverKind, ManualDriver, Runtime, spawn};
use stuck::{PATIENCE, given_away, runtime, waits_of, when_it_waits};

#[test]
fn a_blocking_job_is_under_way() {
    let (runtime, waits) = runtime();
    let ended = runtime.block_on(async move {
        let job = spawn_blocking(move || waits.recv_timeout(PATIENCE));
        let queued = spawn_blocking(|| 1);
        drop(spawn_blocking(|| 2));
        (job.await.unwrap(), queued.await.unwrap())
    });
    assert_eq!(ended, (Ok(()), 1));
}

#[test]
fn a_job_that_nobody_awaits_is_waited_for_and_then_it_is_said() {
    let runtime = Runtime::builder().max_blocking_threads(1).build().unwrap();
    let (hold, held) = channel::<()>();
    let (done, jobs) = channel();
    let opener = after_a_while(move || drop(hold));
    let dump = stuck::dump_of_stuck(|| {
        runtime.block_on(async {
            let second = done.clone();
            drop(spawn_blocking(move || {
                let _ = held.recv();
                done.send(1)
            }));
            drop(spawn_blocking(move || second.send(2)));
            pending::<()>().await
        })
    });
    assert_eq!(
        jobs.iter().collect::<Vec<_>>(),
        [1, 2],
        "they were not cut short"
    );
    assert!(!dump.contains("blocking job"), "{dump}");
    opener.join().unwrap();
}

/// Nor is there a wait in the world, so that a clock that jumps over waits stays where it is.
#[test]
fn no_time_passes_in_a_manual_world_while_a_job_runs() {
    let world = ManualDriver::new();
    let runtime = Runtime::builder().manual(&world).build().unwrap();
    let begin = world.now();
    let (hold, held) = channel::<()>();
    let opener = after_a_while(move || drop(hold));
    drop(stuck::dump_of_stuck(|| {
        runtime.block_on(async {
            drop(spawn_blocking(move || held.recv()));
            pending::<()>().await
        })
    }));
    assert_eq!(world.now(), begin);
    opener.join().unwrap();
}

/// When the loop has most probably looked. If it has not, the test is right all the same.
fn after_a_while(act: impl FnOnce() + Send + 'static) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(20));
        act();
    })
}

#[test]
fn a_file_is_read() -> std::io::Result<()> {
    let path = std::env::temp_dir().join(format!("stuck_waits_{}", std::process::id()));
    std::fs::write(&path, "words")?;
    let runtime = Runtime::new()?;
    let (read, buffer) = runtime.block_on(async {
        let file = runtime::fs::File::open(&path).await?;
        let (read, buffer) = file.read_at(vec![0; 8], 0).await;
        Ok::<_, std::io::Error>((read?, buffer))
    })?;
    assert_eq!(&buffer[..read], b"words");
    std::fs::remove_file(&path)
}

#[test]
fn a_name_is_resolved() {
    let found = runtime::block_on(async { runtime::net::lookup_host("localhost:80").await });
    assert!(found.is_ok());
}

#[test]
fn somebody_waits_for_a_source_on_each_driver() {
    for kind in [DriverKind::Auto, DriverKind::Polling] {
        let runtime = Runtime::builder().driver(kind).build().unwrap();
        let waits = waits_of(&runtime);
        let outside = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        let length = runtime.block_on(async {
            let idle = runtime::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
            let socket = runtime::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
            let address = socket.local_addr().unwrap();
            let thread = when_it_waits(waits, move || {
                outside.send_to(b"bytes", address).unwrap();
            });
            let task = spawn(async move {
                let mut buffer = [0; 16];
                socket.recv(&mut buffer).await.unwrap()
            });
            let length = task.await.unwrap();
            thread.join().unwrap();
            drop(idle);
            length
        });
        assert_eq!(length, 5);
    }
}

#[test]
fn an_operation_is_under_way_on_each_driver() {
    for kind in [DriverKind::Auto, DriverKind::Polling] {
        let runtime = Runtime::builder().driver(kind).build().unwrap();
        let waits = waits_of(&runtime);
        let outside = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        runtime.block_on(async {
            let socket = runtime::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
            let address = socket.local_addr().unwrap();
            let thread = when_it_waits(waits, move || {
                outside.send_to(b"bytes", address).unwrap();
            });
            let task = spawn(async move { socket.recv_owned(vec![0; 16]).await.0.unwrap() });
            assert_eq!(task.await.unwrap(), 5);
            thread.join().unwrap();
        });
    }
}

#[test]
fn a_listener_and_a_connection_are_waited_for() {
    let (runtime, waits) = runtime();
    runtime.block_on(async {
        let listener = runtime::net::TcpListener::bind("127.0.0.1:0")
            .await
            .unwrap();
        let address = listener.local_addr().unwrap();
        let thread = when_it_waits(waits, move || {
            drop(std::net::TcpStream::connect(address).unwrap());
        });
        listener.accept().await.unwrap();
        thread.join().unwrap();
    });
}

#[test]
fn a_timer_runs() {
    let world = ManualDriver::new();
    let runtime = Runtime::builder().manual(&world).build().unwrap();
    runtime.block_on(async {
        spawn(pending::<()>());
        spawn(sleep(Duration::from_secs(3600))).await.unwrap();
    });
}

#[test]
fn a_clock_that_stands_still_may_be_moved() {
    let world = ManualDriver::new();
    let runtime = Runtime::builder().manual(&world).build().unwrap();
    let (send, waits) = channel();
    runtime.observe(move |event| {
        if let runtime::Event::Reactor(reactor::Event::WaitStarted { .. }) = event {
            let _ = send.send(());
        }
    });
    world.pause();
    let (give, wakers) = channel::<Waker>();
    let thread = when_it_waits(waits, move || wakers.recv_timeout(PATIENCE).unwrap().wake());
    runtime.block_on(async {
        let sleeper = spawn(sleep(Duration::from_secs(5)));
        spawn(async move {
            given_away(move |waker| give.send(waker).unwrap()).await;
            world.advance(Duration::from_secs(5));
        });
        sleeper.await.unwrap();
    });
    thread.join().unwrap();
}
