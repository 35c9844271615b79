//! A future that is polled by hand, with a waker that counts; and wakers whose own code is the test's.

#![allow(dead_code, reason = "each test file takes what it needs")]

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use crate::counted::Counted;

pub(crate) struct Waiting<'a, T> {
    future: Pin<Box<dyn Future<Output = T> + 'a>>,
    counted: Arc<Counted>,
    waker: Waker,
}

impl<'a, T> Waiting<'a, T> {
    pub(crate) fn new(future: impl Future<Output = T> + 'a) -> Self {
        let (counted, waker) = Counted::waker();
        Waiting {
            future: Box::pin(future),
            counted,
            waker,
        }
    }

    /// Polled once, which must find nothing.
    #[track_caller]
    pub(crate) fn begun(future: impl Future<Output = T> + 'a) -> Self {
        let mut waiting = Waiting::new(future);
        assert!(waiting.poll().is_pending(), "it need not wait");
        waiting
    }

    pub(crate) fn poll(&mut self) -> Poll<T> {
        let waker = self.waker.clone();
        self.poll_with(&waker)
    }

    pub(crate) fn poll_with(&mut self, waker: &Waker) -> Poll<T> {
        self.future.as_mut().poll(&mut Context::from_waker(waker))
    }

    pub(crate) fn wakes(&self) -> usize {
        self.counted.wakes()
    }

    pub(crate) fn was_woken(&self) -> bool {
        self.wakes() > 0
    }

    /// It must have been woken, and be ready.
    #[track_caller]
    pub(crate) fn finish(mut self) -> T {
        assert!(self.was_woken(), "nobody woke it");
        match self.poll() {
            Poll::Ready(value) => value,
            Poll::Pending => panic!("it was woken, and still waits"),
        }
    }

    /// Drops the future, which must leave no waker behind.
    #[track_caller]
    pub(crate) fn give_up(self) {
        let Waiting {
            future,
            counted,
            waker,
        } = self;
        drop((future, waker));
        let left = Arc::strong_count(&counted) - 1;
        assert_eq!(left, 0, "wakers that it left behind");
    }
}

/// What a future that need not wait gives at once.
#[track_caller]
pub(crate) fn at_once<T>(future: impl Future<Output = T>) -> T {
    match Waiting::new(future).poll() {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits"),
    }
}

type Call = Box<dyn FnOnce()>;

thread_local!(static CALLS: RefCell<Vec<Option<Call>>> = const { RefCell::new(Vec::new()) });

/// A waker may be called from any thread, and so it holds no more than a place; what it calls stays here.
struct Calling {
    place: usize,
    when_dropped: bool,
}

impl Calling {
    fn waker(call: impl FnOnce() + 'static, when_dropped: bool) -> Waker {
        let place = CALLS.with_borrow_mut(|calls| {
            calls.push(Some(Box::new(call)));
            calls.len() - 1
        });
        Waker::from(Arc::new(Calling {
            place,
            when_dropped,
        }))
    }

    fn call(&self) {
        let call = CALLS.try_with(|calls| calls.borrow_mut()[self.place].take());
        if let Ok(Some(call)) = call {
            call();
        }
    }
}

impl Wake for Calling {
    fn wake(self: Arc<Self>) {
        if !self.when_dropped {
            self.call();
        }
    }
}

impl Drop for Calling {
    fn drop(&mut self) {
        if self.when_dropped {
            self.call();
        }
    }
}

/// A waker that calls back, once, when it is called.
pub(crate) fn waker_that_calls(call: impl FnOnce() + 'static) -> Waker {
    Calling::waker(call, false)
}

/// A waker that calls back when its last share is dropped.
pub(crate) fn waker_whose_drop_calls(call: impl FnOnce() + 'static) -> Waker {
    Calling::waker(call, true)
}
