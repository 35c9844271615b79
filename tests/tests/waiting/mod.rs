//! Futures that wait, polled by hand; it knows nothing of what they wait for.

#![allow(dead_code, reason = "each test file takes what it needs")]

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

/// A future that is polled when the test says so, outside of any runtime.
pub(crate) struct Waiting<'a, T>(Pin<Box<dyn Future<Output = T> + 'a>>);

/// Polls it for the first time: it has to wait.
#[track_caller]
pub(crate) fn waiting<'a, T>(future: impl Future<Output = T> + 'a) -> Waiting<'a, T> {
    let mut waiting = Waiting::new(future);
    assert!(waiting.waits(), "it need not wait");
    waiting
}

/// Polls it once: it must be ready at once.
#[track_caller]
pub(crate) fn at_once<T>(future: impl Future<Output = T>) -> T {
    Waiting::new(future).ready()
}

impl<'a, T> Waiting<'a, T> {
    pub(crate) fn new(future: impl Future<Output = T> + 'a) -> Self {
        Waiting(Box::pin(future))
    }

    pub(crate) fn poll(&mut self) -> Poll<T> {
        self.poll_with(Waker::noop())
    }

    pub(crate) fn poll_with(&mut self, waker: &Waker) -> Poll<T> {
        self.0.as_mut().poll(&mut Context::from_waker(waker))
    }

    #[track_caller]
    pub(crate) fn waits(&mut self) -> bool {
        self.poll().is_pending()
    }

    #[track_caller]
    pub(crate) fn ready(&mut self) -> T {
        match self.poll() {
            Poll::Ready(value) => value,
            Poll::Pending => panic!("it has to wait"),
        }
    }
}
