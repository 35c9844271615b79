//! The two flags that say "this key stands in a queue already"; they know nothing of keys or queues.
//!
//! A name has one of each. Two flags are what makes a wake at home cheap: [`HomeFlag`] is touched by one thread only,
//! so plain loads and stores are enough; only a wake from another thread pays for [`AwayFlag`]'s atomic swap.
//!
//! ```text
//!             raise: false, "queue it"        raise: true, "it is queued"
//!                  ┌───────────┐                  ┌──────┐
//!                  │           ▼                  │      ▼
//!               lowered ───────────────────────▶ raised ──┘
//!                  ▲                              │
//!                  └──────────── lower ───────────┘   (the key was taken out of the queue)
//! ```

use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed};

use crate::sync::{AtomicBool, fence};

/// Raised while a key stands in the home deque. Touched on the home thread only.
#[derive(Debug)]
pub(crate) struct HomeFlag(AtomicBool);

impl HomeFlag {
    pub(crate) fn new() -> Self {
        HomeFlag(AtomicBool::new(false))
    }

    /// Raises the flag; true when it was lowered before, so that the caller queues the key.
    #[inline]
    pub(crate) fn raise(&self) -> bool {
        let lowered = !self.0.load(Relaxed);
        if lowered {
            self.0.store(true, Relaxed);
        }
        lowered
    }

    #[inline]
    pub(crate) fn lower(&self) {
        self.0.store(false, Relaxed);
    }

    #[inline]
    pub(crate) fn is_raised(&self) -> bool {
        self.0.load(Relaxed)
    }
}

/// Raised while a key stands in the inbox. Raised by any thread, lowered by the home thread.
#[derive(Debug)]
pub(crate) struct AwayFlag(AtomicBool);

impl AwayFlag {
    pub(crate) fn new() -> Self {
        AwayFlag(AtomicBool::new(false))
    }

    /// Raises the flag; true when it was lowered before, so that the caller posts the key.
    ///
    /// The swap releases what the waking thread wrote before, and [`lower`](Self::lower) acquires it. This holds for
    /// a wake that finds the flag raised, too: the poll that follows the lowering sees its data.
    pub(crate) fn raise(&self) -> bool {
        !self.0.swap(true, AcqRel)
    }

    /// Lowers the flag, after the key was taken out of the inbox and before the task is polled. A swap and not a
    /// store, because a store would not acquire what the wakes before it released.
    pub(crate) fn lower(&self) {
        self.0.swap(false, AcqRel);
    }

    pub(crate) fn is_raised(&self) -> bool {
        self.0.load(Relaxed)
    }
}

/// The look before a name is used again: true when nobody but the looker, who has `own` shares, has any of the
/// `shares`, and the key stands in no queue.
///
/// Another thread may have woken and then dropped its share. The drop released what that thread did; `shares` was
/// read relaxed, so it is the fence that makes the raised flag visible below.
#[inline]
pub(crate) fn is_at_rest(shares: usize, own: usize, at_home: &HomeFlag, away: &AwayFlag) -> bool {
    if shares != own {
        return false;
    }
    fence(Acquire);
    !at_home.is_raised() && !away.is_raised()
}

/// How many shares there are beside `own` ones. Whoever dropped the others has done all that it did with them: a key
/// that it queued is in its queue for whoever looks there afterwards.
pub(crate) fn count_shares(shares: usize, own: usize) -> usize {
    fence(Acquire);
    shares.saturating_sub(own)
}

#[cfg(all(test, loom))]
mod model {
    //! The protocol of a remote wake: data, flag, inbox (a stand-in); whatever the order, the last data is seen. And
    //! that of a name's next use: none while a key stands in the inbox.

    use std::collections::VecDeque;

    use loom::sync::atomic::{AtomicUsize, Ordering::Relaxed, Ordering::Release};
    use loom::sync::{Arc, Mutex};
    use loom::thread;

    use super::{AwayFlag, HomeFlag, is_at_rest};

    struct World {
        flag: AwayFlag,
        inbox: Mutex<VecDeque<u32>>,
        data: AtomicUsize,
        /// Stands for the strong count of the name's `Arc`.
        shares: AtomicUsize,
    }

    impl World {
        fn new(shares: usize) -> Arc<Self> {
            Arc::new(World {
                flag: AwayFlag::new(),
                inbox: Mutex::new(VecDeque::new()),
                data: AtomicUsize::new(0),
                shares: AtomicUsize::new(shares),
            })
        }

        /// As `Arc` drops a share.
        fn drop_share(&self) {
            self.shares.fetch_sub(1, Release);
        }

        fn wake(&self) {
            self.data.fetch_add(1, Relaxed);
            if self.flag.raise() {
                self.inbox.lock().unwrap().push_back(7);
            }
        }

        /// What the home thread does: true when a key was there; then `data` must show every wake so far.
        fn drain(&self) -> bool {
            let key = self.inbox.lock().unwrap().pop_front();
            if key.is_some() {
                self.flag.lower();
            }
            key.is_some()
        }
    }

    #[test]
    fn no_wake_is_lost_and_the_last_poll_sees_all_data() {
        loom::model(|| {
            let world = World::new(0);
            let threads: Vec<_> = (0..2)
                .map(|_| {
                    let world = world.clone();
                    thread::spawn(move || world.wake())
                })
                .collect();

            let mut seen = 0;
            if world.drain() {
                seen = world.data.load(Relaxed);
            }
            for thread in threads {
                thread.join().unwrap();
            }
            while world.drain() {
                seen = world.data.load(Relaxed);
            }
            assert_eq!(seen, 2, "the poll after the last wake saw both");
            assert!(!world.flag.is_raised());
        });
    }

    #[test]
    fn no_name_is_used_again_while_its_key_stands_in_the_inbox() {
        loom::model(|| {
            let world = World::new(2);
            let at_home = HomeFlag::new();
            let thread = thread::spawn({
                let world = world.clone();
                move || {
                    world.wake();
                    world.drop_share();
                }
            });
            let polled = world.drain();
            if is_at_rest(world.shares.load(Relaxed), 1, &at_home, &world.flag) {
                assert!(polled, "the wake's key was left behind");
            }
            thread.join().unwrap();
        });
    }
}
