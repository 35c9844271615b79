//! Drives an executor by hand: the smallest loops that a test needs; it knows nothing of what is tested.

#![allow(dead_code, reason = "each test file takes what it needs")]

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use executor::{Executor, Step};

/// Who waits so long for a wake has lost one. Nothing waits for it in a test that passes.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the executor unparks: counts, and ends the wait of the thread that made it.
pub(crate) struct Bell {
    rings: AtomicUsize,
    home: Thread,
}

impl Bell {
    pub(crate) fn rings(&self) -> usize {
        self.rings.load(SeqCst)
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.rings.fetch_add(1, SeqCst);
        self.home.unpark();
    }
}

pub(crate) fn executor() -> Executor {
    executor_with_bell().0
}

pub(crate) fn executor_with_bell() -> (Executor, Arc<Bell>) {
    let bell = Arc::new(Bell {
        rings: AtomicUsize::new(0),
        home: thread::current(),
    });
    (Executor::new(Waker::from(bell.clone())), bell)
}

/// Steps until no task is ready.
pub(crate) fn run(executor: &Executor) {
    let entered = executor.enter();
    while entered.step() != Step::Idle {}
}

/// Steps, and waits for other threads, until `done` says so.
pub(crate) fn run_until(executor: &Executor, done: impl Fn() -> bool) {
    let entered = executor.enter();
    while !done() {
        if entered.step() == Step::Idle {
            wait_for_a_wake();
        }
    }
}

/// Runs the executor until `future`, which is polled as its root, is ready.
pub(crate) fn block_on<F: Future>(executor: &Executor, future: F) -> F::Output {
    let mut future = pin!(future);
    let entered = executor.enter();
    let root = entered.root();
    loop {
        match entered.step() {
            Step::Root => {
                let poll = future.as_mut().poll(&mut Context::from_waker(root.waker()));
                if let Poll::Ready(value) = poll {
                    return value;
                }
            }
            Step::Ran => {}
            Step::Idle => wait_for_a_wake(),
        }
    }
}

fn wait_for_a_wake() {
    let since = Instant::now();
    thread::park_timeout(PATIENCE);
    assert!(since.elapsed() < PATIENCE, "a wake was lost");
}

/// Polls once, with a waker that does nothing.
pub(crate) fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// A future that is polled for ever, and says how often, and by which waker last.
#[derive(Clone, Default)]
pub(crate) struct Polled {
    polls: Rc<Cell<usize>>,
    waker: Rc<RefCell<Option<Waker>>>,
}

impl Polled {
    pub(crate) fn polls(&self) -> usize {
        self.polls.get()
    }

    /// Takes the waker of the last poll, so that nobody else holds it.
    pub(crate) fn take_waker(&self) -> Waker {
        self.waker.take().expect("polled once at least")
    }

    /// Calls the waker of the last poll, and keeps it.
    pub(crate) fn wake(&self) {
        let waker = self.waker.borrow();
        waker.as_ref().expect("polled once at least").wake_by_ref();
    }

    /// Pending for ever; keeps its waker.
    pub(crate) fn keeping_waker(&self) -> impl Future<Output = ()> + use<> {
        let this = self.clone();
        poll_fn(move |cx| {
            this.polls.set(this.polls.get() + 1);
            this.waker.replace(Some(cx.waker().clone()));
            Poll::Pending
        })
    }

    /// Pending for ever; keeps nothing.
    pub(crate) fn counting(&self) -> impl Future<Output = ()> + use<> {
        let this = self.clone();
        poll_fn(move |_| {
            this.polls.set(this.polls.get() + 1);
            Poll::Pending
        })
    }
}

/// Calls back when it is dropped.
pub(crate) struct OnDrop<F: FnOnce()>(Option<F>);

impl<F: FnOnce()> OnDrop<F> {
    pub(crate) fn new(call: F) -> Self {
        OnDrop(Some(call))
    }
}

impl<F: FnOnce()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        if let Some(call) = self.0.take() {
            call();
        }
    }
}

/// What a [`drop_counter`] counts.
pub(crate) type Token = OnDrop<Box<dyn FnOnce()>>;

/// A count, and what makes the tokens whose drops it counts.
pub(crate) fn drop_counter() -> (Rc<Cell<usize>>, impl Fn() -> Token) {
    let count = Rc::new(Cell::new(0));
    let counted = count.clone();
    let make = move || {
        let counted = counted.clone();
        OnDrop::new(Box::new(move || counted.set(counted.get() + 1)) as Box<dyn FnOnce()>)
    };
    (count, make)
}
