//! Wakers and values whose own code uses the channel that runs it: they find it whole, and nothing borrowed.

mod counted;
mod drive;
mod polled;

use std::cell::{Cell, RefCell};
use std::future::pending;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use drive::OnDrop;
use polled::{Waiting, waker_that_calls, waker_whose_drop_calls};
use runtime::sync::mpsc::{Receiver, channel, unbounded_channel};

type Value = OnDrop<Box<dyn FnOnce()>>;

fn value(call: impl FnOnce() + 'static) -> Value {
    OnDrop::new(Box::new(call))
}

fn poll<T>(receiver: &mut Receiver<T>, waker: &Waker) -> Poll<Option<T>> {
    receiver.poll_recv(&mut Context::from_waker(waker))
}

#[test]
fn a_value_whose_drop_sends_into_its_channel() {
    let (sender, mut receiver) = unbounded_channel::<Value>();
    let again = sender.clone();
    let second = move || assert!(again.send(value(|| {})).is_ok());
    assert!(sender.send(value(second)).is_ok());
    drop(receiver.try_recv());
    assert_eq!(receiver.len(), 1);
}

/// They are dropped by the receiver that goes. The channel is closed by then: their values come back.
#[test]
fn values_whose_drops_send_when_the_receiver_goes() {
    let refused = Rc::new(Cell::new(0));
    let (sender, receiver) = channel::<Value>(8);
    for _ in 0..4 {
        let (again, refused) = (sender.clone(), refused.clone());
        let sends = move || {
            assert!(again.try_send(value(|| {})).is_err());
            refused.set(refused.get() + 1);
        };
        assert!(sender.try_send(value(sends)).is_ok());
    }
    drop(sender); // The values hold the last ones.
    drop(receiver);
    assert_eq!(refused.get(), 4);
}

/// A value that holds a permit for its own channel: the receiver drops the value, which gives the permit back.
#[test]
fn a_value_that_holds_a_permit_when_the_receiver_goes() {
    let (sender, receiver) = channel::<Value>(2);
    let keeper = sender.clone();
    let holding = Waiting::begun(async move {
        let _permit = keeper.reserve().await.unwrap();
        pending::<()>().await;
    });
    assert_eq!(sender.capacity(), 1);
    assert!(sender.try_send(value(move || drop(holding))).is_ok());
    drop(receiver);
    assert_eq!(sender.capacity(), 1, "the permit's place is free again");
}

#[test]
fn a_send_that_gives_up_with_a_value_whose_drop_sends() {
    let (sender, mut receiver) = channel::<Value>(1);
    assert!(sender.try_send(value(|| {})).is_ok());
    let again = sender.clone();
    let sends = move || assert!(again.try_send(value(|| {})).is_ok());
    let sending = Waiting::begun(sender.send(value(sends)));
    drop(receiver.try_recv());
    sending.give_up(); // First it leaves its place, and then its value takes it.
    assert_eq!(receiver.len(), 1);
}

#[test]
fn a_waker_that_receives() {
    let (sender, receiver) = channel(1);
    let receiver = Rc::new(RefCell::new(receiver));
    let received = Rc::new(Cell::new(None));
    let receives = || {
        let (receiver, received) = (receiver.clone(), received.clone());
        waker_that_calls(move || received.set(receiver.borrow_mut().try_recv().ok()))
    };
    // The receiver's own: within the send.
    assert!(poll(&mut receiver.borrow_mut(), &receives()).is_pending());
    sender.try_send(1).unwrap();
    assert_eq!((received.take(), sender.capacity()), (Some(1), 1));

    // A sender's: within the drop of the permit for whose place it waits.
    let (another, mut third) = channel(1);
    let permit = another.try_reserve().unwrap();
    let mut sending = Waiting::new(another.send(2));
    assert!(sending.poll_with(&receives()).is_pending());
    sender.try_send(3).unwrap();
    drop(permit);
    assert_eq!(received.take(), Some(3));
    assert_eq!(sending.poll(), Poll::Ready(Ok(())));
    assert_eq!(third.try_recv(), Ok(2));
}

/// A sender's waker that polls the sender at once, within the `try_recv` that made room.
#[test]
fn a_waker_that_polls_its_future() {
    let (sender, mut receiver) = channel(1);
    sender.try_send(0).unwrap();
    let sending = Rc::new(RefCell::new(Waiting::new(async move {
        sender.send(1).await.unwrap();
    })));
    let polls = waker_that_calls({
        let sending = sending.clone();
        move || assert!(sending.borrow_mut().poll().is_ready())
    });
    assert!(sending.borrow_mut().poll_with(&polls).is_pending());
    assert_eq!(receiver.try_recv(), Ok(0));
    assert_eq!(receiver.len(), 1);
}

/// Within the close, one waker sends and is refused, another gives its own turn up.
#[test]
fn wakers_that_use_the_channel_while_it_closes() {
    let (sender, mut receiver) = channel(1);
    sender.try_send(0).unwrap();
    let refused = Rc::new(Cell::new(0));
    let sends = || {
        let (sender, refused) = (sender.clone(), refused.clone());
        waker_that_calls(move || {
            assert!(sender.try_send(9).is_err());
            refused.set(refused.get() + 1);
        })
    };
    let mut first = Waiting::new(sender.send(1));
    let mut second = Waiting::new(sender.closed());
    assert!(first.poll_with(&sends()).is_pending());
    assert!(second.poll_with(&sends()).is_pending());
    receiver.close();
    assert_eq!(refused.get(), 2);
    assert!(first.poll().is_ready() && second.poll().is_ready());
}

/// The waker that is replaced sends when it is dropped, in the midst of the poll: which sees the value.
#[test]
fn a_waker_whose_drop_sends() {
    let (sender, mut receiver) = channel(1);
    let sends = waker_whose_drop_calls({
        let sender = sender.clone();
        move || sender.try_send(5).unwrap()
    });
    assert!(poll(&mut receiver, &sends).is_pending());
    drop(sends);
    let (counted, waker) = counted::Counted::waker();
    assert_eq!(poll(&mut receiver, &waker), Poll::Ready(Some(5)));
    drop(waker);
    assert_eq!(std::sync::Arc::strong_count(&counted), 1);
}

/// The receiver that goes drops the waker of its last poll, which sends: and is refused, as nobody would receive it.
#[test]
fn a_waker_whose_drop_sends_when_the_receiver_goes() {
    let (sender, mut receiver) = channel(1);
    let refused = Rc::new(Cell::new(false));
    let sends = waker_whose_drop_calls({
        let refused = refused.clone();
        move || refused.set(sender.try_send(5).is_err())
    });
    assert!(poll(&mut receiver, &sends).is_pending());
    drop(sends);
    drop(receiver);
    assert!(refused.get());
}

/// The waker that is replaced makes room when it is dropped, in the midst of the poll: which has it.
#[test]
fn a_waker_whose_drop_receives() {
    let (sender, receiver) = channel(1);
    sender.try_send(0).unwrap();
    let mut sending = Waiting::new(sender.send(1));
    let receiver = Rc::new(RefCell::new(receiver));
    let receives = waker_whose_drop_calls({
        let receiver = receiver.clone();
        move || assert_eq!(receiver.borrow_mut().try_recv(), Ok(0))
    });
    assert!(sending.poll_with(&receives).is_pending());
    drop(receives);
    assert_eq!(sending.poll(), Poll::Ready(Ok(())));
    assert_eq!(receiver.borrow_mut().try_recv(), Ok(1));
}
