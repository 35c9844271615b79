//! The loop that joins the two machines: the executor runs tasks, the reactor waits, and nothing else happens.

use std::future::Future;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use executor::{Entered, Step};
use reactor::{Reactor, budget};

use crate::enter::Level;
use crate::runtime::Runtime;

/// Steps between two looks at the world while tasks are always ready: busy tasks must not starve the I/O.
pub(crate) const STEPS_PER_LOOK: u32 = 61;

/// And operations: each is about one system call, so that a few floods together are as long as many short polls.
pub(crate) const OPERATIONS_PER_LOOK: u32 = 2 * budget::OPERATIONS_PER_POLL;

/// Runs tasks and `future` until `future` is ready.
///
/// The future is polled when its turn in the queue has come, like a task. While there is anything to run the reactor
/// only looks, and that seldom; when there is nothing it waits. A wake from another thread that comes between the
/// last step and the wait is not lost: the unparker's token ends that wait at once.
///
/// # Panics
/// At the caller's line, if it would wait for ever and everybody can see that; see `stuck.rs`.
#[track_caller]
pub(crate) fn drive<F: Future>(
    runtime: &Runtime,
    executor: &Entered<'_>,
    level: &Level,
    mut future: Pin<&mut F>,
) -> F::Output {
    let (reactor, watchman) = (&runtime.reactor, &runtime.watchman);
    watchman.begin();
    let root = executor.root();
    let (mut steps, mut operations) = (0, 0);
    loop {
        operations += budget::refill();
        if steps >= STEPS_PER_LOOK || operations >= OPERATIONS_PER_LOOK {
            turn(reactor, Some(Duration::ZERO));
            (steps, operations) = (0, 0);
        }
        match executor.step() {
            Step::Ran => {}
            Step::Root => {
                if let Poll::Ready(output) = root.poll(future.as_mut()) {
                    return output;
                }
            }
            Step::Idle => {
                level.must_be_deepest();
                let timeout = watchman.look(runtime);
                turn(reactor, timeout);
                (steps, operations) = (0, 0);
            }
        }
        steps += 1;
    }
}

#[inline]
fn turn(reactor: &Reactor, timeout: Option<Duration>) {
    // It fails only when the system's event queue itself is broken; there is nobody left to tell but the user.
    reactor
        .turn(timeout)
        .expect("the system's event queue cannot be waited on");
}
