//! A host with a queue of its own, in which ticks come; it knows nothing of what its guest does.

#![allow(dead_code, reason = "each test file takes what it needs")]

use std::future::Future;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use runtime::guest::{Guest, Tick};
use runtime::task::yield_now;
use runtime::{DriverKind, Runtime};

/// Nothing waits so long in a test that passes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// The host: a queue of its own, which the guest knows nothing of.
pub(crate) struct Host {
    pub(crate) ticks: Receiver<Tick>,
}

impl Host {
    /// The next tick, which must come.
    #[track_caller]
    pub(crate) fn tick(&self) -> Tick {
        let tick = self.ticks.recv_timeout(PATIENCE);
        tick.expect("it hangs: there is something to do, and no tick comes")
    }

    #[track_caller]
    pub(crate) fn run_until(&self, done: impl Fn() -> bool) {
        while !done() {
            self.tick().run().unwrap();
        }
    }

    /// Until none comes for a while.
    #[track_caller]
    pub(crate) fn run_until_quiet(&self) {
        for _ in 0..100 {
            match self.ticks.recv_timeout(Duration::from_millis(5)) {
                Ok(tick) => tick.run().unwrap(),
                Err(_) => return,
            }
        }
        panic!("ticks come for nothing");
    }

    #[track_caller]
    pub(crate) fn finish<T: 'static>(&self, guest: &mut Guest<T>) -> T {
        loop {
            if let Some(result) = guest.take_result() {
                return result.unwrap();
            }
            self.tick().run().unwrap();
        }
    }
}

pub(crate) fn start<F>(runtime: Runtime, main: F) -> (Guest<F::Output>, Host)
where
    F: Future + 'static,
    F::Output: 'static,
{
    let (proxy, ticks) = channel();
    let guest = Guest::start(runtime, main, move |tick| {
        let _ = proxy.send(tick);
    });
    (guest.unwrap(), Host { ticks })
}

/// Runs a test on every driver that this system has.
pub(crate) fn on_each_driver(test: impl Fn(Runtime)) {
    let mut kinds = vec![DriverKind::Auto, DriverKind::Polling];
    if cfg!(target_os = "linux") {
        kinds.push(DriverKind::Epoll);
    }
    for kind in kinds {
        test(Runtime::builder().driver(kind).build().unwrap());
    }
}

/// Runs the guest until it has nothing to do for now.
pub(crate) fn settle<T: 'static>(guest: &Guest<T>, host: &Host) {
    let settled = guest.spawn(async {
        for _ in 0..3 {
            yield_now().await;
        }
    });
    host.run_until(|| settled.is_finished());
}
