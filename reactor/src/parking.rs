//! The byte that says whether the loop sleeps; it knows nothing of how it is woken.
//!
//! ```text
//!                 begin_wait: may sleep
//!          ┌────────────────────────────────▶ PARKED
//!          │                                     │
//!        AWAKE ◀──────────── end_wait ───────────┤
//!          │ ▲                                   │
//!   notify │ │ begin_wait: may not sleep,        │ notify: ring, for it may sleep
//!          │ │ or end_wait: the token is used    │
//!          ▼ │                                   │
//!        NOTIFIED ◀──────────────────────────────┘
//!
//!        any ── rest: nobody runs the loop, so every notify is to ring ──▶ PARKED
//! ```
//!
//! This is the sticky token of the contract between executor and reactor: a notify that comes before the wait ends
//! that wait at once. The state keeps the system call of the ring for real sleepers.

use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed};

use crate::sync::AtomicU8;

const AWAKE: u8 = 0;
const PARKED: u8 = 1;
const NOTIFIED: u8 = 2;

#[derive(Debug)]
pub(crate) struct Parking(AtomicU8);

impl Parking {
    pub(crate) fn new() -> Self {
        Parking(AtomicU8::new(AWAKE))
    }

    /// Says that the loop is about to sleep. False when a token was there: it is used up, and the loop must not
    /// sleep. Acquires what the notifier released, so that its key is seen in the inbox.
    pub(crate) fn begin_wait(&self) -> bool {
        let begun = self.0.compare_exchange(AWAKE, PARKED, AcqRel, Acquire);
        if begun.is_err() {
            self.end_wait();
        }
        begun.is_ok()
    }

    /// Says that the loop is awake. A token that came during the sleep is used up: the loop looks at its inbox next.
    pub(crate) fn end_wait(&self) {
        self.0.swap(AWAKE, AcqRel);
    }

    /// Says that nobody runs the loop until the next [`end_wait`](Self::end_wait): whoever drives it sleeps elsewhere,
    /// and hears nothing but the bell. True when a token was there, for which nobody was rung: it has to be left anew.
    pub(crate) fn rest(&self) -> bool {
        self.0.swap(PARKED, AcqRel) == NOTIFIED
    }

    /// Uses up a token without a wait; true if there was one.
    pub(crate) fn take_token(&self) -> bool {
        let taken = self.0.compare_exchange(NOTIFIED, AWAKE, AcqRel, Acquire);
        taken.is_ok()
    }

    /// True while the loop waits or rests, and nothing has come since. For the home thread, which alone changes that.
    pub(crate) fn is_parked(&self) -> bool {
        self.0.load(Relaxed) == PARKED
    }

    /// True when a token has come since the wait was begun.
    pub(crate) fn is_notified(&self) -> bool {
        self.0.load(Acquire) == NOTIFIED
    }

    /// Leaves a token. True when the loop may be asleep, so that it has to be rung.
    pub(crate) fn notify(&self) -> bool {
        self.0.swap(NOTIFIED, AcqRel) == PARKED
    }
}

#[cfg(all(test, loom))]
mod model {
    //! The contract under loom: inbox, token and bell, with the bell changed while a wake is on its way.

    use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*};
    use loom::sync::{Arc, Condvar, Mutex};
    use loom::thread;

    use super::Parking;

    /// A bell as the loop has two of: `thread::park`'s, and the queue's once it is open.
    struct Bell {
        rung: Mutex<bool>,
        changed: Condvar,
    }

    impl Bell {
        fn new() -> Self {
            Bell {
                rung: Mutex::new(false),
                changed: Condvar::new(),
            }
        }

        fn ring(&self) {
            *self.rung.lock().unwrap() = true;
            self.changed.notify_one();
        }

        fn sleep(&self) {
            let mut rung = self.rung.lock().unwrap();
            while !*rung {
                rung = self.changed.wait(rung).unwrap();
            }
            *rung = false;
        }
    }

    struct World {
        parking: Parking,
        thread: Bell,
        queue: Bell,
        /// Stands for the `OnceLock` that holds the queue's bell.
        queue_is_open: AtomicBool,
        inbox: AtomicUsize,
    }

    impl World {
        fn new() -> Arc<World> {
            Arc::new(World {
                parking: Parking::new(),
                thread: Bell::new(),
                queue: Bell::new(),
                queue_is_open: AtomicBool::new(false),
                inbox: AtomicUsize::new(0),
            })
        }

        fn wake(&self) {
            self.inbox.fetch_add(1, Relaxed);
            if self.parking.notify() {
                if self.queue_is_open.load(Acquire) {
                    self.queue.ring();
                } else {
                    self.thread.ring();
                }
            }
        }

        /// What a host does that sleeps on the descriptor alone, and has the loop turned when that is readable. True
        /// when the inbox had so many letters in the turn.
        fn turn_from_outside(&self, letters: usize) -> bool {
            self.queue.sleep();
            self.parking.end_wait();
            let all = self.inbox.load(Relaxed) == letters;
            if self.parking.rest() && self.parking.notify() {
                self.queue.ring();
            }
            all
        }

        fn turn(&self) {
            if self.parking.begin_wait() {
                if self.queue_is_open.load(Relaxed) {
                    self.queue.sleep();
                } else {
                    self.thread.sleep();
                }
                self.parking.end_wait();
            }
        }
    }

    /// Loom finds a lost wake as a deadlock: the loop sleeps and nobody is left to ring.
    #[test]
    fn no_wake_is_lost() {
        loom::model(|| {
            let world = World::new();
            let wakers: Vec<_> = (0..2)
                .map(|_| {
                    let world = world.clone();
                    thread::spawn(move || world.wake())
                })
                .collect();
            while world.inbox.load(Relaxed) < 2 {
                world.turn();
            }
            for waker in wakers {
                waker.join().unwrap();
            }
        });
    }

    #[test]
    fn a_wake_while_the_queue_opens_is_not_lost() {
        loom::model(|| {
            let world = World::new();
            let waker = {
                let world = world.clone();
                thread::spawn(move || world.wake())
            };
            world.queue_is_open.store(true, Release);
            while world.inbox.load(Relaxed) < 1 {
                world.turn();
            }
            waker.join().unwrap();
        });
    }

    /// Before, while and after a turn looks into the inbox: a host that sleeps on the bell alone is rung for each
    /// letter.
    #[test]
    fn no_wake_is_lost_by_a_host_that_turns_the_loop_when_it_is_rung() {
        loom::model(|| {
            let world = World::new();
            world.queue_is_open.store(true, Release);
            assert!(!world.parking.rest(), "there is no token yet");
            let wakers: Vec<_> = (0..2)
                .map(|_| {
                    let world = world.clone();
                    thread::spawn(move || world.wake())
                })
                .collect();
            while !world.turn_from_outside(2) {}
            for waker in wakers {
                waker.join().unwrap();
            }
        });
    }

    /// One that uses a token up in the turn looks into the inbox again.
    #[test]
    fn a_token_that_is_used_up_has_shown_its_letter() {
        loom::model(|| {
            let world = World::new();
            let waker = {
                let world = world.clone();
                thread::spawn(move || world.wake())
            };
            if world.parking.take_token() {
                assert_eq!(world.inbox.load(Relaxed), 1);
            } else if world.parking.rest() {
                assert_eq!(world.inbox.load(Relaxed), 1);
            }
            waker.join().unwrap();
        });
    }

    #[test]
    fn a_token_that_came_early_ends_the_next_wait_only() {
        loom::model(|| {
            let parking = Parking::new();
            assert!(!parking.notify(), "nobody sleeps, nobody is rung");
            assert!(!parking.begin_wait());
            assert!(parking.begin_wait());
            assert!(parking.notify());
            parking.end_wait();
            assert!(parking.begin_wait(), "the token was used by the end");
        });
    }
}
