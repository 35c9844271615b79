//! Many senders and one receiver: turns, permits, the ends of both sides, and what is dropped in between.

mod counted;
mod drive;
mod polled;

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use counted::Counted;
use drive::drop_counter;
use polled::{Waiting, at_once};
use runtime::stream::StreamExt;
use runtime::sync::mpsc::error::{SendError, TryRecvError, TrySendError};
use runtime::sync::mpsc::{Receiver, Sender, channel, unbounded_channel};
use runtime::{block_on, spawn};

/// A channel for one value that is filled.
fn filled() -> (Sender<u32>, Receiver<u32>) {
    let (sender, receiver) = channel(1);
    sender.try_send(0).unwrap();
    (sender, receiver)
}

fn all(receiver: &mut Receiver<u32>) -> Vec<u32> {
    std::iter::from_fn(|| receiver.try_recv().ok()).collect()
}

#[test]
fn between_tasks_in_order_to_the_end() {
    block_on(async {
        let (sender, receiver) = channel(3);
        for task in 0..10 {
            let sender = sender.clone();
            spawn(async move {
                for n in 0..10 {
                    sender.send(Rc::new((task, n))).await.unwrap();
                }
            });
        }
        drop(sender);
        let received: Vec<_> = receiver.collect().await;
        assert_eq!(received.len(), 100);
        for task in 0..10 {
            let of_one = received.iter().filter(|it| it.0 == task).map(|it| it.1);
            assert!(of_one.eq(0..10), "those of one sender keep their order");
        }
    });
}

#[test]
#[should_panic(expected = "give `mpsc::channel` a capacity of at least 1")]
fn a_channel_has_room() {
    channel::<u8>(0);
}

#[test]
fn room_is_counted() {
    let (sender, mut receiver) = channel(2);
    assert_eq!((sender.capacity(), receiver.max_capacity()), (2, 2));
    sender.try_send(1).unwrap();
    let permit = sender.try_reserve().unwrap();
    assert_eq!((sender.capacity(), receiver.len()), (0, 1));
    assert_eq!(sender.try_send(2), Err(TrySendError::Full(2)));
    assert_eq!(sender.try_reserve().err(), Some(TrySendError::Full(())));
    drop(permit);
    assert_eq!((sender.capacity(), receiver.capacity()), (1, 1));
    assert_eq!(all(&mut receiver), [1]);
    assert_eq!((sender.capacity(), sender.max_capacity()), (2, 2));
}

#[test]
fn who_waits_for_room_is_served_in_turn() {
    let (sender, mut receiver) = filled();
    let first = Waiting::begun(sender.send(1));
    let mut second = Waiting::begun(sender.reserve());
    let third = Waiting::begun(sender.send(3));

    assert_eq!(receiver.try_recv(), Ok(0));
    // The room is the first one's, who has not been polled yet.
    let wakes = [first.wakes(), second.wakes(), third.wakes()];
    assert_eq!(wakes, [1, 0, 0]);
    assert_eq!((sender.capacity(), receiver.len()), (0, 0));
    assert_eq!(sender.try_send(9), Err(TrySendError::Full(9)));
    assert!(second.poll().is_pending());
    let late = Waiting::begun(sender.send(4));
    assert_eq!(first.finish(), Ok(()));

    assert_eq!(receiver.try_recv(), Ok(1));
    let permit = second.finish().unwrap();
    assert_eq!((third.wakes(), receiver.len()), (0, 0));
    permit.send(2);
    for (waiting, expected) in [(third, 2), (late, 3)] {
        assert_eq!(receiver.try_recv(), Ok(expected));
        assert_eq!(waiting.finish(), Ok(()));
    }
    assert_eq!(receiver.try_recv(), Ok(4));
    assert_eq!(sender.capacity(), 1);
}

#[test]
fn who_gives_up_passes_the_turn_on() {
    let (sender, mut receiver) = filled();
    let first = Waiting::begun(sender.send(1));
    let second = Waiting::begun(sender.reserve());
    let third = Waiting::begun(sender.send(3));
    let fourth = Waiting::begun(sender.send(4));

    third.give_up(); // While it waits.
    assert_eq!(receiver.try_recv(), Ok(0));
    assert_eq!((first.wakes(), second.wakes()), (1, 0));
    first.give_up(); // When it was called, and not polled.
    assert_eq!((second.wakes(), fourth.wakes()), (1, 0));
    let permit = second.finish().unwrap();
    assert_eq!(fourth.wakes(), 0);
    drop(permit); // When it has the room.
    assert_eq!(fourth.finish(), Ok(()));
    assert_eq!(all(&mut receiver), [4]);

    // Nobody is left: the room is free.
    sender.try_send(5).unwrap();
    let last = Waiting::begun(sender.send(6));
    assert_eq!(all(&mut receiver), [5]);
    last.give_up();
    assert_eq!(sender.capacity(), 1);
}

#[test]
fn a_send_that_is_dropped_drops_its_value() {
    let (dropped, token) = drop_counter();
    let (sender, mut receiver) = channel(1);
    assert!(sender.try_send(token()).is_ok());
    let waiting = Waiting::begun(sender.send(token()));
    let called = Waiting::begun(sender.send(token()));
    waiting.give_up();
    assert_eq!(dropped.take(), 1);
    assert!(receiver.try_recv().is_ok());
    assert_eq!(dropped.take(), 1);
    assert!(called.was_woken());
    called.give_up();
    assert_eq!(dropped.take(), 1);
    assert!(receiver.is_empty());
}

#[test]
fn a_close_tells_every_sender_that_waits() {
    let (sender, mut receiver) = filled();
    let called = Waiting::begun(sender.send(1));
    let waiting = Waiting::begun(sender.send(2));
    let reserving = Waiting::begun(sender.reserve());
    let closed = [
        Waiting::begun(sender.closed()),
        Waiting::begun(sender.closed()),
    ];
    assert_eq!(receiver.try_recv(), Ok(0));
    receiver.close();
    assert_eq!(called.finish(), Err(SendError(1)));
    assert_eq!(waiting.finish(), Err(SendError(2)));
    assert!(reserving.finish().is_err());
    closed.into_iter().for_each(Waiting::finish);
    at_once(sender.closed());
    assert_eq!(at_once(sender.send(3)), Err(SendError(3)));
    assert_eq!(sender.try_send(4), Err(TrySendError::Closed(4)));
    assert!(sender.is_closed() && receiver.is_closed());
    assert_eq!(at_once(receiver.recv()), None);
}

#[test]
fn what_is_in_and_what_has_a_permit_is_received_after_the_close() {
    let (sender, mut receiver) = channel(4);
    sender.try_send(1).unwrap();
    let permits = [(); 3].map(|()| sender.try_reserve().unwrap());
    receiver.close();
    assert_eq!(at_once(receiver.recv()), Some(1));
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
    let receiving = Waiting::begun(receiver.recv());
    let [one, two, three] = permits;
    one.send(2);
    assert_eq!(receiving.finish(), Some(2));
    let mut receiving = Waiting::begun(receiver.recv());
    drop(two);
    assert_eq!((receiving.wakes(), receiving.poll()), (0, Poll::Pending));
    drop(three);
    assert_eq!(receiving.finish(), None);
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Disconnected));
}

#[test]
fn the_last_sender_that_goes_is_told() {
    let (sender, mut receiver) = channel::<u32>(1);
    let (another, weak) = (sender.clone(), sender.downgrade());
    let mut receiving = Waiting::begun(receiver.recv());
    drop(sender);
    assert_eq!((receiving.wakes(), receiving.poll()), (0, Poll::Pending));
    drop(weak.upgrade().expect("one is left"));
    assert_eq!(receiving.wakes(), 0);
    another.try_send(1).unwrap();
    drop(another);
    assert_eq!(receiving.finish(), Some(1));
    assert_eq!(at_once(receiver.recv()), None);
    assert!(weak.upgrade().is_none() && receiver.is_closed());
}

#[test]
fn a_receiver_that_goes_drops_what_is_there_and_what_comes() {
    let (dropped, token) = drop_counter();
    let (sender, receiver) = channel(3);
    assert!(sender.try_send(token()).is_ok());
    assert!(sender.try_send(token()).is_ok());
    let permit = sender.try_reserve().unwrap();
    let waiting = Waiting::begun(sender.send(token()));
    let closed = Waiting::begun(sender.closed());
    drop(receiver);
    assert_eq!(dropped.take(), 2);
    closed.finish();
    let back = waiting.finish();
    assert_eq!(dropped.take(), 0, "the value comes back");
    assert!(back.is_err());
    drop(back);
    assert_eq!(dropped.take(), 1);
    permit.send(token());
    assert_eq!(dropped.take(), 1);
}

#[test]
fn a_channel_that_is_dropped_drops_each_value_once() {
    let (dropped, token) = drop_counter();
    let (sender, mut receiver) = unbounded_channel();
    for _ in 0..5 {
        assert!(sender.send(token()).is_ok());
    }
    drop(sender);
    drop(receiver.try_recv());
    assert_eq!(dropped.take(), 1);
    drop(receiver);
    assert_eq!(dropped.take(), 4);
}

#[test]
fn a_receiver_that_gives_up_loses_nothing() {
    let (sender, mut receiver) = channel(1);
    let receiving = Waiting::begun(receiver.recv());
    sender.try_send(1).unwrap();
    assert!(receiving.was_woken());
    receiving.give_up();
    assert_eq!(at_once(receiver.recv()), Some(1));
    let receiving = Waiting::begun(receiver.recv());
    receiving.give_up();
    at_once(sender.send(2)).unwrap();
    assert_eq!(at_once(receiver.next()), Some(2));
}

#[test]
fn who_gives_up_leaves_no_waker_behind() {
    let (sender, mut receiver) = filled();
    Waiting::begun(sender.send(1)).give_up();
    Waiting::begun(sender.reserve()).give_up();
    Waiting::begun(sender.closed()).give_up();
    receiver.try_recv().unwrap();
    Waiting::begun(receiver.recv()).give_up();

    let (counted, waker) = Counted::waker();
    let poll = receiver.poll_recv(&mut Context::from_waker(&waker));
    assert!(poll.is_pending());
    drop((receiver, waker));
    assert_eq!(Arc::strong_count(&counted), 1);
}

/// The future moves to another task: the latest waker is the one that is called.
#[test]
fn the_last_waker_is_woken() {
    let (sender, mut receiver) = filled();
    let (first, waker) = Counted::waker();
    let mut sending = Waiting::new(sender.send(1));
    assert!(sending.poll_with(&waker).is_pending());
    assert!(sending.poll().is_pending());
    assert_eq!(receiver.try_recv(), Ok(0));
    assert_eq!((first.wakes(), sending.finish()), (0, Ok(())));

    receiver.try_recv().unwrap();
    let mut receiving = Waiting::new(receiver.recv());
    assert!(receiving.poll_with(&waker).is_pending());
    assert!(receiving.poll().is_pending());
    sender.try_send(2).unwrap();
    assert_eq!((first.wakes(), receiving.finish()), (0, Some(2)));
}

#[test]
fn an_unbounded_channel_always_has_room() {
    let (sender, mut receiver) = unbounded_channel();
    let receiving = Waiting::begun(receiver.recv());
    for n in 0..10_000 {
        sender.clone().send(n).unwrap();
    }
    assert_eq!(receiving.finish(), Some(0));
    assert_eq!(receiver.len(), 9_999);
    let closed = Waiting::begun(sender.closed());
    receiver.close();
    closed.finish();
    assert_eq!(sender.send(1), Err(SendError(1)));
    assert!(all(&mut receiver).into_iter().eq(1..10_000));
    assert_eq!(at_once(receiver.recv()), None);
    let weak = sender.downgrade();
    drop(sender);
    assert!(weak.upgrade().is_none());
}

/// Threads have a crate of their own for this, which works with the runtime: both ways.
#[test]
fn between_threads_there_is_async_channel() {
    let (questions, asked) = async_channel::bounded::<u32>(1);
    let (answers, answered) = async_channel::bounded(1);
    let thread = std::thread::spawn(move || {
        while let Ok(question) = asked.recv_blocking() {
            answers.send_blocking(question + 1).unwrap();
        }
    });
    block_on(async {
        for n in 0..100 {
            questions.send(n).await.unwrap();
            assert_eq!(answered.recv().await, Ok(n + 1));
        }
        drop(questions);
        assert!(answered.recv().await.is_err());
    });
    thread.join().unwrap();
}

#[test]
fn what_they_print() {
    let (sender, receiver) = filled();
    assert_eq!(
        format!("{sender:?} {receiver:?} {:?}", sender.downgrade()),
        "Sender { capacity: 0, closed: false } Receiver { len: 1, closed: false } WeakSender"
    );
    drop(receiver);
    let error = sender.try_send(1).unwrap_err();
    assert_eq!(format!("{error:?}"), "Closed(..)");
    assert_eq!(format!("{:?}", SendError(Cell::new(1))), "SendError { .. }");
}
