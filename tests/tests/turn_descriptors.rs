//! No descriptor is left for the one that another loop shall watch: it is told, and there is one later.
//!
//! The limit belongs to the whole process, so this test stands alone in its file.
#![cfg(target_os = "linux")]

mod host;
mod limits;

use std::io::ErrorKind;
use std::thread;

use host::{asks, drive, settle};
use limits::{Limit, is_out_of_descriptors, open};
use runtime::time::{Duration, sleep};
use runtime::{DriverKind, Runtime};

/// More than any driver needs.
const ENOUGH: usize = 8;

fn new(kind: DriverKind) -> Runtime {
    Runtime::builder().driver(kind).build().unwrap()
}

/// With each descriptor more, the queue gets a little further before it is refused.
fn refused(kind: DriverKind) -> usize {
    let before = open();
    let mut refused = 0;
    for left in 0..ENOUGH {
        let runtime = new(kind);
        let (sender, receiver) = async_channel::bounded(1);
        let handle = runtime.spawn(async move { receiver.recv().await });
        let limit = Limit::leave(left).unwrap();
        if let Err(error) = runtime.as_fd() {
            assert!(is_out_of_descriptors(&error), "{error:?}");
            assert!(is_out_of_descriptors(&runtime.as_fd().unwrap_err()));
            refused += 1;
        }
        // The loop needs none for a timer, and for a wake that comes while nobody turns it.
        let nap = runtime.spawn(async { sleep(Duration::from_micros(100)).await });
        while !nap.is_finished() {
            runtime.turn(None).unwrap();
        }
        let waking = thread::spawn(move || sender.send_blocking(7).unwrap());
        waking.join().unwrap();
        drop(limit);
        assert!(asks(&runtime), "it was woken before it could be watched");
        drive(&runtime, || handle.is_finished());
        settle(&runtime);
        assert_eq!(runtime.block_on(handle).unwrap(), Ok(7));
        drop(runtime);
        assert_eq!(open(), before);
    }
    refused
}

#[test]
fn a_descriptor_to_watch_that_was_refused_is_there_later() {
    for kind in [DriverKind::Auto, DriverKind::Epoll, DriverKind::Polling] {
        if let Err(error) = new(kind).as_fd() {
            assert_eq!(error.kind(), ErrorKind::Unsupported);
            continue; // It has none, which is told elsewhere.
        }
        let refused = refused(kind);
        assert!((2..ENOUGH).contains(&refused), "{refused} on {kind:?}");
    }
}
