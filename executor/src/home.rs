//! Which executor runs on this thread just now, and its deque of turns; it knows nothing of slots or names.
//!
//! A wake has to find out whether it is at home, and if so queue a key. Both are thread-locals, so that the first
//! costs one compare and the second no reference to the executor. Each executor owns its deque and lends it to the
//! thread while it is entered: two executors on one thread never pop each other's keys.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::mem::{self, ManuallyDrop};
use std::rc::Rc;

use crate::cell::Run;
use crate::key::Key;

/// Whose turn it is.
pub(crate) enum Turn {
    /// The task's with this key, which was woken; if it is still there.
    Woken(Key),
    /// A new task's. It has no key before its first poll: many tasks end in that, and never need one.
    New(Rc<dyn Run>),
}

/// Who wants to run, in order, and how often a wake put somebody there.
pub(crate) struct Ready {
    pub(crate) turns: VecDeque<Turn>,
    pub(crate) wakes: u64,
}

impl Ready {
    pub(crate) const fn new() -> Self {
        Ready {
            turns: VecDeque::new(),
            wakes: 0,
        }
    }

    /// Those that have not had a turn.
    pub(crate) fn new_tasks(&self) -> impl Iterator<Item = Rc<dyn Run>> + '_ {
        self.turns.iter().filter_map(|turn| match turn {
            Turn::New(task) => Some(task.clone()),
            Turn::Woken(_) => None,
        })
    }

    /// Adds what `later` gathered behind what is here.
    fn append(&mut self, mut later: Ready) {
        if self.turns.is_empty() {
            mem::swap(&mut self.turns, &mut later.turns);
        } else {
            self.turns.append(&mut later.turns);
        }
        self.wakes += later.wakes;
    }
}

thread_local! {
    /// The mailbox id of the executor that is entered on this thread, or 0.
    static HOME: Cell<usize> = const { Cell::new(0) };
    /// Its deque. `ManuallyDrop` spares every access the question whether the thread's end already destroyed it:
    /// there is nothing to destroy, because what is lent here is given back when the executor is left.
    static READY: RefCell<ManuallyDrop<Ready>> =
        const { RefCell::new(ManuallyDrop::new(Ready::new())) };
}

/// True while the executor with this id is entered on this thread.
#[inline]
pub(crate) fn is_at(id: usize) -> bool {
    HOME.try_with(Cell::get) == Ok(id)
}

/// Queues a key because its task was woken. The caller has just seen [`is_at`].
#[inline]
pub(crate) fn push_woken(key: Key) {
    let _ = READY.try_with(|ready| {
        let mut ready = ready.borrow_mut();
        ready.turns.push_back(Turn::Woken(key));
        ready.wakes += 1;
    });
}

/// Queues a turn that no wake is counted for.
#[inline]
pub(crate) fn push(turn: Turn) {
    let _ = READY.try_with(|ready| ready.borrow_mut().turns.push_back(turn));
}

/// Takes the turn that has waited longest.
#[inline]
pub(crate) fn pop() -> Option<Turn> {
    READY
        .try_with(|ready| ready.borrow_mut().turns.pop_front())
        .unwrap_or(None)
}

/// The key that comes next, if the next turn is a woken task's.
pub(crate) fn peek() -> Option<Key> {
    let next = |ready: &RefCell<ManuallyDrop<Ready>>| match ready.borrow().turns.front() {
        Some(Turn::Woken(key)) => Some(*key),
        _ => None,
    };
    READY.try_with(next).unwrap_or(None)
}

/// How many turns wait, and how many wakes there were since the executor was entered.
pub(crate) fn count() -> (usize, u64) {
    READY
        .try_with(|ready| {
            let ready = ready.borrow();
            (ready.turns.len(), ready.wakes)
        })
        .unwrap_or((0, 0))
}

/// The tasks in the deque of executor `id` that have not had a turn, if it is the one that is entered.
pub(crate) fn new_tasks(id: usize) -> Vec<Rc<dyn Run>> {
    if !is_at(id) {
        return Vec::new();
    }
    READY
        .try_with(|ready| ready.borrow().new_tasks().collect())
        .unwrap_or_default()
}

/// What stood here before an executor was entered: nothing, or another executor's id and deque.
pub(crate) struct Before {
    id: usize,
    ready: Ready,
}

/// Lends `ready` to the thread as the deque of executor `id`.
pub(crate) fn arrive(id: usize, ready: &RefCell<Ready>) -> Before {
    let lent = mem::replace(&mut *ready.borrow_mut(), Ready::new());
    let ready = READY
        .try_with(|here| mem::replace(&mut **here.borrow_mut(), lent))
        .unwrap_or_else(|_| Ready::new());
    let id = HOME.try_with(|home| home.replace(id)).unwrap_or(0);
    Before { id, ready }
}

/// Gives the deque back to its executor and restores what was here before.
pub(crate) fn leave(before: Before, ready: &RefCell<Ready>) {
    let _ = HOME.try_with(|home| home.set(before.id));
    let back = READY.try_with(|here| mem::replace(&mut **here.borrow_mut(), before.ready));
    if let Ok(back) = back {
        ready.borrow_mut().append(back);
    }
}
