//! The executor's work: spawning, switching, and waking between tasks.

use futures::SinkExt;
use futures::StreamExt;
use futures::channel::mpsc;

use crate::channel::Slot;
use crate::peer::Peer;
use crate::switches::yield_now;

const BATCH: u64 = 1_000;

/// Starts tasks in batches of 1,000 and waits for each batch.
pub(crate) async fn spawn<P: Peer>(count: u64) {
    let mut handles = Vec::with_capacity(BATCH as usize);
    for _ in 0..count / BATCH {
        handles.extend((0..BATCH).map(|number| P::spawn(async move { number })));
        for handle in handles.drain(..) {
            std::hint::black_box(handle.await);
        }
    }
}

/// 1,000 tasks give way to one another.
pub(crate) async fn switch<P: Peer>(count: u64) {
    let turns = count / BATCH;
    let handles: Vec<_> = (0..BATCH).map(|_| P::spawn(give_way(turns))).collect();
    for handle in handles {
        handle.await;
    }
}

async fn give_way(turns: u64) {
    for _ in 0..turns {
        yield_now().await;
    }
}

/// Two tasks hand a number to and fro through two slots; one operation is there and back.
pub(crate) async fn ping_pong<P: Peer>(count: u64) {
    let (there, back) = (Slot::default(), Slot::default());
    let echo = P::spawn({
        let (there, back) = (there.clone(), back.clone());
        async move {
            for _ in 0..count {
                back.send(there.receive().await);
            }
        }
    });
    for number in 0..count {
        there.send(number);
        std::hint::black_box(back.receive().await);
    }
    echo.await;
}

/// The same through two channels of the crate `futures`, which many programs use.
pub(crate) async fn ping_pong_mpsc<P: Peer>(count: u64) {
    let (mut there, mut from_there) = mpsc::channel::<u64>(1);
    let (mut back, mut from_back) = mpsc::channel::<u64>(1);
    let echo = P::spawn(async move {
        while let Some(number) = from_there.next().await {
            back.send(number).await.expect("the other task receives");
        }
    });
    for number in 0..count {
        there.send(number).await.expect("the other task receives");
        std::hint::black_box(from_back.next().await);
    }
    drop(there);
    echo.await;
}
