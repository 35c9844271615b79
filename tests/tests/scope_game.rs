//! Scopes whose children do at random what children can do, against a model: each is dropped once, none is polled after
//! its end or without a reason, and no wake is lost; also when the scope is dropped or forgotten half-way.
//!
//! A failure prints its seed; `SEED=… cargo test -p tests --test scope_game` makes the same choices again.

mod counted;
mod scope_world;

use std::cell::RefCell;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Mutex;
use std::task::{Context, Poll};
use std::thread;

use counted::Counted;
use runtime::task::{try_scope, yield_now};
use scope_world::{Value, World};

/// What was leaked on purpose, so that LeakSanitizer finds it.
static FORGOTTEN: Mutex<Vec<usize>> = Mutex::new(Vec::new());

/// How a game ended.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Value,
    Error,
    Panic,
    Dropped,
    Forgotten,
}

fn play(world: &World) -> End {
    let random = &world.random;
    let mut running = Box::pin(try_scope(async |s| {
        let handles = Rc::new(RefCell::new(Vec::new()));
        for _ in 0..random.below(30) {
            world.spawn(s, &handles);
        }
        for _ in 0..random.below(20) {
            yield_now().await;
        }
        Ok(Value::new(usize::MAX, world))
    }));
    let (mut counted, mut waker) = Counted::waker();
    for _ in 0..random.below(1_000) {
        if random.below(3) == 0 {
            (counted, waker) = Counted::waker();
        }
        let before = counted.wakes();
        let mut cx = Context::from_waker(&waker);
        let polls = world.polls.get();
        let poll = catch_unwind(AssertUnwindSafe(|| running.as_mut().poll(&mut cx)));
        assert!(world.polls.get() - polls <= 128);
        match poll {
            Ok(Poll::Ready(Ok(value))) => {
                assert_eq!((value.0, world.values.get()), (usize::MAX, 1));
                return End::Value;
            }
            Ok(Poll::Ready(Err(_))) => return End::Error,
            Err(_) => return End::Panic,
            Ok(Poll::Pending) => {}
        }
        assert!(
            !world.somebody_is_due() || counted.wakes() > before,
            "a wake was lost"
        );
        for _ in 0..random.below(4) {
            let heard = world.wake_somebody();
            assert!(!heard || counted.wakes() > before, "a wake was lost");
        }
    }
    if random.below(4) == 0 {
        let address = std::ptr::from_ref(&*running).cast::<()>() as usize;
        FORGOTTEN.lock().unwrap().push(address);
        std::mem::forget(running);
        return End::Forgotten;
    }
    let panics = world.panics.get();
    let dropped = catch_unwind(AssertUnwindSafe(|| drop(running)));
    assert_eq!(dropped.is_err(), world.panics.get() > panics);
    End::Dropped
}

fn game(seed: u64) -> End {
    // Allocated, so that the sanitizer sees who uses it too late.
    let world = Box::new(World::new(seed));
    let end = play(&world);
    let (panics, errors) = (world.panics.get(), world.errors.get());
    match end {
        End::Value => assert_eq!((panics, errors), (0, 0)),
        End::Error => assert!(panics == 0 && errors > 0),
        End::Panic => assert!(panics > 0),
        End::Dropped => assert_eq!(errors, 0),
        End::Forgotten => assert_eq!((panics, errors), (0, 0)),
    }
    let polls = world.polls.get();
    while !world.wakers.borrow().is_empty() {
        world.wake_somebody();
    }
    assert_eq!(
        world.polls.get(),
        polls,
        "polled after the end of the scope"
    );
    for (child, record) in world.records.borrow().iter().enumerate() {
        if end == End::Forgotten {
            assert!(record.dropped <= 1, "child {child}");
        } else {
            assert_eq!(record.dropped, 1, "child {child}");
        }
    }
    if end != End::Forgotten {
        assert_eq!(world.values.get(), 0, "a value was lost");
    }
    end
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
fn a_game_of_random_children() {
    let seeds = match std::env::var("SEED") {
        Ok(seed) => vec![seed.parse().expect("SEED is a number")],
        Err(_) => (0..400).chain([fresh_seed()]).collect(),
    };
    let mut ends = Vec::new();
    for seed in &seeds {
        let _said = SayOnFailure(*seed);
        ends.push(game(*seed));
    }
    if seeds.len() > 1 {
        for end in [
            End::Value,
            End::Error,
            End::Panic,
            End::Dropped,
            End::Forgotten,
        ] {
            assert!(ends.contains(&end), "no game ended so: {end:?}");
        }
    }
}

/// Another seed for each run, without a crate for it.
fn fresh_seed() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(0)
}
