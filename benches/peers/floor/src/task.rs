//! A spawned future and its output, in one allocation.

use std::cell::{Cell, UnsafeCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use crate::waker::waker;

pub(crate) struct Task<F: Future> {
    state: UnsafeCell<State<F>>,
    done: Cell<bool>,
    joiner: Cell<Option<Waker>>,
}

enum State<F: Future> {
    Running(F),
    Done(F::Output),
    Taken,
}

/// What the executor knows of a task.
pub(crate) trait Run {
    /// Polls the future; true if it has ended.
    ///
    /// # Safety
    ///
    /// The task's future is not being polled: a poll must not lead to another of the same task.
    unsafe fn run(&self, index: usize) -> bool;
}

impl<F: Future> Task<F> {
    pub(crate) fn new(future: F) -> Rc<Task<F>> {
        Rc::new(Task {
            state: UnsafeCell::new(State::Running(future)),
            done: Cell::new(false),
            joiner: Cell::new(None),
        })
    }
}

impl<F: Future> Run for Task<F> {
    unsafe fn run(&self, index: usize) -> bool {
        // SAFETY: until it is done, only this function touches the state, and the caller sees that it does so once at
        // a time. Once it is done, this function is never called again, because the executor forgets the task.
        let state = unsafe { &mut *self.state.get() };
        let State::Running(future) = state else {
            unreachable!("a task that ended is forgotten");
        };
        // SAFETY: the task lives in an `Rc` from the beginning, and the future is dropped where it is.
        let future = unsafe { Pin::new_unchecked(future) };
        match future.poll(&mut Context::from_waker(&waker(index))) {
            Poll::Ready(output) => *state = State::Done(output),
            Poll::Pending => return false,
        }
        self.done.set(true);
        if let Some(joiner) = self.joiner.take() {
            joiner.wake();
        }
        true
    }
}

/// The output of a task. Dropping it leaves the task alone.
pub(crate) struct Join<F: Future>(pub(crate) Rc<Task<F>>);

impl<F: Future> Future for Join<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let task = &self.0;
        if !task.done.get() {
            task.joiner.set(Some(cx.waker().clone()));
            return Poll::Pending;
        }
        // SAFETY: the task is done, so that nobody polls it, and there is one `Join` of a task. The reference ends
        // with this statement.
        let state = unsafe { task.state.get().replace(State::Taken) };
        match state {
            State::Done(output) => Poll::Ready(output),
            _ => panic!("a task's output can be taken once"),
        }
    }
}
