//! The executor's loop: a queue of task numbers, a table of tasks, and no thread but one.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::Future;
use std::mem::ManuallyDrop;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use crate::alarm;
use crate::sleep::Sleepers;
use crate::task::{Join, Run, Task};
use crate::waker::waker;

/// The number of the future that `block_on` was given. The tasks have their place in the table, and one more.
const ROOT: usize = 0;

pub(crate) struct Executor {
    running: Cell<bool>,
    ready: RefCell<VecDeque<usize>>,
    tasks: RefCell<Vec<Option<Rc<dyn Run>>>>,
    free: RefCell<Vec<usize>>,
    pub(crate) sleepers: Sleepers,
}

thread_local! {
    // Never dropped, and constant: so an access is an addition and not a look at whether it is there yet.
    static EXECUTOR: ManuallyDrop<Executor> = const {
        ManuallyDrop::new(Executor {
            running: Cell::new(false),
            ready: RefCell::new(VecDeque::new()),
            tasks: RefCell::new(Vec::new()),
            free: RefCell::new(Vec::new()),
            sleepers: Sleepers::new(),
        })
    };
}

pub(crate) fn with<T>(use_it: impl FnOnce(&Executor) -> T) -> T {
    EXECUTOR.with(|executor| use_it(executor))
}

pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let waker = waker(ROOT);
    let mut context = Context::from_waker(&waker);
    with(|executor| {
        let _running = Running::begin(executor);
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        loop {
            match executor.next() {
                Some(ROOT) => {
                    if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
                        return output;
                    }
                }
                Some(index) => executor.run(index),
                None => executor.wait(),
            }
        }
    })
}

pub(crate) fn spawn<F: Future<Output: 'static> + 'static>(future: F) -> Join<F> {
    let task = Task::new(future);
    with(|executor| executor.insert(task.clone()));
    Join(task)
}

/// Makes the task of this number ready. A wake that came too late is for the next task of the number, which must bear
/// to be polled for nothing.
pub(crate) fn wake(index: usize) {
    with(|executor| match executor.running.get() {
        true => executor.ready.borrow_mut().push_back(index),
        // Another thread's waker: whose it is does not matter where one task waits for such a wake.
        false => alarm::ring(),
    });
}

impl Executor {
    fn insert(&self, task: Rc<dyn Run>) {
        let index = self.free.borrow_mut().pop().unwrap_or_else(|| {
            let mut tasks = self.tasks.borrow_mut();
            tasks.push(None);
            tasks.len()
        });
        self.tasks.borrow_mut()[index - 1] = Some(task);
        self.ready.borrow_mut().push_back(index);
    }

    fn next(&self) -> Option<usize> {
        self.ready.borrow_mut().pop_front()
    }

    fn run(&self, index: usize) {
        // A task that has ended may have been woken before.
        let Some(task) = self.task(index) else { return };
        // SAFETY: only this function takes a task out of the table, and that below, so that the pointer is good. Only
        // `block_on` gets here, and not from within itself, as `Running::begin` sees to: no task is polled in a poll.
        if unsafe { (*task).run(index) } {
            let ended = self.tasks.borrow_mut()[index - 1].take();
            self.free.borrow_mut().push(index);
            drop(ended);
        }
    }

    /// Where the task is. To count it as held through each poll would cost as much as the rest of a turn.
    fn task(&self, index: usize) -> Option<*const dyn Run> {
        match self.tasks.borrow().get(index - 1) {
            Some(Some(task)) => Some(Rc::as_ptr(task)),
            _ => None,
        }
    }

    /// Waits, because nothing is ready. Only here are the sleepers looked at: no work keeps its tasks ready for ever.
    fn wait(&self) {
        if self.sleepers.wake(wake) {
            return;
        }
        if alarm::wait(self.sleepers.next()) {
            let mut ready = self.ready.borrow_mut();
            ready.extend(ROOT..=self.tasks.borrow().len());
        }
        self.sleepers.wake(wake);
    }

    fn clear(&self) {
        // What a future's drop wakes or spawns finds the lists free.
        while let Some(task) = { self.tasks.borrow_mut().pop() } {
            drop(task);
        }
        self.free.borrow_mut().clear();
        self.ready.borrow_mut().clear();
        self.sleepers.clear();
    }
}

/// While it lives, wakes on this thread are for this executor. Afterwards the executor is as it was.
struct Running<'a>(&'a Executor);

impl Running<'_> {
    fn begin(executor: &Executor) -> Running<'_> {
        let running = executor.running.replace(true);
        assert!(!running, "the floor's block_on cannot be nested");
        Running(executor)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.clear();
        self.0.running.set(false);
    }
}
