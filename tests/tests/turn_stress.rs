//! Threads wake at random, and a host sleeps on the descriptor alone: no wake is missed.
#![cfg(unix)]

mod host;

use std::cell::Cell;
use std::io::Write;
use std::rc::Rc;
use std::thread;
use std::time::Duration;

use host::{NOW, PATIENCE, connection, is_readable, on_each_queue};
use runtime::Runtime;

/// Threads wake at random; the host sleeps on the descriptor alone, and asks for no deadline. Each letter must come.
#[test]
fn no_wake_is_missed_by_a_host_that_polls() {
    no_wake_is_missed(|runtime, done| {
        while !done() {
            let readable = is_readable(runtime.as_fd().unwrap(), PATIENCE);
            assert!(readable, "a wake was missed on {}", runtime.driver_name());
            runtime.turn(NOW).unwrap();
        }
    });
}

/// The same by edges, as an epoll that is told once of each change: it must be told of each.
#[cfg(target_os = "linux")]
#[test]
fn no_wake_is_missed_by_a_host_that_watches_edges() {
    use rustix::buffer::spare_capacity;
    use rustix::event::Timespec;
    use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};

    no_wake_is_missed(|runtime, done| {
        let host = epoll::create(CreateFlags::CLOEXEC).unwrap();
        let edges = EventFlags::IN | EventFlags::ET;
        let ours = runtime.as_fd().unwrap();
        epoll::add(&host, ours, EventData::new_u64(0), edges).unwrap();
        let patience = Timespec::try_from(PATIENCE).unwrap();
        while !done() {
            let mut events = Vec::with_capacity(1);
            match epoll::wait(&host, spare_capacity(&mut events), Some(&patience)) {
                Err(rustix::io::Errno::INTR) => continue,
                told => assert_eq!(told, Ok(1), "missed on {}", runtime.driver_name()),
            }
            runtime.turn(NOW).unwrap();
        }
    });
}

fn no_wake_is_missed(drive: impl Fn(&Runtime, &dyn Fn() -> bool)) {
    const LETTERS: u64 = 2_000;
    let seed = std::process::id();
    println!("seed {seed}");
    on_each_queue(|runtime| {
        let heard = Rc::new(Cell::new(0));
        let (ours, theirs) = connection(runtime);
        let threads: Vec<_> = (0..2_u64)
            .map(|number| {
                let (sender, receiver) = async_channel::unbounded::<u64>();
                let heard = heard.clone();
                drop(runtime.spawn(async move {
                    while receiver.recv().await.is_ok() {
                        heard.set(heard.get() + 1);
                    }
                }));
                let mut random = u64::from(seed) * 2 + number + 1;
                thread::spawn(move || {
                    for letter in 0..LETTERS {
                        sender.send_blocking(letter).unwrap();
                        random = random.wrapping_mul(6364136223846793005).wrapping_add(1);
                        match random >> 61 {
                            0 => thread::yield_now(),
                            1 => thread::sleep(Duration::from_micros(random >> 56)),
                            _ => {}
                        }
                    }
                })
            })
            .collect();
        // And the world, meanwhile: bytes that come one by one.
        let bytes = Rc::new(Cell::new(0));
        let counted = bytes.clone();
        drop(runtime.spawn(async move {
            loop {
                let (count, _) = ours.read_owned(vec![0; 64]).await;
                counted.set(counted.get() + count.unwrap());
            }
        }));
        let writer = thread::spawn(move || {
            let mut theirs = theirs;
            for _ in 0..LETTERS {
                theirs.write_all(b"x").unwrap();
            }
            theirs
        });
        drive(runtime, &|| {
            heard.get() == 2 * LETTERS && bytes.get() == LETTERS as usize
        });
        drop(writer.join().unwrap());
        for thread in threads {
            thread.join().unwrap();
        }
    });
}
