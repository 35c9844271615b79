//! A wake from another thread, on a core that does not go to sleep meanwhile.

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use crate::peer::Peer;
use crate::program::pin;

#[derive(Debug, Default)]
struct Shared {
    waker: Mutex<Option<Waker>>,
    /// How many wakes were sent, and how many were seen.
    sent: AtomicU64,
    seen: AtomicU64,
    ended: AtomicBool,
}

/// Nanoseconds from a wake on the other core to the poll on this one, at the median of `count`.
///
/// A thread of the lowest rank spins on the runtime's core, so that the core is warm: what is measured is the
/// runtime and the system's scheduler, not how long a virtual machine's core takes to come back.
pub(crate) fn wake_from_a_thread<P: Peer>(count: u64) -> f64 {
    let shared = Arc::new(Shared::default());
    spin_when_idle();
    let sender = thread::spawn({
        let shared = shared.clone();
        move || send(&shared, count)
    });
    P::block_on({
        let shared = shared.clone();
        async { P::spawn(receive(shared)).await }
    });
    sender.join().expect("the sender does not panic")
}

/// Keeps this thread's core busy whenever nothing else wants it.
fn spin_when_idle() {
    thread::spawn(|| {
        // SAFETY: the structure lives through the call, which keeps no pointer to it; 0 is the calling thread.
        let refused = unsafe {
            libc::sched_setscheduler(
                0,
                libc::SCHED_IDLE,
                &libc::sched_param { sched_priority: 0 },
            )
        };
        assert_eq!(refused, 0, "any thread may choose the lowest rank");
        loop {
            std::hint::spin_loop();
        }
    });
}

async fn receive(shared: Arc<Shared>) {
    poll_fn(|cx| {
        let waker = Some(cx.waker().clone());
        *shared.waker.lock().expect("nobody panics") = waker;
        shared.seen.store(shared.sent.load(SeqCst), SeqCst);
        match shared.ended.load(SeqCst) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    })
    .await;
}

fn send(shared: &Shared, count: u64) -> f64 {
    pin(1);
    let mut times: Vec<u64> = (1..=count).map(|number| send_one(shared, number)).collect();
    shared.ended.store(true, SeqCst);
    send_one(shared, count + 1);
    times.sort_unstable();
    times[times.len() / 2] as f64
}

fn send_one(shared: &Shared, number: u64) -> u64 {
    // The receiver has had the time to fall asleep.
    let pause = Instant::now();
    while pause.elapsed() < Duration::from_micros(60) {
        std::hint::spin_loop();
    }
    let waker = loop {
        if let Some(waker) = shared.waker.lock().expect("nobody panics").take() {
            break waker;
        }
        std::hint::spin_loop();
    };
    let begin = Instant::now();
    shared.sent.store(number, SeqCst);
    waker.wake();
    while shared.seen.load(SeqCst) < number {
        std::hint::spin_loop();
    }
    begin.elapsed().as_nanos() as u64
}
