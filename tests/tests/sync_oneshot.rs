//! The channel for one value: each side learns of the other's end, and the value is dropped once.

mod counted;
mod drive;
mod polled;

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use drive::drop_counter;
use polled::{Waiting, at_once, waker_that_calls, waker_whose_drop_calls};
use runtime::sync::oneshot::error::TryRecvError;
use runtime::sync::oneshot::{Receiver, channel};
use runtime::task::yield_now;
use runtime::{block_on, spawn};

#[test]
fn a_value_comes_before_it_is_waited_for_or_after() {
    let (sender, receiver) = channel();
    sender.send(Rc::new(1)).unwrap();
    assert_eq!(at_once(receiver), Ok(Rc::new(1)));

    let (sender, receiver) = channel();
    let waiting = Waiting::begun(receiver);
    sender.send(Rc::new(2)).unwrap();
    assert_eq!(waiting.wakes(), 1);
    assert_eq!(waiting.finish(), Ok(Rc::new(2)));
}

#[test]
fn between_tasks() {
    block_on(async {
        let (sender, receiver) = channel();
        let asking = spawn(receiver);
        yield_now().await;
        sender.send("word").unwrap();
        assert_eq!(asking.await.unwrap(), Ok("word"));
    });
}

#[test]
fn a_sender_that_goes_is_told() {
    let (sender, receiver) = channel::<u8>();
    let waiting = Waiting::begun(receiver);
    drop(sender);
    assert_eq!(waiting.wakes(), 1);
    assert!(waiting.finish().is_err());
}

#[test]
fn a_receiver_that_goes_or_closes_is_told() {
    for closes in [false, true] {
        let (mut sender, mut receiver) = channel();
        let closed = Waiting::begun(sender.closed());
        let kept = if closes {
            receiver.close();
            Some(receiver)
        } else {
            drop(receiver);
            None
        };
        closed.finish();
        at_once(sender.closed());
        assert!(sender.is_closed());
        assert_eq!(sender.send("back"), Err("back"));
        assert_eq!(kept.map(|it| at_once(it).is_err()), closes.then_some(true));
    }
}

#[test]
fn what_was_sent_before_the_close_is_received() {
    let (sender, mut receiver) = channel();
    sender.send(1).unwrap();
    receiver.close();
    assert!(!receiver.is_empty());
    assert_eq!(at_once(receiver), Ok(1));
}

#[test]
fn trying() {
    let (sender, mut receiver) = channel();
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
    sender.send(1).unwrap();
    assert!(!receiver.is_empty() && !receiver.is_terminated());
    assert_eq!(receiver.try_recv(), Ok(1));
    assert!(receiver.is_empty() && receiver.is_terminated());
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Closed));
}

#[test]
fn a_receiver_waits_again_after_it_gave_up() {
    let (sender, mut receiver) = channel();
    drop(Waiting::begun(&mut receiver));
    let waiting = Waiting::begun(&mut receiver);
    sender.send(1).unwrap();
    assert_eq!(waiting.finish(), Ok(1));
}

#[test]
#[should_panic(expected = "polled after it had given its result")]
fn a_receiver_is_not_polled_after_its_end() {
    let (sender, mut receiver) = channel();
    sender.send(1).unwrap();
    assert_eq!(at_once(&mut receiver), Ok(1));
    let _ = at_once(&mut receiver);
}

#[test]
fn who_gives_up_leaves_no_waker_behind() {
    let (mut sender, receiver) = channel::<u8>();
    Waiting::begun(sender.closed()).give_up();
    Waiting::begun(receiver).give_up();

    let (mut sender, _receiver) = channel::<u8>();
    let (counted, waker) = counted::Counted::waker();
    let mut cx = Context::from_waker(&waker);
    assert!(sender.poll_closed(&mut cx).is_pending());
    drop((sender, waker));
    assert_eq!(std::sync::Arc::strong_count(&counted), 1);

    let (_sender, mut receiver) = channel::<u8>();
    let (counted, waker) = counted::Counted::waker();
    assert!(poll(&mut receiver, &waker).is_pending());
    drop(receiver);
    assert_eq!(counted.wakes(), 0, "its own end is no news");
}

#[test]
fn every_value_is_dropped_once() {
    let (dropped, token) = drop_counter();

    let (sender, receiver) = channel();
    assert!(sender.send(token()).is_ok());
    drop(receiver); // With the value in it.
    assert_eq!(dropped.take(), 1);

    let (sender, receiver) = channel();
    let waiting = Waiting::begun(receiver);
    assert!(sender.send(token()).is_ok());
    drop(waiting); // It was woken, and not polled.
    assert_eq!(dropped.take(), 1);

    let (sender, receiver) = channel();
    drop(receiver);
    let back = sender.send(token());
    assert_eq!(dropped.take(), 0);
    drop(back);
    assert_eq!(dropped.take(), 1);

    let (sender, receiver) = channel();
    assert!(sender.send(token()).is_ok());
    let received = at_once(receiver);
    assert_eq!(dropped.take(), 0);
    drop(received);
    assert_eq!(dropped.take(), 1);
}

fn poll<T>(receiver: &mut Receiver<T>, waker: &Waker) -> Poll<Option<T>> {
    let poll = Pin::new(receiver).poll(&mut Context::from_waker(waker));
    poll.map(Result::ok)
}

#[test]
fn a_waker_that_receives() {
    let (sender, receiver) = channel();
    let receiver = Rc::new(RefCell::new(receiver));
    let received = Rc::new(Cell::new(None));
    let waker = waker_that_calls({
        let (receiver, received) = (receiver.clone(), received.clone());
        move || received.set(receiver.borrow_mut().try_recv().ok())
    });
    assert!(poll(&mut receiver.borrow_mut(), &waker).is_pending());
    sender.send(5).unwrap();
    assert_eq!(received.get(), Some(5));
}

/// The waker that is replaced sends when it is dropped, in the midst of the poll: which sees the value.
#[test]
fn a_waker_whose_drop_sends() {
    let (sender, mut receiver) = channel();
    let sends = waker_whose_drop_calls(move || sender.send(5).unwrap());
    assert!(poll(&mut receiver, &sends).is_pending());
    drop(sends);
    assert_eq!(poll(&mut receiver, Waker::noop()), Poll::Ready(Some(5)));
}

#[test]
fn a_value_whose_drop_closes_another_channel() {
    let (mut outer, receiver) = channel::<u8>();
    let (sender, inner) = channel();
    let value = drive::OnDrop::new(move || drop(receiver));
    assert!(sender.send(value).is_ok());
    let closed = Waiting::begun(outer.closed());
    drop(inner);
    closed.finish();
}

#[test]
fn a_receiver_that_was_polled_and_then_closed_is_woken() {
    let (sender, mut receiver) = channel::<u8>();
    let (counted, waker) = counted::Counted::waker();
    assert!(poll(&mut receiver, &waker).is_pending());
    receiver.close();
    assert_eq!(counted.wakes(), 1);
    assert_eq!(poll(&mut receiver, &waker), Poll::Ready(None));
    drop(sender);
}

#[test]
fn what_they_print() {
    let (sender, receiver) = channel::<u8>();
    assert_eq!(format!("{sender:?}"), "Sender { closed: false }");
    sender.send(1).unwrap();
    assert_eq!(
        format!("{receiver:?}"),
        "Receiver { holds_a_value: true, terminated: false }"
    );
}
