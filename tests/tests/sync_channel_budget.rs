//! Every operation that may wait counts as one of those that a task may do in a poll: no loop over a channel holds the
//! thread, however full it is.

use std::cell::Cell;
use std::future::Future;
use std::rc::Rc;

use runtime::stream::StreamExt;
use runtime::sync::{broadcast, mpsc, oneshot, watch};
use runtime::task::yield_now;
use runtime::{block_on, spawn};

const OPERATIONS_PER_POLL: u32 = 128;

/// Runs rounds of so many operations for ever; each of its polls has to end.
fn assert_gives_way<F: Future<Output = ()> + 'static>(
    operations: u32,
    mut round: impl FnMut() -> F + 'static,
) {
    block_on(async {
        let rounds = Rc::new(Cell::new(0));
        let counted = rounds.clone();
        let flood = spawn(async move {
            loop {
                round().await;
                counted.set(counted.get() + 1);
                assert!(counted.get() < 100_000, "the thread is held");
            }
        });
        for poll in 1..5 {
            yield_now().await;
            assert_eq!(rounds.get(), poll * OPERATIONS_PER_POLL / operations);
        }
        flood.abort();
        assert!(flood.await.is_err());
    });
}

#[test]
fn sending_and_receiving() {
    let (sender, receiver) = mpsc::channel(1);
    let receiver = Rc::new(Cell::new(Some(receiver)));
    assert_gives_way(2, move || {
        let (sender, receiver) = (sender.clone(), receiver.clone());
        async move {
            sender.send(1).await.unwrap();
            let mut receiving = receiver.take().unwrap();
            assert_eq!(receiving.recv().await, Some(1));
            receiver.set(Some(receiving));
        }
    });
}

/// A receiver of so many values, which the rounds of a test take in turn.
fn full() -> Rc<Cell<Option<mpsc::Receiver<u32>>>> {
    let (sender, receiver) = mpsc::unbounded_channel();
    (0..10_000).try_for_each(|n| sender.send(n)).unwrap();
    Rc::new(Cell::new(Some(receiver)))
}

#[test]
fn a_channel_that_is_full() {
    let receiver = full();
    assert_gives_way(1, move || {
        let receiver = receiver.clone();
        async move {
            let mut receiving = receiver.take().unwrap();
            assert!(receiving.recv().await.is_some());
            receiver.set(Some(receiving));
        }
    });
}

#[test]
fn a_stream_that_is_full() {
    let receiver = full();
    assert_gives_way(1, move || {
        let receiver = receiver.clone();
        async move {
            let mut receiving = receiver.take().unwrap();
            assert!(receiving.next().await.is_some());
            receiver.set(Some(receiving));
        }
    });
}

#[test]
fn channels_that_are_closed() {
    let (sender, receiver) = mpsc::channel(1);
    drop(receiver);
    let (changes, follower) = watch::channel(1);
    drop(follower);
    assert_gives_way(4, move || {
        let (sender, changes) = (sender.clone(), changes.clone());
        async move {
            sender.closed().await;
            assert!(sender.send(1).await.is_err());
            assert!(sender.reserve().await.is_err());
            changes.closed().await;
        }
    });
}

#[test]
fn answers() {
    assert_gives_way(2, || async {
        let (sender, receiver) = oneshot::channel();
        sender.send(()).unwrap();
        receiver.await.unwrap();
        let (mut sender, receiver) = oneshot::channel::<u8>();
        drop(receiver);
        sender.closed().await;
    });
}

#[test]
fn changes() {
    assert_gives_way(3, || async {
        let (sender, mut receiver) = watch::channel(0);
        sender.send(1).unwrap();
        receiver.changed().await.unwrap();
        assert_eq!(*receiver.wait_for(|n| *n == 1).await.unwrap(), 1);
        drop(sender);
        assert!(receiver.changed().await.is_err());
    });
}

#[test]
fn what_is_sent_to_everybody() {
    assert_gives_way(4, || async {
        let (sender, mut receiver) = broadcast::channel(1);
        sender.send(1).unwrap();
        sender.send(2).unwrap();
        assert_eq!(
            receiver.recv().await,
            Err(broadcast::error::RecvError::Lagged(1))
        );
        assert_eq!(receiver.recv().await, Ok(2));
        let (another, mut closed) = broadcast::channel::<u8>(1);
        drop(another);
        assert!(closed.recv().await.is_err());
        drop(receiver);
        sender.closed().await;
    });
}

/// Beside one that spends the whole budget in every poll, a receiver has its turn all the same.
#[test]
fn who_met_an_empty_budget_gives_way_only_once() {
    block_on(async {
        let (flood, mut flooded) = mpsc::unbounded_channel();
        (0..100_000).try_for_each(|n| flood.send(n)).unwrap();
        drop(flood);
        let (sender, mut receiver) = mpsc::channel(1);
        sender.try_send("word").unwrap();
        let flooding = async {
            while flooded.recv().await.is_some() {}
            panic!("the other one never had its turn");
        };
        let word = runtime::future::or(flooding, async { receiver.recv().await });
        assert_eq!(word.await, Some("word"));
    });
}

/// Who finds nothing has done nothing: however many wait in one task, the last of them has its turn.
#[test]
fn those_who_wait_spend_nothing() {
    block_on(async {
        let (sender, receiver) = watch::channel(0);
        let (one, mut all) = mpsc::channel(1);
        let mut waiting: Vec<_> = (0..2 * OPERATIONS_PER_POLL)
            .map(|_| {
                let mut receiver = receiver.clone();
                Box::pin(async move { receiver.wait_for(|n| *n == 1).await.map(|_| ()) })
            })
            .collect();
        spawn(async move { one.send(()).await });
        let polled = std::future::poll_fn(|cx| {
            for future in &mut waiting {
                assert!(future.as_mut().poll(cx).is_pending());
            }
            all.poll_recv(cx)
        });
        assert_eq!(polled.await, Some(()));
        drop(sender);
    });
}
