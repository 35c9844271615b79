//! A reactor that is turned by hand: futures of real sockets, with every turn counted; there is no executor.

#![allow(dead_code, reason = "each test file takes what it needs")]

pub(crate) mod streams;

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use reactor::{DriverKind, Reactor};

/// Who waits so long for an event has lost it. Nothing waits for it in a test that passes.
const PATIENCE: Duration = Duration::from_secs(5);

/// Says whether it was woken since the last look.
struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Relaxed);
    }
}

pub(crate) struct ByHand {
    pub(crate) reactor: Reactor,
    woken: Arc<Flag>,
    waker: Waker,
}

/// Runs a test on every driver that this system has, each with its reactor as the current one.
pub(crate) fn on_every_driver(test: impl Fn(&ByHand)) {
    for kind in [DriverKind::Auto, DriverKind::Polling] {
        let by_hand = ByHand::new(kind);
        let _context = by_hand.reactor.context();
        test(&by_hand);
    }
}

impl ByHand {
    fn new(kind: DriverKind) -> ByHand {
        let woken = Arc::new(Flag(AtomicBool::new(false)));
        ByHand {
            reactor: Reactor::new(kind).expect("the driver is there"),
            waker: Waker::from(woken.clone()),
            woken,
        }
    }

    pub(crate) fn poll<F: Future>(&self, future: Pin<&mut F>) -> Poll<F::Output> {
        future.poll(&mut Context::from_waker(&self.waker))
    }

    /// Polls the future until it is ready, turning the reactor in between. A future that nobody wakes has lost an
    /// event, and fails the test.
    #[track_caller]
    pub(crate) fn finish<F: Future>(&self, what: &str, future: F) -> F::Output {
        let mut future = pin!(future);
        loop {
            if let Poll::Ready(output) = self.poll(future.as_mut()) {
                return output;
            }
            let driver = self.reactor.driver_name();
            let woken = self.turn_until_woken();
            assert!(woken, "{what}: it waits for ever (on the driver {driver})");
        }
    }

    /// Polls the future once, which must find nothing.
    #[track_caller]
    pub(crate) fn begin<F: Future>(&self, what: &str, future: Pin<&mut F>) {
        assert!(
            self.poll(future).is_pending(),
            "{what}: it is ready already"
        );
    }

    /// Turns until somebody is woken; false if nobody is for too long.
    fn turn_until_woken(&self) -> bool {
        let end = Instant::now() + PATIENCE;
        while !self.woken.0.swap(false, Relaxed) {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            self.reactor.turn(Some(left)).expect("the turn succeeds");
        }
        true
    }

    /// Looks at the queue until it is empty: what loopback sockets have to say they say at once.
    pub(crate) fn settle(&self) {
        for _ in 0..8 {
            self.look();
        }
        self.woken.0.store(false, Relaxed);
    }

    /// Looks at the queue once, without waiting.
    pub(crate) fn look(&self) {
        let now = Some(Duration::ZERO);
        self.reactor.turn(now).expect("the turn succeeds");
    }

    /// How many events the driver has reported since the beginning.
    pub(crate) fn reports(&self) -> u64 {
        self.reactor.metrics().reports
    }
}
