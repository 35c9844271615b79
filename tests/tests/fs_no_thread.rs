//! Files and blocking work when the system starts no thread: they say so, and the buffer comes back.
#![cfg(target_os = "linux")]

mod alone;
mod limits;
mod scratch;

use std::io;
use std::panic::{self, AssertUnwindSafe, catch_unwind};

use limits::Limit;
use runtime::fs::File;
use runtime::io::AsyncWriteExt;
use runtime::task::spawn_blocking;
use runtime::{DriverKind, Runtime};
use scratch::Scratch;

#[test]
fn no_thread_can_be_started() {
    if std::env::var_os("RUNTIME_UNDER_ASAN").is_some() {
        eprintln!("skipped: AddressSanitizer needs memory of its own");
        return;
    }
    if !alone::is_alone() {
        let mut child = alone::start("no_thread_can_be_started", "true");
        assert!(child.wait().unwrap().success());
        return;
    }
    let path = Scratch::with("hello");
    let file = File::from_std(std::fs::File::open(&path).unwrap());
    let mut sequence = File::from_std(std::fs::File::options().write(true).open(&path).unwrap());
    // Elsewhere the driver may take files itself.
    let portable = Runtime::builder().driver(DriverKind::Polling);
    portable.build().unwrap().block_on(async {
        let mut reading = file.read_at(b"old".to_vec(), 0);
        let limit = Limit::leave_no_thread().unwrap();
        let (result, buffer) = (&mut reading).await;
        let opened = File::open(&path).await;
        let taken = sequence.write(b"help").await;
        let flushed = sequence.flush().await;
        panic::set_hook(Box::new(|_| {})); // There may be no memory for its words.
        let job = catch_unwind(AssertUnwindSafe(|| spawn_blocking(|| ())));
        drop(panic::take_hook());
        drop(limit);
        let words = *job.unwrap_err().downcast::<String>().unwrap();
        assert!(
            words.starts_with("`spawn_blocking` needs a thread"),
            "{words}"
        );
        flushed.expect("the write has told it, and took nothing");
        assert_eq!(path.bytes(), b"hello");
        for error in [result.unwrap_err(), opened.unwrap_err(), taken.unwrap_err()] {
            let words = error.to_string();
            assert!(
                words.starts_with("starting a thread for work that blocks: "),
                "{words}"
            );
            assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
        }
        assert_eq!(buffer, [], "nothing was read into it");
        // What has failed is over, and the next one succeeds.
        assert_eq!(spawn_blocking(|| 1).await.unwrap(), 1);
        let (length, word) = file.read_at(buffer, 0).await;
        assert_eq!((length.unwrap(), &word[..]), (3, &b"hel"[..]));
        sequence.write_all(b"help").await.unwrap();
        sequence.flush().await.unwrap();
        assert_eq!(path.bytes(), b"helpo");
    });
}
