//! Thousands of tasks that do at random what tasks can do, against a model: each ends once, and leaves nothing.
//!
//! A failure prints its seed; `SEED=… cargo test -p tests --test executor_stress` makes the same choices again.

mod drive;
mod game;

use std::rc::Rc;
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Poll, Waker};
use std::thread::{self, JoinHandle as Thread};

use drive::{executor_with_bell, poll_once, run};
use executor::{Executor, Step};
use game::{Random, State, World};

/// Threads that call wakers, a few at once and not in their order.
fn waking_threads(count: u64, seed: u64) -> (mpsc::Sender<Waker>, Vec<Thread<()>>) {
    let (send, receive) = mpsc::channel::<Waker>();
    let receive = Arc::new(Mutex::new(receive));
    let threads = (0..count).map(|number| {
        let (receive, mut random) = (receive.clone(), Random::new(seed ^ (number << 40)));
        thread::spawn(move || {
            let mut kept = Vec::new();
            loop {
                let received = receive.lock().unwrap().recv();
                let Ok(waker) = received else { break };
                kept.push(waker);
                if random.below(3) > 0 {
                    kept.drain(..).rev().for_each(Waker::wake);
                }
            }
            kept.into_iter().for_each(Waker::wake);
        })
    });
    let threads = threads.collect();
    (send, threads)
}

fn play(seed: u64, tasks: usize) {
    let mut random = Random::new(seed);
    let (executor, bell) = executor_with_bell();
    let (send, threads) = waking_threads(3, seed);
    let world = World::new(seed, send);
    let spawn_here = |executor: &Executor, random: &mut Random| {
        world.spawn(|actor| executor.spawn(actor), random);
    };
    while world.records.borrow().len() < tasks {
        spawn_here(&executor, &mut random); // From outside,
        let entered = executor.enter();
        for _ in 0..random.below(100) {
            if random.below(5) == 0 {
                spawn_here(&executor, &mut random); // and from within the loop.
            }
            if entered.step() == Step::Idle {
                break;
            }
        }
    }

    // No more tasks, and no more wakes once the threads have ended: whoever was due has come to an end.
    drop(world.wakers.take());
    run(&executor);
    threads
        .into_iter()
        .for_each(|thread| thread.join().unwrap());
    run(&executor);
    let unfinished = {
        let records = world.records.borrow();
        for (task, record) in records.iter().enumerate() {
            assert!(record.state != State::Due, "task {task} was never woken");
        }
        records
            .iter()
            .filter(|record| record.state == State::Asleep)
            .count()
    };
    assert_eq!(
        (executor.metrics().tasks, executor.has_ready()),
        (unfinished, false)
    );

    for record in world.records.borrow_mut().iter_mut() {
        record.aborted = true; // By the shutdown, from here on.
    }
    executor.shutdown();
    assert_eq!(executor.metrics().tasks, 0);
    let handles = world.handles.take();
    for (task, mut handle) in handles {
        match poll_once(&mut handle) {
            Poll::Ready(result) => world.check(task, result),
            Poll::Pending => panic!("task {task} has not ended"),
        }
    }
    drop(executor);
    for (task, record) in world.records.borrow().iter().enumerate() {
        assert_eq!(record.futures_dropped, 1, "task {task}");
        let values = u32::from(record.state == State::Returned);
        assert_eq!(record.values_dropped, values, "task {task}");
    }
    assert!(world.joined.get() > 0);
    assert_eq!(
        (Rc::strong_count(&world), Arc::strong_count(&bell)),
        (1, 1),
        "a leak"
    );
}

struct SayOnFailure(u64);

impl Drop for SayOnFailure {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("to see this again: SEED={}", self.0);
        }
    }
}

#[test]
fn a_game_of_random_tasks() {
    let seeds = match std::env::var("SEED") {
        Ok(seed) => vec![seed.parse().expect("SEED is a number")],
        Err(_) => (0..20).chain([fresh_seed()]).collect(),
    };
    for seed in seeds {
        let _said = SayOnFailure(seed);
        play(seed, 2_000);
    }
}

/// Another seed for each run, without a crate for it.
fn fresh_seed() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(0)
}
