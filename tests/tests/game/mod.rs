//! A game of tasks that choose at random what they do, and the model that knows what must come of it.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::mpsc;
use std::task::{Context, Poll, Waker};
use std::thread;

use executor::JoinHandle;

use crate::drive::poll_once;

/// Marsaglia's xorshift: small, and good enough to choose with.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 32) % bound
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum State {
    /// It was spawned, or a wake was arranged.
    Due,
    /// Nobody will wake it but an abort.
    Asleep,
    Returned,
    Panicked,
    /// Its future was dropped before its end.
    Cancelled,
}

/// What the model knows of a task.
pub(crate) struct Record {
    pub(crate) state: State,
    pub(crate) aborted: bool,
    pub(crate) futures_dropped: u32,
    pub(crate) destructor_panicked: bool,
    pub(crate) values_dropped: u32,
}

pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) records: RefCell<Vec<Record>>,
    pub(crate) handles: RefCell<Vec<(usize, JoinHandle<Value>)>>,
    /// To the threads that wake. `None` when the game is over: then tasks only come to their ends.
    pub(crate) wakers: RefCell<Option<mpsc::Sender<Waker>>>,
    pub(crate) joined: Cell<u32>,
}

/// What a task returns: counts that it is dropped once.
pub(crate) struct Value(usize, Rc<World>);

impl Drop for Value {
    fn drop(&mut self) {
        self.1.records.borrow_mut()[self.0].values_dropped += 1;
    }
}

pub(crate) struct Actor {
    task: usize,
    random: Random,
    world: Rc<World>,
}

impl World {
    pub(crate) fn new(seed: u64, wakers: mpsc::Sender<Waker>) -> Rc<Self> {
        Rc::new(World {
            seed,
            records: RefCell::default(),
            handles: RefCell::default(),
            wakers: RefCell::new(Some(wakers)),
            joined: Cell::new(0),
        })
    }

    pub(crate) fn spawn(
        self: &Rc<Self>,
        spawn: impl FnOnce(Actor) -> JoinHandle<Value>,
        random: &mut Random,
    ) {
        let task = self.records.borrow().len();
        self.records.borrow_mut().push(Record {
            state: State::Due,
            aborted: false,
            futures_dropped: 0,
            destructor_panicked: false,
            values_dropped: 0,
        });
        let handle = spawn(Actor {
            task,
            random: Random::new(self.seed ^ (task as u64 + 1)),
            world: self.clone(),
        });
        if random.below(4) > 0 {
            self.handles.borrow_mut().push((task, handle));
        }
    }

    fn set(&self, task: usize, state: State) {
        self.records.borrow_mut()[task].state = state;
    }

    /// Takes some handle: with no borrow left when the caller uses or drops it.
    fn some_handle(&self, random: &mut Random) -> Option<(usize, JoinHandle<Value>)> {
        let mut handles = self.handles.borrow_mut();
        let count = handles.len() as u64;
        (count > 0).then(|| handles.swap_remove(random.below(count) as usize))
    }

    fn is_over(&self) -> bool {
        self.wakers.borrow().is_none()
    }

    /// A handle gave its result: it must be what the model says.
    pub(crate) fn check(&self, task: usize, result: Result<Value, executor::JoinError>) {
        self.joined.set(self.joined.get() + 1);
        let records = self.records.borrow();
        let record = &records[task];
        assert_eq!(record.futures_dropped, 1);
        match &result {
            Ok(value) => assert_eq!((value.0, record.state), (task, State::Returned)),
            Err(error) if error.is_panic() => {
                assert!(record.state == State::Panicked || record.destructor_panicked);
            }
            Err(_) => assert!(record.state == State::Cancelled && record.aborted),
        }
        drop(records);
        drop(result);
    }

    /// Does one thing to the other tasks.
    fn meddle(self: &Rc<Self>, random: &mut Random, cx: Option<&mut Context<'_>>) {
        match random.below(6) {
            0 | 1 if !self.is_over() && executor::has_current() => {
                self.spawn(|actor| executor::spawn(actor), random);
            }
            2 | 3 => {
                if let Some((task, handle)) = self.some_handle(random) {
                    self.records.borrow_mut()[task].aborted = true;
                    handle.abort();
                    self.handles.borrow_mut().push((task, handle));
                }
            }
            4 => drop(self.some_handle(random)),
            _ => {
                if let Some((task, mut handle)) = self.some_handle(random) {
                    let poll = match cx {
                        Some(cx) => Pin::new(&mut handle).poll(cx),
                        None => poll_once(&mut handle),
                    };
                    match poll {
                        Poll::Ready(result) => self.check(task, result),
                        Poll::Pending => self.handles.borrow_mut().push((task, handle)),
                    }
                }
            }
        }
    }
}

impl Future for Actor {
    type Output = Value;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Value> {
        let Actor {
            task,
            random,
            world,
        } = &mut *self;
        assert_eq!(world.records.borrow()[*task].futures_dropped, 0);
        for _ in 0..random.below(3) {
            world.meddle(random, Some(cx));
        }
        world.set(*task, State::Due);
        match random.below(8) {
            0 | 1 => cx.waker().wake_by_ref(),
            2 | 3 if !world.is_over() => {
                let wakers = world.wakers.borrow();
                for _ in 0..=random.below(2) {
                    (wakers.as_ref().expect("not over").send(cx.waker().clone())).unwrap();
                }
            }
            4 => world.set(*task, State::Asleep),
            5 => {
                world.set(*task, State::Panicked);
                resume_unwind(Box::new("an actor")); // Without the hook's words.
            }
            _ => {
                world.set(*task, State::Returned);
                return Poll::Ready(Value(*task, world.clone()));
            }
        }
        Poll::Pending
    }
}

impl Drop for Actor {
    fn drop(&mut self) {
        let Actor {
            task,
            random,
            world,
        } = self;
        let panics = random.below(16) == 0;
        {
            let record = &mut world.records.borrow_mut()[*task];
            record.futures_dropped += 1;
            record.destructor_panicked = panics;
            if matches!(record.state, State::Due | State::Asleep) {
                record.state = State::Cancelled;
            }
        }
        if random.below(4) == 0 {
            world.meddle(random, None);
        }
        if panics && !thread::panicking() {
            resume_unwind(Box::new("an actor's destructor"));
        }
    }
}
