//! A guest that the system refuses a descriptor or its thread: it is told, nothing is lost, and it goes on later.
//!
//! The limits belong to the whole process, so these tests stand alone in their file and one waits for the other.
#![cfg(target_os = "linux")]

mod again;
mod limits;
mod ticks;

use std::cell::Cell;
use std::fs::File;
use std::future::pending;
use std::io::{self, ErrorKind};
use std::iter::from_fn;
use std::net;
use std::rc::Rc;
use std::sync::mpsc::channel;
use std::time::Instant;

use again::{Program, again, play, role};
use limits::{Limit, alone, is_out_of_descriptors, open};
use runtime::guest::Guest;
use runtime::net::UdpSocket;
use runtime::{DriverKind, Runtime};
use ticks::{Host, PATIENCE, on_each_driver, settle, start};

/// More than any driver needs.
const ENOUGH: usize = 8;

/// What it was given is dropped with it: the future, the runtime, and the function that schedules.
fn try_to_start(runtime: Runtime) -> io::Result<(Guest<i32>, Host)> {
    let (proxy, ticks) = channel();
    let alive = Rc::new(());
    let ours = alive.clone();
    let main = async move {
        let _ours = ours;
        6 * 7
    };
    let started = Guest::start(runtime, main, move |tick| {
        let _ = proxy.send(tick);
    });
    if started.is_err() {
        assert_eq!(Rc::strong_count(&alive), 1);
        assert!(ticks.recv().is_err());
    }
    Ok((started?, Host { ticks }))
}

#[test]
fn without_descriptors_it_does_not_start_and_later_it_does() {
    let _alone = alone();
    let before = open();
    for kind in [DriverKind::Auto, DriverKind::Epoll, DriverKind::Polling] {
        let mut refused = 0;
        for left in 0..ENOUGH {
            let runtime = Runtime::builder().driver(kind).build().unwrap();
            let limit = Limit::leave(left).unwrap();
            let started = try_to_start(runtime);
            drop(limit);
            match started {
                Ok((mut guest, host)) => assert_eq!(host.finish(&mut guest), 42),
                Err(error) => {
                    assert!(is_out_of_descriptors(&error), "{error:?}");
                    refused += 1;
                }
            }
            assert_eq!(open(), before, "with {left} on {kind:?}");
        }
        assert!((2..ENOUGH).contains(&refused), "{refused} on {kind:?}");
    }
}

/// A driver may need some for each wait: then each tick says so. The guest runs all the same.
#[test]
fn without_descriptors_it_goes_on_by_ticks() {
    let _alone = alone();
    on_each_driver(|runtime| {
        let (guest, host) = start(runtime, pending::<()>());
        let theirs = net::UdpSocket::bind("127.0.0.1:0").unwrap();
        let (shown, address) = channel();
        let heard = Rc::new(Cell::new(0));
        let counted = heard.clone();
        drop(guest.spawn(async move {
            let ours = UdpSocket::bind("127.0.0.1:0").await.unwrap();
            shown.send(ours.local_addr().unwrap()).unwrap();
            loop {
                ours.recv_owned(vec![0; 8]).await.0.unwrap();
                counted.set(counted.get() + 1);
            }
        }));
        settle(&guest, &host);
        let address = address.recv().unwrap();

        let limit = Limit::leave(0).unwrap();
        let (mut hoard, mut refused) = (Vec::new(), 0);
        let mut run_until = |done: &dyn Fn() -> bool| {
            let end = Instant::now() + PATIENCE;
            while !done() {
                assert!(Instant::now() < end, "it hangs");
                let tick = host.tick();
                // The helper's last wait has given its own back.
                hoard.extend(from_fn(|| File::open("/dev/null").ok()));
                if let Err(error) = tick.run() {
                    assert!(is_out_of_descriptors(&error), "{error:?}");
                    refused += 1;
                }
            }
        };
        let spawned = guest.spawn(async {});
        run_until(&|| spawned.is_finished());
        theirs.send_to(b"x", address).unwrap();
        run_until(&|| heard.get() == 1);
        assert_eq!(refused > 0, guest.driver_name() == "poll");
        drop((limit, hoard));

        theirs.send_to(b"x", address).unwrap();
        host.run_until(|| heard.get() == 2);
        settle(&guest, &host);
    });
}

#[test]
fn without_a_thread_it_does_not_start_and_later_it_does() {
    const NAME: &str = "without_a_thread_it_does_not_start_and_later_it_does";
    let _alone = alone();
    if std::env::var_os("RUNTIME_UNDER_ASAN").is_some() {
        eprintln!("skipped: AddressSanitizer needs memory of its own");
        return;
    }
    if role().is_some() {
        play(|| {
            let before = open();
            let runtime = Runtime::new()?;
            let limit = Limit::leave_no_thread()?;
            let started = try_to_start(runtime);
            drop(limit);
            let error = started.map(drop).unwrap_err();
            let words = error.to_string();
            assert!(
                words.starts_with("starting the thread of a guest: "),
                "{words}"
            );
            assert_eq!(error.kind(), ErrorKind::WouldBlock);
            assert_eq!(open(), before);
            let (mut guest, host) = try_to_start(Runtime::new()?)?;
            assert_eq!(host.finish(&mut guest), 42);
            Ok(())
        });
    }
    let program = Program::start(&mut again(NAME, "starts"));
    let stdout = program.stdout();
    program.finish(stdout);
}
