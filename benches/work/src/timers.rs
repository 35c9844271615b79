//! The timers' work: many sleeps, and timeouts that nearly never run out.

use std::future::ready;
use std::time::Duration;

use crate::peer::Peer;
use crate::switches::yield_now;

/// As many tasks sleep at once, each for a time of its own below a second.
pub(crate) async fn sleeps<P: Peer>(count: u64) {
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    let sleepers: Vec<_> = (0..count)
        .map(|_| {
            // Xorshift: the same times in every program.
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            P::spawn(P::sleep(Duration::from_nanos(random % 1_000_000_000)))
        })
        .collect();
    for sleeper in sleepers {
        sleeper.await;
    }
}

/// A timeout around what is ready at once.
pub(crate) async fn timeout_ready<P: Peer>(count: u64) {
    for number in 0..count {
        std::hint::black_box(P::timeout(LONG, ready(number)).await);
    }
}

/// A timeout around what is ready at its second poll.
pub(crate) async fn timeout_pending<P: Peer>(count: u64) {
    for _ in 0..count {
        std::hint::black_box(P::timeout(LONG, yield_now()).await);
    }
}

/// 10,000 other timers that stand where they are.
pub(crate) async fn crowd<P: Peer>() {
    for number in 0..10_000 {
        let others = P::sleep(LONG + Duration::from_micros(number * 1_009));
        // Never joined: it ends with the runtime. A handle that cancels when it is dropped is leaked for that.
        std::mem::forget(P::spawn(others));
    }
    yield_now().await;
}

const LONG: Duration = Duration::from_secs(60);
