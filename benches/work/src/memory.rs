//! What a parked task and a spawned one cost in memory.

use std::future::pending;

use crate::allocations::Count;
use crate::figures::tell;
use crate::peer::Peer;
use crate::switches::yield_now;

/// Allocations and bytes of a spawn, once the runtime's own lists have grown to what they need.
pub(crate) async fn spawns<P: Peer>() {
    const MANY: u64 = 1_000;
    for round in 0..3 {
        let mut handles = Vec::with_capacity(MANY as usize);
        let before = Count::now();
        handles.extend((0..MANY).map(|number| P::spawn(async move { number })));
        for handle in handles {
            handle.await;
        }
        let count = Count::now().since(before);
        if round == 2 {
            tell("spawn_allocations", count.allocations as f64 / MANY as f64);
            tell("spawn_bytes", count.bytes as f64 / MANY as f64);
        }
    }
}

/// Live bytes on the heap for each of many tasks that wait for ever, and keep 8 bytes over that.
pub(crate) async fn parked<P: Peer>(count: u64) {
    let mut handles = Vec::with_capacity(count as usize);
    let before = Count::now();
    handles.extend((0..count).map(|number| {
        P::spawn(async move {
            pending::<()>().await;
            std::hint::black_box(number);
        })
    }));
    yield_now().await;
    let live = Count::now().since(before).live_bytes;
    tell("parked_bytes", live as f64 / count as f64);
    std::mem::forget(handles);
}
