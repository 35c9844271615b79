//! Threads that keep wakers, copy them, pass them on and use them when they like: no `block_on` is called stuck.
//!
//! A failure prints its seed; `SEED=… cargo test -p tests --test stuck_stress` makes the same choices again.

use std::cell::RefCell;
use std::future::{Future, pending, poll_fn};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Poll, Waker};
use std::thread;

use runtime::task::{AbortHandle, JoinSet, scope, spawn_blocking, yield_now};
use runtime::{Remote, Runtime, spawn};

/// Marsaglia's xorshift: small, and good enough to choose with.
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 32) % bound
    }
}

/// What a thread is given: it has to raise the flag and call the waker, some day.
struct Order {
    flag: Arc<AtomicBool>,
    waker: Waker,
}

enum Errand {
    Order(Order),
    /// It brings a task that ends at once, and goes.
    Remote(Remote),
}

#[derive(Clone)]
struct Threads(mpsc::Sender<Errand>);

impl Threads {
    fn new(count: u64, seed: u64) -> (Self, Vec<thread::JoinHandle<()>>) {
        let (send, receive) = mpsc::channel::<Errand>();
        let receive = Arc::new(Mutex::new(receive));
        let threads = (0..count).map(|number| {
            let receive = receive.clone();
            let mut random = Random::new(seed ^ ((number + 1) << 40));
            thread::spawn(move || {
                loop {
                    let errand = receive.lock().unwrap().recv();
                    match errand {
                        Ok(Errand::Order(order)) => carry_out(order, &mut random),
                        Ok(Errand::Remote(remote)) => {
                            let copy = remote.clone();
                            drop(remote.spawn(|| async {}));
                            rest(&mut random);
                            drop((remote, copy));
                        }
                        Err(_) => break,
                    }
                }
            })
        });
        (Threads(send), threads.collect())
    }

    /// Waits for a thread, as a future does: it looks at the flag whenever it is polled.
    fn wait(&self) -> impl Future<Output = ()> + use<> {
        let (threads, flag) = (self.clone(), Arc::new(AtomicBool::new(false)));
        let mut last: Option<Waker> = None;
        poll_fn(move |cx| {
            if flag.load(SeqCst) {
                return Poll::Ready(());
            }
            if !last.as_ref().is_some_and(|last| last.will_wake(cx.waker())) {
                last = Some(cx.waker().clone());
            }
            if let Some(waker) = last.take_if(|_| !flag.load(SeqCst)) {
                let order = Order {
                    flag: flag.clone(),
                    waker,
                };
                threads.0.send(Errand::Order(order)).unwrap();
            }
            Poll::Pending
        })
    }
}

/// Lets other threads come before it, or not.
fn rest(random: &mut Random) {
    match random.below(8) {
        0 => thread::sleep(std::time::Duration::from_micros(random.below(200))),
        1 | 2 => thread::yield_now(),
        3 => (0..random.below(2_000)).for_each(|_| std::hint::spin_loop()),
        _ => {}
    }
}

fn carry_out(Order { flag, waker }: Order, random: &mut Random) {
    let mut copies = Vec::new();
    for _ in 0..random.below(3) {
        copies.push(waker.clone());
        rest(random);
    }
    if random.below(2) == 0 {
        copies.pop();
    }
    rest(random);
    flag.store(true, SeqCst);
    rest(random);
    match random.below(4) {
        0 => waker.wake(),
        1 => {
            waker.wake_by_ref();
            rest(random);
            drop(waker);
        }
        2 => {
            let passed = thread::spawn(move || waker.wake());
            passed.join().unwrap();
        }
        _ => {
            copies.push(waker);
            copies.swap_remove(0).wake();
        }
    }
    rest(random);
    drop(copies);
}

/// A task, or a tree of them; each waits for threads and for others.
async fn act(threads: Threads, seed: u64, depth: u32) {
    let mut random = Random::new(seed);
    for _ in 0..random.below(4) {
        let next = random.below(u64::MAX);
        match random.below(if depth == 0 { 3 } else { 7 }) {
            0 => yield_now().await,
            1 => spawn_blocking(|| ()).await.unwrap(),
            2 => threads.wait().await,
            3 => spawn(Box::pin(act(threads.clone(), next, depth - 1)))
                .await
                .unwrap(),
            4 => {
                let mut set = JoinSet::new();
                for number in 0..random.below(4) {
                    set.spawn(Box::pin(act(threads.clone(), next ^ number, depth - 1)));
                }
                while set.join_next().await.is_some() {}
            }
            5 => {
                Box::pin(scope(async |s| {
                    let child = s.spawn(Box::pin(act(threads.clone(), next, depth - 1)));
                    let lost = s.spawn(pending::<()>());
                    s.spawn(Box::pin(act(threads.clone(), next >> 1, depth - 1)));
                    child.await.unwrap();
                    lost.abort();
                }))
                .await;
            }
            _ => {
                let (one, other) = (threads.wait(), threads.wait());
                runtime::future::join!(one, other);
            }
        }
    }
}

fn play(seed: u64) {
    let (threads, joined) = Threads::new(3, seed);
    let runtime = Runtime::new().unwrap();
    let lost = Rc::new(RefCell::new(Vec::new()));
    runtime.block_on(async {
        for round in 0..60_u64 {
            // Some are lost, so that there is always something to count.
            let handle = spawn(pending::<()>());
            lost.borrow_mut().push(handle);
            if round % 7 == 0 {
                threads.0.send(Errand::Remote(runtime.remote())).unwrap();
            }
            act(threads.clone(), seed ^ (round << 20), 3).await;
        }
    });
    drop(threads);
    joined.into_iter().for_each(|thread| thread.join().unwrap());
}

/// One thing that comes from another thread, and then that has nothing of the runtime any more. It comes just when the
/// loop has nothing to do, and looks.
fn race(seed: u64) {
    thread_local!(static LOST: RefCell<Option<AbortHandle>> = const { RefCell::new(None) });
    let mut random = Random::new(seed);
    let runtime = Runtime::new().unwrap();
    let (pause, by_remote) = (random.below(3_000), random.below(2) == 0);
    let (begun, begins) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicBool::new(false)),
    );
    let errand = Arc::new(Mutex::new(None));
    let thread = thread::spawn({
        let (begins, begun, errand) = (begins.clone(), begun.clone(), errand.clone());
        move || {
            begun.store(true, SeqCst);
            while !begins.load(SeqCst) {
                std::hint::spin_loop();
            }
            let errand = errand.lock().unwrap().take().unwrap();
            (0..pause).for_each(|_| std::hint::spin_loop());
            match errand {
                Errand::Order(order) => {
                    order.flag.store(true, SeqCst);
                    order.waker.wake();
                }
                Errand::Remote(remote) => {
                    drop(remote.spawn(async || LOST.take().unwrap().abort()));
                    drop(remote);
                }
            }
        }
    });
    while !begun.load(SeqCst) {
        thread::yield_now();
    }
    runtime.block_on(async {
        let give = |given| {
            *errand.lock().unwrap() = Some(given);
            begins.store(true, SeqCst);
        };
        if by_remote {
            let lost = spawn(pending::<()>());
            LOST.set(Some(lost.abort_handle()));
            give(Errand::Remote(runtime.remote()));
            assert!(lost.await.unwrap_err().is_cancelled());
            return;
        }
        let (flag, mut has_given) = (Arc::new(AtomicBool::new(false)), false);
        poll_fn(|cx| {
            if !has_given {
                let order = Order {
                    flag: flag.clone(),
                    waker: cx.waker().clone(),
                };
                give(Errand::Order(order));
                has_given = true;
                return Poll::Pending;
            }
            assert!(flag.load(SeqCst));
            Poll::Ready(())
        })
        .await;
    });
    thread.join().unwrap();
}

/// Runs it with each seed, or with the one that is asked for.
fn with_seeds(last: u64, play: impl Fn(u64) + std::panic::RefUnwindSafe) {
    let seeds = match std::env::var("SEED") {
        Ok(seed) => seed.parse().unwrap()..=seed.parse().unwrap(),
        Err(_) => 1..=last,
    };
    for seed in seeds {
        if let Err(panic) = std::panic::catch_unwind(|| play(seed)) {
            eprintln!("SEED={seed}");
            std::panic::resume_unwind(panic);
        }
    }
}

#[test]
fn nothing_that_is_woken_some_day_is_called_stuck() {
    with_seeds(12, play);
}

#[test]
fn nor_is_what_comes_while_the_loop_looks() {
    with_seeds(1_000, race);
}
