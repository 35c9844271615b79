//! One value that changes: who has seen what, who is told, and code of the value and of wakers in between.

mod counted;
mod drive;
mod polled;

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::task::Poll;

use drive::{OnDrop, drop_counter};
use polled::{Waiting, at_once, waker_that_calls, waker_whose_drop_calls};
use runtime::sync::watch::error::SendError;
use runtime::sync::watch::{Receiver, Sender, channel};
use runtime::task::yield_now;
use runtime::{block_on, spawn};

#[test]
fn between_tasks() {
    block_on(async {
        let (sender, receiver) = channel(0);
        let followers: Vec<_> = (0..3)
            .map(|_| {
                let mut receiver = receiver.clone();
                spawn(async move {
                    let mut seen = Vec::new();
                    while receiver.changed().await.is_ok() {
                        seen.push(*receiver.borrow_and_update());
                    }
                    seen
                })
            })
            .collect();
        drop(receiver);
        for n in 1..=4 {
            sender.send(n).unwrap();
            if n != 2 {
                yield_now().await; // After 2 comes 3 at once, and nobody sees 2.
            }
        }
        drop(sender);
        for follower in followers {
            assert_eq!(follower.await.unwrap(), [1, 3, 4]);
        }
    });
}

#[test]
fn what_counts_as_seen() {
    let (sender, mut receiver) = channel(1);
    assert_eq!(receiver.has_changed(), Ok(false));
    sender.send(2).unwrap();
    assert!(receiver.borrow().has_changed() && !sender.borrow().has_changed());
    assert_eq!(receiver.has_changed(), Ok(true));
    let clone = receiver.clone();
    assert_eq!(*receiver.borrow_and_update(), 2);
    assert_eq!(receiver.has_changed(), Ok(false));
    assert_eq!(clone.has_changed(), Ok(true));
    assert_eq!(sender.subscribe().has_changed(), Ok(false));
    receiver.mark_changed();
    at_once(receiver.changed()).unwrap();
    assert!(!receiver.borrow().has_changed());
    sender.send(3).unwrap();
    receiver.mark_unchanged();
    assert_eq!(receiver.has_changed(), Ok(false));
}

#[test]
fn every_receiver_is_told_of_a_change() {
    let (sender, mut one) = channel(1);
    let (mut two, mut three) = (one.clone(), sender.subscribe());
    let waiting = [&mut one, &mut two, &mut three].map(|it| Waiting::begun(it.changed()));
    sender.send(2).unwrap();
    for waiting in waiting {
        assert_eq!(waiting.wakes(), 1);
        waiting.finish().unwrap();
    }
    drop(Waiting::begun(one.changed())); // It was seen.
}

#[test]
fn a_wait_that_is_dropped_has_seen_nothing() {
    let (sender, mut receiver) = channel(1);
    let waiting = Waiting::begun(receiver.changed());
    sender.send(2).unwrap();
    assert!(waiting.was_woken());
    waiting.give_up();
    at_once(receiver.changed()).unwrap();

    let waiting = Waiting::begun(receiver.wait_for(|n| *n == 3));
    sender.send(3).unwrap();
    assert!(waiting.was_woken());
    waiting.give_up();
    assert_eq!(receiver.has_changed(), Ok(true));
    receiver.mark_unchanged();

    Waiting::begun(receiver.changed()).give_up();
    Waiting::begun(receiver.wait_for(|_| false)).give_up();
    Waiting::begun(sender.closed()).give_up();
}

#[test]
fn the_last_sender_that_goes_is_told_after_its_last_value() {
    let (sender, mut receiver) = channel(1);
    let mut late = receiver.clone();
    let another = sender.clone();
    assert_eq!(sender.sender_count(), 2);
    let waiting = Waiting::begun(receiver.changed());
    drop(sender);
    assert!(!waiting.was_woken() && !late.is_closed());
    drop(another);
    assert!(waiting.finish().is_err());
    assert!(late.is_closed() && late.has_changed().is_err());

    let (sender, mut receiver) = channel(1);
    let waiting = Waiting::begun(receiver.changed());
    sender.send(2).unwrap();
    drop(sender);
    waiting.finish().unwrap();
    assert!(at_once(receiver.changed()).is_err());
    assert_eq!(*receiver.borrow(), 2);
    late.mark_changed();
    at_once(late.changed()).unwrap();
    assert!(at_once(late.changed()).is_err());
}

#[test]
fn the_last_receiver_that_goes_is_told() {
    let (sender, receiver) = channel(1);
    let another = receiver.clone();
    let closed = [
        Waiting::begun(sender.closed()),
        Waiting::begun(sender.closed()),
    ];
    drop(receiver);
    assert_eq!((closed[0].wakes(), sender.receiver_count()), (0, 1));
    drop(another);
    closed.into_iter().for_each(Waiting::finish);
    assert!(sender.is_closed());

    assert_eq!(sender.send(2), Err(SendError(2)));
    assert_eq!(*sender.borrow(), 1, "the old value stays");
    assert_eq!(sender.send_replace(3), 1);
    sender.send_modify(|n| *n += 1);
    assert_eq!(*sender.subscribe().borrow(), 4);
}

/// Who waits for the last receiver to go, and is polled when there is a new one, waits on.
#[test]
fn a_channel_that_is_opened_again() {
    let (sender, receiver) = channel(1);
    let mut closed = Waiting::begun(sender.closed());
    drop(receiver);
    assert!(closed.was_woken());
    let receiver = sender.subscribe();
    assert!(closed.poll().is_pending());
    drop(receiver);
    assert_eq!(closed.wakes(), 2);
    closed.finish();
}

#[test]
fn changes_in_place() {
    let (sender, mut receiver) = channel(vec![1]);
    let waiting = Waiting::begun(receiver.changed());
    let quiet = sender.send_if_modified(|numbers| {
        numbers.push(2);
        false
    });
    assert!(!quiet && !waiting.was_woken());
    assert!(sender.send_if_modified(|numbers| !numbers.is_empty()));
    waiting.finish().unwrap();
    assert_eq!(*receiver.borrow(), [1, 2]);
    sender.send_modify(Vec::clear);
    assert_eq!(receiver.has_changed(), Ok(true));
    assert!(receiver.borrow_and_update().is_empty());

    let panics = || sender.send_modify(|_| panic!("told to"));
    assert!(catch_unwind(AssertUnwindSafe(panics)).is_err());
    assert_eq!(receiver.has_changed(), Ok(false), "nobody is told");
    sender.send(vec![3]).unwrap();
}

#[test]
fn waiting_for_a_value_that_fits() {
    let (sender, mut receiver) = channel(1);
    assert_eq!(*at_once(receiver.wait_for(|n| *n == 1)).unwrap(), 1);
    let asked = RefCell::new(Vec::new());
    let mut waiting = Waiting::begun(receiver.wait_for(|n| {
        asked.borrow_mut().push(*n);
        *n > 3
    }));
    sender.send(2).unwrap();
    assert!(waiting.poll().is_pending());
    sender.send(3).unwrap();
    sender.send(4).unwrap();
    let value = waiting.finish().unwrap();
    assert_eq!((*value, value.has_changed()), (4, true));
    drop(value);
    assert_eq!(asked.take(), [1, 2, 4]);
    assert_eq!(receiver.has_changed(), Ok(false));

    let waiting = Waiting::begun(receiver.wait_for(|n| *n == 9));
    drop(sender);
    assert!(waiting.finish().is_err());
    assert!(at_once(receiver.wait_for(|n| *n == 4)).is_ok());
}

fn words_of(misuse: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(misuse)).expect_err("it did not panic");
    payload.downcast_ref::<&str>().unwrap().to_string()
}

#[test]
fn a_value_that_is_borrowed_cannot_be_changed() {
    let (sender, receiver) = channel(1);
    let value = receiver.borrow();
    assert!(words_of(|| sender.send(2).unwrap()).contains("drop the `Ref` before"));
    assert!(words_of(|| sender.send_modify(|_| ())).contains("drop the `Ref` before"));
    drop(value);
    assert_eq!(receiver.has_changed(), Ok(false));
    let looks = || sender.send_modify(|_| drop(receiver.borrow()));
    assert!(words_of(looks).contains("use what the closure is given"));
    sender.send(2).unwrap();
}

#[test]
fn every_value_is_dropped_once() {
    let (dropped, token) = drop_counter();
    let (sender, receiver) = channel(token());
    assert!(sender.send(token()).is_ok());
    assert_eq!(dropped.take(), 1);
    drop(sender.send_replace(token()));
    assert_eq!(dropped.take(), 1);
    drop(receiver);
    let back = sender.send(token());
    assert_eq!(dropped.take(), 0);
    drop(back);
    assert_eq!(dropped.take(), 1);
    drop(sender);
    assert_eq!(dropped.take(), 1);
}

/// A chain of values, each of which sends the next one when it is dropped.
#[test]
fn a_value_whose_drop_sends() {
    type Value = OnDrop<Box<dyn FnOnce()>>;
    fn value(left: u32, sender: Sender<Option<Value>>, sent: Rc<Cell<u32>>) -> Value {
        OnDrop::new(Box::new(move || {
            sent.set(sent.get() + 1);
            let next = (left > 0).then(|| value(left - 1, sender.clone(), sent.clone()));
            drop(sender.send_replace(next));
        }))
    }
    let (sender, mut receiver): (_, Receiver<Option<Value>>) = channel(None);
    let sent = Rc::new(Cell::new(0));
    let first = value(3, sender.clone(), sent.clone());
    assert!(sender.send(Some(first)).is_ok());
    assert!(sender.send(None).is_ok()); // The first is dropped, which sends the second, over the third value.
    assert_eq!(sent.get(), 1);
    assert!(receiver.borrow_and_update().is_some());
    while receiver.borrow_and_update().is_some() {
        drop(sender.send_replace(None));
    }
    assert_eq!(sent.get(), 4);
}

#[test]
fn wakers_that_use_the_channel() {
    let (sender, mut receiver) = channel(1);
    let seen = Rc::new(Cell::new(0));
    let looks_and_sends = waker_that_calls({
        let (sender, seen) = (sender.clone(), seen.clone());
        move || {
            seen.set(*sender.borrow());
            sender.send(3).unwrap();
        }
    });
    let mut waiting = Waiting::new(receiver.changed());
    assert!(waiting.poll_with(&looks_and_sends).is_pending());
    sender.send(2).unwrap();
    assert_eq!((seen.get(), *sender.borrow()), (2, 3));
    assert_eq!(waiting.poll(), Poll::Ready(Ok(())));
    drop(waiting);
    assert_eq!(*receiver.borrow_and_update(), 3);

    // The waker that is replaced sends when it is dropped, in the midst of the poll: which sees the change.
    let sends = waker_whose_drop_calls(move || sender.send(4).unwrap());
    let mut waiting = Waiting::new(receiver.changed());
    assert!(waiting.poll_with(&sends).is_pending());
    drop(sends);
    assert_eq!(waiting.poll(), Poll::Ready(Ok(())));
}

/// When they are woken the change is done, in whatever way it was made.
#[test]
fn wakers_that_look_at_what_changed() {
    let changes: [fn(&Sender<i32>); 4] = [
        |sender| sender.send(2).unwrap(),
        |sender| assert_eq!(sender.send_replace(2), 1),
        |sender| sender.send_modify(|n| *n += 1),
        |sender| {
            sender.send_if_modified(|n| {
                *n += 1;
                true
            });
        },
    ];
    for change in changes {
        let (sender, mut receiver) = channel(1);
        let seen = Rc::new(Cell::new(0));
        let looks = waker_that_calls({
            let (sender, seen) = (sender.clone(), seen.clone());
            move || seen.set(sender.send_replace(3))
        });
        let mut waiting = Waiting::new(receiver.changed());
        assert!(waiting.poll_with(&looks).is_pending());
        change(&sender);
        assert_eq!((seen.get(), *sender.borrow()), (2, 3));
    }
}

#[test]
fn what_they_print() {
    let (sender, receiver) = channel(1);
    assert_eq!(
        format!("{sender:?} {receiver:?} {:?}", receiver.borrow()),
        "Sender { receivers: 1 } Receiver { has_changed: false, closed: false } 1"
    );
    assert!(receiver.same_channel(&sender.subscribe()));
    assert!(!sender.same_channel(&Sender::default()));
}
