//! hyper's timer on the runtime's clock; it knows nothing of what is timed.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::rt::{Sleep, Timer};

use crate::task::ThreadBound;
use crate::time::{self, Duration, Instant};

/// The clock by which hyper limits how long it waits: for a request's head, for the answer to a ping.
///
/// It is the clock of the current runtime, also where that is a manual one: the points in time that hyper is told are
/// then those of a clock that was started with the process and moved by hand.
///
/// hyper wants to be able to send a timer to another thread. It may; but it must not be polled or dropped there, and
/// panics if it is ([`ThreadBound`]). hyper keeps a timer in its connection, so this concerns only who moves a
/// connection that has waited once.
///
/// # Panics
/// Its methods panic outside of a runtime, but for [`now`](Timer::now).
///
/// ```
/// use hyper::rt::Timer;
/// use runtime::hyper::HyperTimer;
/// use runtime::time::Duration;
///
/// runtime::block_on(async {
///     let start = HyperTimer.now();
///     let mut nap = HyperTimer.sleep(Duration::from_secs(3600));
///     HyperTimer.reset(&mut nap, start + Duration::from_millis(1));
///     nap.await;
///     assert!(HyperTimer.now() - start >= Duration::from_millis(1));
/// });
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct HyperTimer;

impl Timer for HyperTimer {
    #[track_caller]
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        Nap::boxed(time::sleep(duration))
    }

    #[track_caller]
    fn sleep_until(&self, deadline: std::time::Instant) -> Pin<Box<dyn Sleep>> {
        Nap::boxed(time::sleep_until(Instant::from_std(deadline)))
    }

    /// The runtime's clock may be another one than the system's, so what time it is there has to be told as a point on
    /// this one: the point from which as much time has passed as on ours.
    fn now(&self) -> std::time::Instant {
        let here = std::time::Instant::now();
        let (there, now) = (Instant::from_std(here), Instant::now());
        if now >= there {
            here + (now - there)
        } else {
            here.checked_sub(there - now).unwrap_or(here)
        }
    }

    #[track_caller]
    fn reset(&self, sleep: &mut Pin<Box<dyn Sleep>>, deadline: std::time::Instant) {
        match sleep.as_mut().downcast_mut_pin::<Nap>() {
            Some(mut nap) => nap.sleep.reset(Instant::from_std(deadline)),
            None => *sleep = self.sleep_until(deadline),
        }
    }
}

/// A sleep that hyper may send, and does not.
struct Nap {
    sleep: ThreadBound<time::Sleep>,
}

impl Nap {
    fn boxed(sleep: time::Sleep) -> Pin<Box<dyn Sleep>> {
        let sleep = ThreadBound::new(sleep);
        Box::pin(Nap { sleep })
    }
}

impl Future for Nap {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut *self.sleep).poll(cx)
    }
}

impl Sleep for Nap {}
