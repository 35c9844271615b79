//! Asking a task to end from another thread: the word goes there, the task ends at home; it knows nothing of tasks.
//!
//! ```text
//!   Under way ── recall ─▶ Recalled ── the task sees it at its next turn, and ends itself
//!       ├───── let go ───▶ Let go: nobody is left to recall it
//!       └────── end ─────▶ Ended: a recall comes too late
//! ```

use crate::sync::{Mutex, lock};

/// What a task and its handle on another thread share. `W` is what wakes the task.
pub(crate) struct Recall<W>(Mutex<Stage<W>>);

enum Stage<W> {
    /// The waker of the task, once it has had its first turn.
    UnderWay(Option<W>),
    LetGo,
    Recalled,
    Ended,
}

impl<W> Recall<W> {
    pub(crate) fn new() -> Self {
        Recall(Mutex::new(Stage::UnderWay(None)))
    }

    /// Says that the task is to end. Gives whom to wake, so that it sees that: nobody if it has not begun, for then its
    /// first turn is still to come.
    pub(crate) fn recall(&self) -> Option<W> {
        self.leave_for(Stage::Recalled)
    }

    /// Says at the beginning of each of the task's turns by whom it is to be woken, if somebody may recall it; `Err` if
    /// it is to end. Gives back the waker that is not needed, to be dropped where no lock is held.
    pub(crate) fn keep(&self, waker: Option<W>) -> Result<Option<W>, Option<W>> {
        match &mut *lock(&self.0) {
            Stage::UnderWay(kept) => Ok(std::mem::replace(kept, waker)),
            Stage::LetGo => Ok(waker),
            Stage::Recalled | Stage::Ended => Err(waker),
        }
    }

    /// Nobody is left to recall the task, so its waker need not be kept: gives it back. Nor is it from now on, also in
    /// a turn that has just asked whether anybody is left.
    pub(crate) fn let_go(&self) -> Option<W> {
        self.leave_for(Stage::LetGo)
    }

    /// The task has ended. Gives its waker back.
    pub(crate) fn end(&self) -> Option<W> {
        self.leave_for(Stage::Ended)
    }

    /// Whoever is first has the waker and says what the stage is from now on.
    fn leave_for(&self, next: Stage<W>) -> Option<W> {
        let mut stage = lock(&self.0);
        match &mut *stage {
            Stage::UnderWay(waker) => {
                let waker = waker.take();
                *stage = next;
                waker
            }
            Stage::LetGo | Stage::Recalled | Stage::Ended => None,
        }
    }
}

#[cfg(all(test, loom))]
mod model {
    //! A recall that races with the task's turns: the task sees it, or is woken for it.

    use loom::sync::atomic::{AtomicUsize, Ordering::*};
    use loom::sync::{Arc, Condvar, Mutex};
    use loom::thread;

    use super::Recall;

    /// The task's place in the queue: whoever wakes it puts it there.
    #[derive(Default)]
    struct Turns(Mutex<usize>, Condvar);

    impl Turns {
        fn wake(&self) {
            *self.0.lock().unwrap() += 1;
            self.1.notify_one();
        }

        fn next(&self) {
            let mut turns = self.0.lock().unwrap();
            while *turns == 0 {
                turns = self.1.wait(turns).unwrap();
            }
            *turns -= 1;
        }
    }

    /// Loom finds a recall that is not seen as a deadlock: the task waits for a turn that does not come.
    #[test]
    fn a_task_that_is_recalled_ends() {
        loom::model(|| {
            let recall = Arc::new(Recall::new());
            let turns = Arc::new(Turns::default());
            turns.wake(); // Its first turn.
            let other = thread::spawn({
                let (recall, turns) = (recall.clone(), turns.clone());
                move || {
                    if recall.recall().is_some() {
                        turns.wake();
                    }
                }
            });
            loop {
                turns.next();
                if recall.keep(Some(())).is_err() {
                    break;
                }
            }
            other.join().unwrap();
        });
    }

    /// A task whose handle goes while its turn begins looks as if somebody could still wake it, if its waker stays.
    #[test]
    fn no_waker_is_kept_for_nobody() {
        loom::model(|| {
            let recall = Arc::new(Recall::new());
            let handle = thread::spawn({
                let recall = recall.clone();
                move || recall.let_go()
            });
            let given_back = recall.keep(Some(())).unwrap();
            let let_go = handle.join().unwrap();
            assert!(given_back.is_some() || let_go.is_some());
        });
    }

    /// Two handles cannot both have the waker, and one that comes after the end has none.
    #[test]
    fn a_task_is_woken_once_for_its_recall() {
        loom::model(|| {
            let recall = Arc::new(Recall::new());
            assert_eq!(recall.keep(Some(())), Ok(None));
            let woken = Arc::new(AtomicUsize::new(0));
            let others: Vec<_> = (0..2)
                .map(|_| {
                    let (recall, woken) = (recall.clone(), woken.clone());
                    thread::spawn(move || {
                        if recall.recall().is_some() {
                            woken.fetch_add(1, Relaxed);
                        }
                    })
                })
                .collect();
            let ended = recall.end().is_some();
            for other in others {
                other.join().unwrap();
            }
            assert_eq!(woken.load(Relaxed) + usize::from(ended), 1);
        });
    }
}
