//! One waker that wakes all who wait for the same thing; it knows nothing of what that is.

use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Wake, Waker};

/// Who is to be woken. Each is woken once, and has to ask again.
#[derive(Default)]
pub(super) struct Bell(Mutex<Vec<Waker>>);

impl Bell {
    /// Has this one be woken, too. Whoever asks twice is woken once.
    pub(super) fn add(&self, waker: &Waker) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !waiting.iter().any(|known| known.will_wake(waker)) {
            waiting.push(waker.clone());
        }
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    /// A panic in one of their wakers costs nobody else the wake; it goes on when all are woken.
    fn wake_by_ref(self: &Arc<Self>) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut woken = mem::take(&mut *waiting).into_iter();
        drop(waiting); // A waker's code runs outside of the lock.
        let mut all = || woken.by_ref().for_each(Waker::wake);
        let mut first_panic = None;
        while let Err(panic) = catch_unwind(AssertUnwindSafe(&mut all)) {
            first_panic.get_or_insert(panic);
        }
        if let Some(panic) = first_panic {
            resume_unwind(panic);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

    use super::*;

    #[derive(Default)]
    struct Counted(AtomicUsize);

    impl Wake for Counted {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Relaxed);
        }
    }

    struct Panics;

    impl Wake for Panics {
        fn wake(self: Arc<Self>) {
            resume_unwind(Box::new("a waker")); // Without the hook's words.
        }
    }

    #[test]
    fn all_are_woken_once_whoever_panics() {
        let bell = Arc::new(Bell::default());
        let counted: Vec<_> = (0..3).map(|_| Arc::new(Counted::default())).collect();
        for each in &counted {
            let waker = Waker::from(each.clone());
            bell.add(&waker);
            bell.add(&waker);
        }
        for place in [1, 2] {
            let panics = Waker::from(Arc::new(Panics));
            bell.0.lock().unwrap().insert(place, panics);
        }
        let ringer = Waker::from(bell);
        assert!(catch_unwind(AssertUnwindSafe(|| ringer.wake_by_ref())).is_err());
        ringer.wake_by_ref(); // Nobody has asked again.
        let wakes: Vec<_> = counted.iter().map(|each| each.0.load(Relaxed)).collect();
        assert_eq!(wakes, [1, 1, 1]);
    }
}
