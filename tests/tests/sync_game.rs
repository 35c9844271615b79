//! A game of random choices on a semaphore, a lock and a notice, against models: no turn is lost, and nobody overtakes.
//!
//! A failure prints its seed; `SEED=… cargo test -p tests --test sync_game` makes the same choices again.

mod waiting;

use std::collections::VecDeque;
use std::task::Poll;
use std::thread;

use runtime::sync::{Notified, Notify, RwLock, RwLockReadGuard, RwLockWriteGuard};
use runtime::sync::{Semaphore, SemaphorePermit};
use waiting::Waiting;

/// Marsaglia's xorshift: small, and good enough to choose with.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 32) % bound as u64) as usize
    }

    fn take<T>(&mut self, from: &mut Vec<T>) -> Option<T> {
        (!from.is_empty()).then(|| from.swap_remove(self.below(from.len())))
    }
}

struct SayOnFailure(u64);

impl Drop for SayOnFailure {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("to see this again: SEED={}", self.0);
        }
    }
}

fn for_each_seed(play: impl Fn(&mut Random)) {
    use std::hash::{BuildHasher, RandomState};
    let seeds = match std::env::var("SEED") {
        Ok(seed) => vec![seed.parse().expect("SEED is a number")],
        Err(_) => (0..20).chain([RandomState::new().hash_one(0)]).collect(),
    };
    for seed in seeds {
        let _said = SayOnFailure(seed);
        play(&mut Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1));
    }
}

/// Who waits and what for, in their order, and who was served and does not know yet: what must come of it.
struct Model<W> {
    waiting: VecDeque<(usize, W)>,
    served: Vec<(usize, W)>,
}

impl<W: Copy> Model<W> {
    fn new() -> Self {
        Model {
            waiting: VecDeque::new(),
            served: Vec::new(),
        }
    }

    fn serve(&mut self, mut can: impl FnMut(W) -> bool) {
        while self.waiting.front().is_some_and(|(_, want)| can(*want)) {
            self.served.extend(self.waiting.pop_front());
        }
    }

    /// Takes one out: what it wanted, if it was served.
    fn leave(&mut self, who: usize) -> Option<W> {
        self.waiting.retain(|(other, _)| *other != who);
        let at = self.served.iter().position(|(other, _)| *other == who)?;
        Some(self.served.swap_remove(at).1)
    }

    fn leave_if_served(&mut self, who: usize) -> Option<W> {
        let served = self.served.iter().any(|(other, _)| *other == who);
        served.then(|| self.leave(who)).flatten()
    }
}

#[test]
fn permits() {
    for_each_seed(|random| {
        let semaphore = Semaphore::new(4);
        let (mut free, mut next) = (4, 0);
        let mut waiters: Vec<(usize, Waiting<'_, Result<SemaphorePermit<'_>, _>>)> = Vec::new();
        let mut guards: Vec<SemaphorePermit<'_>> = Vec::new();
        let mut model = Model::new();
        for _ in 0..2_000 {
            match random.below(8) {
                0..=2 if waiters.len() < 30 => {
                    let want = 1 + random.below(4);
                    let mut waiter = Waiting::new(semaphore.acquire_many(want as u32));
                    next += 1;
                    match waiter.poll() {
                        Poll::Ready(guard) => {
                            assert!(model.waiting.is_empty() && free >= want);
                            free -= want;
                            guards.push(guard.unwrap());
                        }
                        Poll::Pending => {
                            model.waiting.push_back((next, want));
                            waiters.push((next, waiter));
                        }
                    }
                }
                3 => {
                    // It gives up, served or not.
                    if let Some((who, waiter)) = random.take(&mut waiters) {
                        drop(waiter);
                        free += model.leave(who).unwrap_or(0);
                    }
                }
                4..=5 => {
                    if let Some((who, mut waiter)) = random.take(&mut waiters) {
                        let served = model.leave_if_served(who);
                        match waiter.poll() {
                            Poll::Ready(guard) => {
                                let guard: SemaphorePermit<'_> = guard.unwrap();
                                assert_eq!(served, Some(guard.num_permits()));
                                guards.push(guard);
                            }
                            Poll::Pending => {
                                assert_eq!(served, None, "a turn was lost");
                                waiters.push((who, waiter));
                            }
                        }
                    }
                }
                _ => {
                    if let Some(guard) = random.take(&mut guards) {
                        free += guard.num_permits();
                        drop(guard);
                    }
                }
            }
            model.serve(|want| {
                let can = want <= free;
                free -= if can { want } else { 0 };
                can
            });
            let available = if model.waiting.is_empty() { free } else { 0 };
            assert_eq!(semaphore.available_permits(), available);
        }
        drop((waiters, guards));
        assert_eq!(semaphore.available_permits(), 4);
    });
}

enum Guard<'a> {
    Reads(#[allow(dead_code, reason = "it is held")] RwLockReadGuard<'a, ()>),
    Writes(RwLockWriteGuard<'a, ()>),
}

/// Who has the lock: so many who read, or one who writes.
#[derive(Default)]
struct Holders {
    reading: usize,
    writing: usize,
}

impl Holders {
    fn admit(&mut self, writes: bool) -> bool {
        match writes {
            true if self.reading + self.writing == 0 => self.writing = 1,
            false if self.writing == 0 => self.reading += 1,
            _ => return false,
        }
        true
    }

    fn release(&mut self, writes: bool) {
        match writes {
            true => self.writing -= 1,
            false => self.reading -= 1,
        }
    }
}

#[test]
fn readers_and_writers() {
    for_each_seed(|random| {
        let lock = RwLock::new(());
        let mut next = 0;
        let mut waiters: Vec<(usize, Waiting<'_, Guard<'_>>)> = Vec::new();
        let mut guards: Vec<Guard<'_>> = Vec::new();
        let (mut model, mut holders) = (Model::new(), Holders::default());
        for _ in 0..2_000 {
            match random.below(9) {
                0..=2 if waiters.len() < 30 => {
                    let writes = random.below(3) == 0;
                    let lock = &lock;
                    let mut waiter = Waiting::new(async move {
                        match writes {
                            true => Guard::Writes(lock.write().await),
                            false => Guard::Reads(lock.read().await),
                        }
                    });
                    next += 1;
                    match waiter.poll() {
                        Poll::Ready(guard) => {
                            assert!(model.waiting.is_empty() && holders.admit(writes));
                            guards.push(guard);
                        }
                        Poll::Pending => {
                            model.waiting.push_back((next, writes));
                            waiters.push((next, waiter));
                        }
                    }
                }
                3 => {
                    if let Some((who, waiter)) = random.take(&mut waiters) {
                        drop(waiter);
                        if let Some(writes) = model.leave(who) {
                            holders.release(writes);
                        }
                    }
                }
                4..=5 => {
                    if let Some((who, mut waiter)) = random.take(&mut waiters) {
                        let served = model.leave_if_served(who);
                        match waiter.poll() {
                            Poll::Ready(guard) => {
                                assert_eq!(served, Some(matches!(guard, Guard::Writes(_))));
                                guards.push(guard);
                            }
                            Poll::Pending => {
                                assert_eq!(served, None, "a turn was lost");
                                waiters.push((who, waiter));
                            }
                        }
                    }
                }
                6 => match random.take(&mut guards) {
                    Some(Guard::Writes(guard)) => {
                        guards.push(Guard::Reads(guard.downgrade()));
                        holders.release(true);
                        assert!(holders.admit(false));
                    }
                    other => guards.extend(other),
                },
                _ => {
                    if let Some(guard) = random.take(&mut guards) {
                        holders.release(matches!(guard, Guard::Writes(_)));
                        drop(guard);
                    }
                }
            }
            model.serve(|writes| holders.admit(writes));
            let idle = holders.reading + holders.writing == 0;
            assert_eq!(lock.try_write().is_ok(), idle && model.waiting.is_empty());
        }
        drop((waiters, guards));
        assert!(lock.try_write().is_ok());
    });
}

#[test]
fn notices() {
    for_each_seed(|random| {
        let notify = Notify::new();
        let (mut next, mut permit) = (0, false);
        let mut waiters: Vec<(usize, Waiting<'_, ()>)> = Vec::new();
        let mut model = Model::new();
        /// How one was served: with a notice for one, which is passed on, or for all.
        const FOR_ONE: bool = true;
        for _ in 0..2_000 {
            match random.below(8) {
                0..=2 if waiters.len() < 30 => {
                    let notified: Notified<'_> = notify.notified();
                    let mut waiter = Waiting::new(notified);
                    next += 1;
                    match waiter.poll() {
                        Poll::Ready(()) => assert!(std::mem::take(&mut permit)),
                        Poll::Pending => {
                            assert!(!permit);
                            model.waiting.push_back((next, FOR_ONE));
                            waiters.push((next, waiter));
                        }
                    }
                }
                3 => {
                    if let Some((who, waiter)) = random.take(&mut waiters) {
                        drop(waiter);
                        if model.leave(who) == Some(FOR_ONE) {
                            notified_one(&mut model, &mut permit);
                        }
                    }
                }
                4..=5 => {
                    if let Some((who, mut waiter)) = random.take(&mut waiters) {
                        let served = model.leave_if_served(who);
                        assert_eq!(waiter.poll().is_ready(), served.is_some());
                        if served.is_none() {
                            waiters.push((who, waiter));
                        }
                    }
                }
                6 if random.below(4) == 0 => {
                    notify.notify_waiters();
                    let all = model.waiting.drain(..).map(|(who, _)| (who, !FOR_ONE));
                    model.served.extend(all);
                }
                _ => {
                    notify.notify_one();
                    notified_one(&mut model, &mut permit);
                }
            }
        }
    });
}

fn notified_one(model: &mut Model<bool>, permit: &mut bool) {
    match model.waiting.pop_front() {
        Some(first) => model.served.push(first),
        None => *permit = true,
    }
}
