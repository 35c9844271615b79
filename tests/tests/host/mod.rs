//! Another loop, which watches a runtime by its descriptor; it knows nothing of what the runtime does.

#![allow(dead_code, reason = "each test file takes what it needs")]

use std::io;
use std::net;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use runtime::net::TcpStream;
use runtime::{DriverKind, Runtime};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// Nothing waits so long in a test that passes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) const NOW: Option<Duration> = Some(Duration::ZERO);

/// Runs a test on every driver whose queue can be watched. That of `poll(2)` cannot, and says what to do.
pub(crate) fn on_each_queue(test: impl Fn(&Runtime)) {
    let mut kinds = vec![DriverKind::Auto, DriverKind::Polling];
    if cfg!(target_os = "linux") {
        kinds.push(DriverKind::Epoll);
    }
    for kind in kinds {
        let runtime = Runtime::builder().driver(kind).build().unwrap();
        match runtime.as_fd() {
            Ok(_) => test(&runtime),
            Err(error) => {
                assert_eq!(error.kind(), io::ErrorKind::Unsupported);
                assert!(error.to_string().contains("runtime::guest"), "{error}");
                let on_poll = runtime.driver_name() == "poll" || cfg!(polling_test_poll_backend);
                assert!(on_poll, "{} has a queue", runtime.driver_name());
            }
        }
    }
}

/// A connection: its end in the runtime, and the peer's, which blocks.
pub(crate) fn connection(runtime: &Runtime) -> (TcpStream, net::TcpStream) {
    let listener = net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let connecting = runtime.spawn(TcpStream::connect(address));
    drive(runtime, || connecting.is_finished());
    let ours = runtime.block_on(connecting).unwrap().unwrap();
    let (theirs, _) = listener.accept().unwrap();
    theirs.set_read_timeout(Some(PATIENCE)).unwrap();
    (ours, theirs)
}

/// Whether the descriptor becomes readable within this time.
pub(crate) fn is_readable(fd: impl AsFd, within: Duration) -> bool {
    let end = Instant::now() + within;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        let timeout = Timespec::try_from(left).expect("a short time");
        let mut polled = [PollFd::new(&fd, PollFlags::IN)];
        match poll(&mut polled, Some(&timeout)) {
            Ok(_) => return polled[0].revents().contains(PollFlags::IN),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => panic!("poll(2): {error}"),
        }
    }
}

/// Whether the runtime asks for a turn now.
pub(crate) fn asks(runtime: &Runtime) -> bool {
    is_readable(runtime.as_fd().unwrap(), Duration::ZERO)
}

/// Turns the runtime for as long as it asks for that at once, which must come to an end.
#[track_caller]
pub(crate) fn settle(runtime: &Runtime) {
    for _ in 0..1_000 {
        if !asks(runtime) {
            return;
        }
        runtime.turn(NOW).unwrap();
    }
    panic!("it asks for turns for ever on {}", runtime.driver_name());
}

/// Turns the runtime whenever its descriptor is readable or its deadline has come, and never else, until it is done.
#[track_caller]
pub(crate) fn drive(runtime: &Runtime, mut done: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !done() {
        let left = end.saturating_duration_since(Instant::now());
        assert!(!left.is_zero(), "it hangs on {}", runtime.driver_name());
        let next = runtime.next_deadline();
        let sleep = next.map_or(left, |next| {
            left.min(next.duration_since(runtime::time::Instant::now()))
        });
        is_readable(runtime.as_fd().unwrap(), sleep);
        runtime.turn(NOW).unwrap();
    }
}
