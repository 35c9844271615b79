//! A scope's children that choose at random what they do, and the model that knows what must come of it.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::thread;

use runtime::task::{Aborted, Scope, ScopedJoinHandle};

/// Marsaglia's xorshift: small, and good enough to choose with.
pub(crate) struct Random(Cell<u64>);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Random(Cell::new(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1))
    }

    pub(crate) fn below(&self, bound: usize) -> usize {
        let mut state = self.0.get();
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        self.0.set(state);
        (state >> 32) as usize % bound
    }
}

/// What the model knows of a child.
#[derive(Default)]
pub(crate) struct Record {
    /// It was spawned, woken or aborted since its last poll began.
    due: bool,
    pub(crate) dropped: u32,
    returned: bool,
    aborted: bool,
    /// Who awaited its handle last.
    joiner: Option<usize>,
}

pub(crate) struct World {
    pub(crate) random: Random,
    pub(crate) records: RefCell<Vec<Record>>,
    pub(crate) wakers: RefCell<Vec<(usize, Waker)>>,
    pub(crate) values: Cell<i32>,
    pub(crate) polls: Cell<usize>,
    /// Panics and errors, of which one must come out.
    pub(crate) panics: Cell<u32>,
    pub(crate) errors: Cell<u32>,
    /// How often in so many turns a child fails.
    failures: usize,
}

/// What a child returns: counts what is alive.
pub(crate) struct Value<'env>(pub(crate) usize, &'env World);

impl<'env> Value<'env> {
    pub(crate) fn new(child: usize, world: &'env World) -> Self {
        world.values.set(world.values.get() + 1);
        Value(child, world)
    }
}

impl Drop for Value<'_> {
    fn drop(&mut self) {
        self.1.values.set(self.1.values.get() - 1);
    }
}

pub(crate) type Handle<'scope, 'env> = ScopedJoinHandle<'scope, Value<'env>>;
pub(crate) type Handles<'scope, 'env> = RefCell<Vec<(usize, Handle<'scope, 'env>)>>;

pub(crate) struct Actor<'scope, 'env> {
    child: usize,
    world: &'env World,
    s: &'scope Scope<'scope, 'env, usize>,
    handles: Rc<Handles<'scope, 'env>>,
}

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        let random = Random::new(seed);
        let failures = [usize::MAX, 1_000, 100][random.below(3)];
        World {
            random,
            records: RefCell::default(),
            wakers: RefCell::default(),
            values: Cell::new(0),
            polls: Cell::new(0),
            panics: Cell::new(0),
            errors: Cell::new(0),
            failures,
        }
    }

    fn fails(&self, count: &Cell<u32>) -> bool {
        let fails = self.random.below(self.failures) == 0;
        if fails {
            count.set(count.get() + 1);
        }
        fails
    }

    pub(crate) fn make_due(&self, child: usize) {
        self.records.borrow_mut()[child].due = true;
    }

    pub(crate) fn spawn<'scope, 'env>(
        &'env self,
        s: &'scope Scope<'scope, 'env, usize>,
        handles: &Rc<Handles<'scope, 'env>>,
    ) {
        let child = self.records.borrow().len();
        let due = true;
        self.records.borrow_mut().push(Record {
            due,
            ..Record::default()
        });
        let handle = s.try_spawn(Actor {
            child,
            world: self,
            s,
            handles: handles.clone(),
        });
        if self.random.below(4) > 0 {
            handles.borrow_mut().push((child, handle));
        }
    }

    /// Calls one of the wakers that the children gave away, here or on a thread; tells whether it must be heard.
    pub(crate) fn wake_somebody(&self) -> bool {
        let (child, waker) = {
            let mut wakers = self.wakers.borrow_mut();
            let count = wakers.len();
            if count == 0 {
                return false;
            }
            wakers.swap_remove(self.random.below(count))
        };
        let lives = self.records.borrow()[child].dropped == 0;
        self.make_due(child);
        match self.random.below(3) {
            0 => drop(thread::spawn(move || waker.wake()).join()),
            1 => waker.wake(),
            _ => {
                waker.wake_by_ref();
                self.wakers.borrow_mut().push((child, waker));
            }
        }
        lives
    }

    pub(crate) fn somebody_is_due(&self) -> bool {
        let records = self.records.borrow();
        records.iter().any(|r| r.due && r.dropped == 0)
    }
}

impl<'scope, 'env> Actor<'scope, 'env> {
    fn some_handle(&self) -> Option<(usize, Handle<'scope, 'env>)> {
        let mut handles = self.handles.borrow_mut();
        let count = handles.len();
        (count > 0).then(|| handles.swap_remove(self.world.random.below(count)))
    }

    /// Does one thing to the others.
    fn meddle(&self, cx: Option<&mut Context<'_>>) {
        match (self.world.random.below(6), cx) {
            (0 | 1, _) if self.world.records.borrow().len() < 300 => {
                self.world.spawn(self.s, &self.handles);
            }
            (2, _) => {
                if let Some((child, handle)) = self.some_handle() {
                    self.world.make_due(child);
                    self.world.records.borrow_mut()[child].aborted = true;
                    handle.abort();
                    self.handles.borrow_mut().push((child, handle));
                }
            }
            (3, _) => {
                if let Some((child, handle)) = self.some_handle() {
                    self.world.records.borrow_mut()[child].joiner = None; // Nobody awaits it any more.
                    drop(handle);
                }
            }
            (_, Some(cx)) => {
                if let Some((child, mut handle)) = self.some_handle() {
                    match Pin::new(&mut handle).poll(cx) {
                        Poll::Pending => {
                            self.world.records.borrow_mut()[child].joiner = Some(self.child);
                            self.handles.borrow_mut().push((child, handle));
                        }
                        Poll::Ready(result) => self.world.check(child, result),
                    }
                }
            }
            _ => {}
        }
    }
}

impl World {
    fn check(&self, child: usize, result: Result<Value<'_>, Aborted>) {
        let records = self.records.borrow();
        let record = &records[child];
        assert_eq!(record.dropped, 1);
        match &result {
            Ok(value) => assert!(value.0 == child && record.returned),
            Err(Aborted) => assert!(record.aborted && !record.returned),
        }
    }
}

impl<'env> Future for Actor<'_, 'env> {
    type Output = Result<Value<'env>, usize>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let (child, world) = (self.child, self.world);
        world.polls.set(world.polls.get() + 1);
        {
            let record = &mut world.records.borrow_mut()[child];
            assert!(
                record.dropped == 0 && !record.returned,
                "polled after its end"
            );
            assert!(record.due, "polled for nothing");
            record.due = false;
        }
        for _ in 0..world.random.below(3) {
            self.meddle(Some(cx));
        }
        if world.fails(&world.panics) {
            resume_unwind(Box::new(child)); // Without the hook's words.
        }
        if world.fails(&world.errors) {
            return Poll::Ready(Err(child));
        }
        match world.random.below(8) {
            0 | 1 => {
                world.make_due(child);
                cx.waker().wake_by_ref();
            }
            2..=4 => {
                let given = (child, cx.waker().clone());
                world.wakers.borrow_mut().push(given);
            }
            5 => {} // Only an abort ends it, or the scope.
            _ => {
                world.records.borrow_mut()[child].returned = true;
                return Poll::Ready(Ok(Value::new(child, world)));
            }
        }
        Poll::Pending
    }
}

impl Drop for Actor<'_, '_> {
    fn drop(&mut self) {
        self.world.records.borrow_mut()[self.child].dropped += 1;
        if self.world.random.below(4) == 0 {
            self.meddle(None); // Perhaps it drops its own handle.
        }
        let joiner = self.world.records.borrow_mut()[self.child].joiner.take();
        if let Some(joiner) = joiner {
            self.world.make_due(joiner);
        }
        if !thread::panicking() && self.world.fails(&self.world.panics) {
            resume_unwind(Box::new(self.child));
        }
    }
}
