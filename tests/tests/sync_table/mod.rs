//! The table of a game: a channel, those who use it, and the model that knows what must come of each move.

use std::cell::Cell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use runtime::sync::mpsc::error::{TryRecvError, TrySendError};
use runtime::sync::mpsc::{Receiver, Sender, channel};

use crate::counted::Counted;
use crate::polled::Waiting;

/// Marsaglia's xorshift: small, and good enough to choose with.
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 32) % bound
    }
}

/// Counts those that live.
struct Value(u32, Rc<Cell<i32>>);

impl Value {
    fn new(number: u32, alive: &Rc<Cell<i32>>) -> Self {
        alive.set(alive.get() + 1);
        Value(number, alive.clone())
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        self.1.set(self.1.get() - 1);
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Waits,
    /// A place is its own, and it was not polled since.
    Called,
    /// It was called by the close.
    Refused,
    /// It has its permit and keeps it.
    Holds,
}

/// A future that waits for a place, and then has a permit until it is told to send. It has a sender of its own.
struct Actor {
    number: u32,
    state: State,
    wakes_expected: usize,
    sends_now: Rc<Cell<bool>>,
    future: Waiting<'static, bool>,
}

pub(crate) struct Model {
    values: VecDeque<u32>,
    free: usize,
    pub(crate) closed: bool,
    pub(crate) receiver_gone: bool,
    permits: usize,
    /// The numbers of those that wait, in their order.
    line: VecDeque<u32>,
    pub(crate) senders: usize,
}

impl Model {
    fn has_ended(&self) -> bool {
        (self.closed || self.senders == 0) && self.permits == 0 && self.values.is_empty()
    }
}

pub(crate) struct Table {
    random: Random,
    /// How many values live.
    pub(crate) alive: Rc<Cell<i32>>,
    next: u32,
    pub(crate) model: Model,
    actors: Vec<Actor>,
    senders: Vec<Sender<Value>>,
    receiver: Option<Receiver<Value>>,
    /// The receiver's last poll was pending: how often its waker was called before.
    receiver_waits: Option<usize>,
    receiver_waker: (Arc<Counted>, Waker),
}

impl Table {
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let capacity = 1 + random.below(4) as usize;
        let (sender, receiver) = channel(capacity);
        Table {
            random,
            alive: Rc::default(),
            next: 0,
            model: Model {
                values: VecDeque::new(),
                free: capacity,
                closed: false,
                receiver_gone: false,
                permits: 0,
                line: VecDeque::new(),
                senders: 1,
            },
            actors: Vec::new(),
            senders: vec![sender],
            receiver: Some(receiver),
            receiver_waits: None,
            receiver_waker: Counted::waker(),
        }
    }

    fn value(&mut self) -> Value {
        self.next += 1;
        Value::new(self.next, &self.alive)
    }

    fn some(&mut self, count: usize) -> Option<usize> {
        (count > 0).then(|| self.random.below(count as u64) as usize)
    }

    /// One move.
    pub(crate) fn play(&mut self) {
        match self.random.below(100) {
            0..20 => self.try_send(),
            20..45 => self.begin(),
            45..60 => self.poll(),
            60..68 => self.give_up(),
            68..88 => self.receive(),
            88..92 => self.clone_sender(),
            92..97 => self.drop_sender(),
            97 if self.random.below(20) == 0 => self.close(),
            98 if self.random.below(40) == 0 => self.drop_receiver(),
            _ => {}
        }
        self.compare();
    }

    fn try_send(&mut self) {
        let Some(at) = self.some(self.senders.len()) else {
            return;
        };
        let value = self.value();
        let number = value.0;
        let sent = self.senders[at].try_send(value);
        match sent {
            Ok(()) => {
                assert!(!self.model.closed && self.model.free > 0);
                self.model.free -= 1;
                self.model.values.push_back(number);
            }
            Err(TrySendError::Full(value)) => {
                assert!(!self.model.closed && self.model.free == 0 && value.0 == number);
            }
            Err(TrySendError::Closed(value)) => assert!(self.model.closed && value.0 == number),
        }
    }

    /// A future that sends at once when it has room, or keeps its permit until it is told.
    fn begin(&mut self) {
        let Some(at) = self.some(self.senders.len()) else {
            return;
        };
        let sender = self.senders[at].clone();
        let value = self.value();
        let number = value.0;
        let sends_now = Rc::new(Cell::new(self.random.below(2) == 0));
        let told = sends_now.clone();
        let whole = sends_now.get() && self.random.below(2) == 0;
        let future = Waiting::new(async move {
            if whole {
                return sender.send(value).await.is_ok();
            }
            let Ok(permit) = sender.reserve().await else {
                return false;
            };
            poll_fn(|_| match told.get() {
                true => Poll::Ready(()),
                false => Poll::Pending,
            })
            .await;
            permit.send(value);
            true
        });
        self.model.senders += 1;
        self.actors.push(Actor {
            number,
            state: State::Waits,
            wakes_expected: 0,
            sends_now,
            future,
        });
        let at = self.actors.len() - 1;
        if self.model.closed {
            self.actors[at].state = State::Refused;
        } else if self.model.free > 0 {
            self.model.free -= 1;
            self.actors[at].state = State::Called;
        }
        self.poll_actor(at);
        let waits = |actor: &Actor| actor.state == State::Waits;
        if self.actors.get(at).is_some_and(waits) {
            self.model.line.push_back(number);
        }
    }

    fn poll(&mut self) {
        let Some(at) = self.some(self.actors.len()) else {
            return;
        };
        if self.random.below(3) > 0 {
            self.actors[at].sends_now.set(true);
        }
        self.poll_actor(at);
    }

    fn poll_actor(&mut self, at: usize) {
        let Table { actors, model, .. } = self;
        let actor = &mut actors[at];
        let poll = actor.future.poll();
        if actor.state == State::Called {
            if model.closed {
                model.free += 1;
                actor.state = State::Refused;
            } else {
                model.permits += 1;
                actor.state = State::Holds;
            }
        }
        let expected = match actor.state {
            State::Holds if actor.sends_now.get() => {
                model.permits -= 1;
                if !model.receiver_gone {
                    model.values.push_back(actor.number);
                }
                Poll::Ready(true)
            }
            State::Refused => Poll::Ready(false),
            _ => Poll::Pending,
        };
        assert_eq!(poll, expected, "{:?}", actor.state);
        if poll.is_ready() {
            drop(actors.remove(at));
            model.senders -= 1;
        }
    }

    fn give_up(&mut self) {
        let Some(at) = self.some(self.actors.len()) else {
            return;
        };
        let actor = self.actors.remove(at);
        actor.future.give_up();
        self.model.senders -= 1;
        match actor.state {
            State::Waits => self.model.line.retain(|number| *number != actor.number),
            State::Called => self.leave_place(),
            State::Holds => {
                self.model.permits -= 1;
                self.leave_place();
            }
            State::Refused => {}
        }
    }

    fn leave_place(&mut self) {
        let Some(number) = self.model.line.pop_front() else {
            self.model.free += 1;
            return;
        };
        let actor = self.actors.iter_mut().find(|actor| actor.number == number);
        let actor = actor.expect("who stands in line is there");
        assert_eq!(actor.state, State::Waits);
        actor.state = State::Called;
        actor.wakes_expected += 1;
    }

    fn receive(&mut self) {
        let Some(receiver) = &mut self.receiver else {
            return;
        };
        let ended = self.model.has_ended();
        let expected = self.model.values.pop_front();
        if self.random.below(2) == 0 {
            let received = receiver.try_recv();
            match received {
                Ok(value) => assert_eq!(Some(value.0), expected),
                Err(TryRecvError::Empty) => assert!(expected.is_none() && !ended),
                Err(TryRecvError::Disconnected) => assert!(ended),
            }
        } else {
            let mut cx = Context::from_waker(&self.receiver_waker.1);
            let polled = receiver.poll_recv(&mut cx);
            self.receiver_waits = match polled {
                Poll::Ready(Some(value)) => {
                    assert_eq!(Some(value.0), expected);
                    None
                }
                Poll::Ready(None) => {
                    assert!(ended);
                    None
                }
                Poll::Pending => {
                    assert!(expected.is_none() && !ended);
                    Some(self.receiver_waker.0.wakes())
                }
            };
        }
        if expected.is_some() {
            self.leave_place();
        }
    }

    fn clone_sender(&mut self) {
        if let Some(at) = self.some(self.senders.len()) {
            self.senders.push(self.senders[at].clone());
            self.model.senders += 1;
        }
    }

    fn drop_sender(&mut self) {
        // The last one goes seldom.
        if self.senders.len() > 1 || self.random.below(50) == 0 {
            if let Some(at) = self.some(self.senders.len()) {
                drop(self.senders.swap_remove(at));
                self.model.senders -= 1;
            }
        }
    }

    fn close(&mut self) {
        if let Some(receiver) = &mut self.receiver {
            receiver.close();
            self.closed();
        }
    }

    fn drop_receiver(&mut self) {
        if self.receiver.take().is_some() {
            self.closed();
            self.model.receiver_gone = true;
            self.model.values.clear();
            self.receiver_waits = None;
        }
    }

    fn closed(&mut self) {
        self.model.closed = true;
        self.model.line.clear();
        for actor in &mut self.actors {
            if actor.state == State::Waits {
                actor.state = State::Refused;
                actor.wakes_expected += 1;
            }
        }
    }

    fn compare(&self) {
        let model = &self.model;
        for actor in &self.actors {
            let wakes = actor.future.wakes();
            assert_eq!(wakes, actor.wakes_expected, "{:?}", actor.state);
        }
        if let Some(sender) = self.senders.first() {
            assert_eq!(
                (sender.capacity(), sender.is_closed()),
                (model.free, model.closed)
            );
        }
        if let Some(receiver) = &self.receiver {
            assert_eq!(receiver.len(), model.values.len());
            assert_eq!(receiver.is_closed(), model.closed || model.senders == 0);
        }
        if let Some(before) = self.receiver_waits {
            // Also when somebody else has taken the value since.
            let due = model.has_ended() || !model.values.is_empty();
            assert!(
                !due || self.receiver_waker.0.wakes() > before,
                "nobody woke the receiver"
            );
        }
        // Each future holds its value; the line holds those that were sent.
        let expected = self.actors.len() + model.values.len();
        assert_eq!(self.alive.get(), expected as i32, "values that live");
    }
}
