//! Every value to everybody: lag, the ends of both sides, what is kept for whom, and how often it is cloned.

mod counted;
mod drive;
mod polled;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::task::Poll;

use drive::OnDrop;
use polled::{Waiting, at_once, waker_that_calls, waker_whose_drop_calls};
use runtime::sync::broadcast::error::{RecvError, SendError, TryRecvError};
use runtime::sync::broadcast::{Receiver, Sender, channel};
use runtime::task::yield_now;
use runtime::{block_on, spawn};

fn all(receiver: &mut Receiver<u32>) -> Vec<u32> {
    std::iter::from_fn(|| receiver.try_recv().ok()).collect()
}

#[test]
fn between_tasks() {
    block_on(async {
        let (sender, receiver) = channel(4);
        let readers: Vec<_> = (0..3)
            .map(|_| {
                let mut receiver = receiver.resubscribe();
                spawn(async move {
                    let mut received = Vec::new();
                    while let Ok(n) = receiver.recv().await {
                        received.push(n);
                    }
                    received
                })
            })
            .collect();
        drop(receiver);
        for n in 0..100 {
            assert_eq!(sender.send(Rc::new(n)), Ok(3));
            yield_now().await;
        }
        drop(sender);
        for reader in readers {
            assert!(reader.await.unwrap().into_iter().eq((0..100).map(Rc::new)));
        }
    });
}

#[test]
#[should_panic(expected = "give `broadcast::channel` a capacity of at least 1")]
fn a_channel_has_room() {
    channel::<u8>(0);
}

#[test]
fn lag_is_told_once_and_then_the_oldest_kept_comes() {
    let (sender, mut slow) = channel(3); // Not rounded up.
    let mut quick = sender.subscribe();
    for n in 0..10 {
        sender.send(n).unwrap();
        assert_eq!(quick.try_recv(), Ok(n));
    }
    assert_eq!((slow.len(), sender.len()), (10, 3));
    assert_eq!(slow.try_recv(), Err(TryRecvError::Lagged(7)));
    assert_eq!(slow.len(), 3);
    assert_eq!(slow.try_recv(), Ok(7));
    sender.send(10).unwrap();
    assert_eq!(at_once(slow.recv()), Ok(8));
    (11..14).for_each(|n| assert!(sender.send(n).is_ok()));
    assert_eq!(at_once(slow.recv()), Err(RecvError::Lagged(2)));
    drop(sender);
    for n in 11..14 {
        assert_eq!(at_once(slow.recv()), Ok(n));
    }
    assert_eq!(at_once(slow.recv()), Err(RecvError::Closed));
    assert_eq!(slow.try_recv(), Err(TryRecvError::Closed));
    assert_eq!(quick.len(), 4);
}

#[test]
fn exactly_the_capacity_is_no_lag() {
    let (sender, mut receiver) = channel(3);
    (0..3).for_each(|n| assert!(sender.send(n).is_ok()));
    assert_eq!(all(&mut receiver), [0, 1, 2]);
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
}

#[test]
fn a_subscription_begins_with_what_is_sent_next() {
    let (sender, mut first) = channel(8);
    sender.send(1).unwrap();
    let (mut second, mut third) = (sender.subscribe(), first.resubscribe());
    assert_eq!((sender.send(2), sender.receiver_count()), (Ok(3), 3));
    assert_eq!(all(&mut first), [1, 2]);
    assert_eq!(all(&mut second), [2]);
    assert_eq!(all(&mut third), [2]);
}

#[test]
fn every_receiver_that_waits_is_woken() {
    let (sender, mut one) = channel(1);
    let mut two = sender.subscribe();
    let waiting = [&mut one, &mut two].map(|it| Waiting::begun(it.recv()));
    sender.send(1).unwrap();
    for waiting in waiting {
        assert_eq!(waiting.wakes(), 1);
        assert_eq!(waiting.finish(), Ok(1));
    }
}

#[test]
fn a_wait_that_is_dropped_loses_nothing() {
    let (sender, mut receiver) = channel(1);
    let waiting = Waiting::begun(receiver.recv());
    sender.send(1).unwrap();
    assert!(waiting.was_woken());
    waiting.give_up();
    assert_eq!(at_once(receiver.recv()), Ok(1));
    Waiting::begun(receiver.recv()).give_up();
    Waiting::begun(sender.closed()).give_up();
}

#[test]
fn the_ends_are_told() {
    let (sender, mut receiver) = channel::<u8>(1);
    let another = sender.clone();
    let waiting = Waiting::begun(receiver.recv());
    drop(sender);
    assert!(!waiting.was_woken());
    drop(another);
    assert_eq!(waiting.finish(), Err(RecvError::Closed));
    assert!(receiver.is_closed());

    let (sender, receiver) = channel(1);
    let another = receiver.resubscribe();
    let closed = Waiting::begun(sender.closed());
    drop(receiver);
    assert!(!closed.was_woken());
    drop(another);
    closed.finish();
    assert_eq!(sender.send(1), Err(SendError(1)));
    let mut closed = Waiting::new(sender.closed());
    let mut receiver = sender.subscribe();
    assert!(closed.poll().is_pending());
    sender.send(2).unwrap();
    assert_eq!(all(&mut receiver), [2]);
}

/// Counts what lives, and how often it was cloned.
struct Value(Rc<Cell<i32>>, Rc<Cell<i32>>);

impl Value {
    fn new(alive: &Rc<Cell<i32>>, clones: &Rc<Cell<i32>>) -> Self {
        alive.set(alive.get() + 1);
        Value(alive.clone(), clones.clone())
    }
}

impl Clone for Value {
    fn clone(&self) -> Self {
        self.1.set(self.1.get() + 1);
        Value::new(&self.0, &self.1)
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

#[test]
fn a_value_is_kept_while_somebody_has_not_seen_it_and_cloned_for_all_but_the_last() {
    let (alive, clones) = (Rc::default(), Rc::default());
    let value = || Value::new(&alive, &clones);
    let (sender, mut one) = channel(2);
    let (mut two, three) = (sender.subscribe(), sender.subscribe());
    assert!(sender.send(value()).is_ok() && sender.send(value()).is_ok());
    drop(one.try_recv());
    drop(two.try_recv());
    assert_eq!((alive.get(), clones.take(), sender.len()), (2, 2, 2));
    drop(three); // Nobody is left who has not seen the first.
    assert_eq!((alive.get(), sender.len()), (1, 1));
    drop((one.try_recv(), two.try_recv()));
    assert_eq!((alive.get(), clones.take(), sender.len()), (0, 1, 0));

    for _ in 0..5 {
        assert!(sender.send(value()).is_ok());
    }
    assert_eq!(alive.get(), 2, "those that had to go are dropped");
    drop((one, two));
    assert_eq!((alive.get(), sender.len()), (0, 0));
    let back = sender.send(value());
    assert_eq!(alive.get(), 1);
    drop(back);
    assert_eq!((alive.get(), clones.get()), (0, 0));
}

/// What happens at every clone and drop of a value.
#[derive(Default)]
struct Busy(Option<Rc<dyn Fn()>>);

impl Clone for Busy {
    fn clone(&self) -> Self {
        self.0.iter().for_each(|call| call());
        Busy(self.0.clone())
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.iter().for_each(|call| call());
    }
}

#[test]
fn a_value_whose_clone_and_drop_use_the_channel() {
    let (sender, mut receiver) = channel(2);
    let late = sender.subscribe();
    let calls = Rc::new(Cell::new(0));
    let value = || {
        let (sender, calls) = (sender.clone(), calls.clone());
        Busy(Some(Rc::new(move || {
            calls.set(calls.get() + 1);
            let _ = sender.send(Busy::default());
            drop(sender.subscribe());
        })))
    };
    // The third pushes the first out, whose drop sends and pushes the second out, and so on.
    for _ in 0..3 {
        assert!(sender.send(value()).is_ok());
    }
    assert_eq!(calls.take(), 3);
    let lagged = receiver.try_recv().map(drop);
    assert_eq!(lagged, Err(TryRecvError::Lagged(4)));
    assert!(sender.send(value()).is_ok());
    calls.take();
    while receiver.try_recv().map(drop) != Err(TryRecvError::Empty) {}
    assert!(calls.get() > 0);
    drop(late);
    drop(receiver);
    assert_eq!(sender.len(), 0);
}

#[test]
fn wakers_that_use_the_channel() {
    let (sender, receiver) = channel(4);
    let receiver = Rc::new(RefCell::new(receiver));
    let received = Rc::new(Cell::new(None));
    let receives = waker_that_calls({
        let (receiver, received) = (receiver.clone(), received.clone());
        move || received.set(receiver.borrow_mut().try_recv().ok())
    });
    let mut other = sender.subscribe();
    let mut waiting = Waiting::new(other.recv());
    assert!(waiting.poll_with(&receives).is_pending());
    sender.send(1).unwrap();
    assert_eq!(
        (received.take(), waiting.poll()),
        (Some(1), Poll::Ready(Ok(1)))
    );
    drop(waiting);

    // The waker that is replaced sends when it is dropped, in the midst of the poll: which sees the value.
    let sends = waker_whose_drop_calls(move || assert!(sender.send(2).is_ok()));
    let mut waiting = Waiting::new(other.recv());
    assert!(waiting.poll_with(&sends).is_pending());
    drop(sends);
    assert_eq!(waiting.poll(), Poll::Ready(Ok(2)));
}

/// Receivers come, go and lag; each must get what a list of its own says. A failure prints its seed;
/// `SEED=… cargo test -p tests --test sync_broadcast` makes the same moves again.
#[test]
fn a_game_of_receivers() {
    let given = std::env::var("SEED").map(|seed| seed.parse().expect("SEED is a number"));
    let seed: u64 = given.unwrap_or_else(|_| fresh_seed());
    println!("seed {seed}");
    let mut state = seed | 1;
    let mut below = |bound: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) % bound
    };
    for _ in 0..200 {
        let capacity = 1 + below(4) as usize;
        let sender = Sender::new(capacity);
        let mut receivers: Vec<(Receiver<u64>, VecDeque<u64>, u64)> = Vec::new();
        for n in 0..300 {
            match below(10) {
                0 => receivers.push((sender.subscribe(), VecDeque::new(), 0)),
                1 if !receivers.is_empty() => {
                    drop(receivers.swap_remove(below(receivers.len() as u64) as usize));
                }
                2..6 => {
                    assert_eq!(sender.send(n).ok().unwrap_or(0), receivers.len());
                    for (_, expected, lost) in &mut receivers {
                        expected.push_back(n);
                        if expected.len() > capacity {
                            expected.pop_front();
                            *lost += 1;
                        }
                    }
                }
                _ if !receivers.is_empty() => {
                    let at = below(receivers.len() as u64) as usize;
                    let (receiver, expected, lost) = &mut receivers[at];
                    let next = match std::mem::take(lost) {
                        0 => expected.pop_front().ok_or(TryRecvError::Empty),
                        lost => Err(TryRecvError::Lagged(lost)),
                    };
                    assert_eq!(receiver.try_recv(), next);
                }
                _ => {}
            }
            let kept = receivers.iter().map(|it| it.1.len()).max();
            assert_eq!(sender.len(), kept.unwrap_or(0));
        }
    }
}

fn fresh_seed() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(0)
}

#[test]
fn what_they_print() {
    let (sender, receiver) = channel(1);
    sender.send(OnDrop::new(|| ())).ok();
    assert_eq!(
        format!("{sender:?} {receiver:?}"),
        "Sender { len: 1, receivers: 1 } Receiver { len: 1, closed: false }"
    );
    let lagged = RecvError::Lagged(3).to_string();
    assert_eq!(lagged, "the receiver was too slow: 3 values were lost");
}
