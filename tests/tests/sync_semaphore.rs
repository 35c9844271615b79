//! `Semaphore`: permits in the order they were asked for, whoever is dropped; closing; and counting.

mod waiting;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use runtime::sync::{Semaphore, TryAcquireError};
use waiting::{at_once, waiting};

#[test]
fn one_who_wants_many_is_not_overtaken_by_those_who_want_few() {
    let semaphore = Semaphore::new(3);
    let held = at_once(semaphore.acquire_many(2)).unwrap();
    let mut many = waiting(semaphore.acquire_many(3));
    let mut few = waiting(semaphore.acquire());
    assert_eq!(
        semaphore.available_permits(),
        0,
        "one is kept for the first"
    );
    assert_eq!(
        semaphore.try_acquire().unwrap_err(),
        TryAcquireError::NoPermits
    );
    drop(held);
    assert!(few.waits());
    let three = many.ready().unwrap();
    assert_eq!(three.num_permits(), 3);
    drop(three);
    drop(few.ready().unwrap());
    assert_eq!(semaphore.available_permits(), 3);
}

#[test]
fn permits_that_come_free_go_to_as_many_as_they_serve() {
    let semaphore = Semaphore::new(0);
    let mut waiters = [1, 2, 1, 1].map(|permits| waiting(semaphore.acquire_many(permits)));
    semaphore.add_permits(4);
    let mut guards = Vec::new();
    for waiter in &mut waiters[..3] {
        guards.push(waiter.ready().unwrap());
    }
    assert!(waiters[3].waits());
    drop(guards.pop());
    assert!(waiters[3].ready().is_ok());
    drop(guards);
    assert_eq!(semaphore.available_permits(), 4);
}

/// Before the first poll, while it waits, and when it was chosen and not polled since.
#[test]
fn one_that_is_dropped_passes_its_turn_on() {
    let semaphore = Rc::new(Semaphore::new(2));
    drop((semaphore.acquire(), semaphore.clone().acquire_owned()));

    // One who waits for many, and gives up.
    let held = at_once(semaphore.acquire()).unwrap();
    let many = waiting(semaphore.acquire_many(2));
    let mut few = waiting(semaphore.clone().acquire_owned());
    drop(many);
    drop((few.ready().unwrap(), held));

    // One who was chosen: its permits go to the next ones.
    let held = at_once(semaphore.acquire_many(2)).unwrap();
    let chosen = waiting(semaphore.clone().acquire_many_owned(2));
    let mut next = [waiting(semaphore.acquire()), waiting(semaphore.acquire())];
    drop(held);
    assert!(next[0].waits() && next[1].waits());
    drop(chosen);
    let guards = next.each_mut().map(|waiter| waiter.ready().unwrap());
    drop(guards);

    // And when nobody waits, back.
    let held = at_once(semaphore.acquire_many(2)).unwrap();
    let chosen = waiting(semaphore.acquire());
    drop(held);
    assert_eq!(semaphore.available_permits(), 1);
    drop(chosen);
    assert_eq!(semaphore.available_permits(), 2);
}

#[test]
fn closing_wakes_everybody_and_takes_nothing_away() {
    let semaphore = Rc::new(Semaphore::new(1));
    let held = at_once(semaphore.clone().acquire_owned()).unwrap();
    let mut chosen = waiting(semaphore.acquire());
    let mut waiters = [waiting(semaphore.acquire()), waiting(semaphore.acquire())];
    drop(held);
    semaphore.close();
    for waiter in &mut waiters {
        assert!(waiter.ready().is_err());
    }
    drop(chosen.ready().expect("it was its own before"));
    assert!(at_once(semaphore.acquire()).is_err());
    assert!(at_once(semaphore.clone().acquire_owned()).is_err());
    assert_eq!(
        semaphore.try_acquire().unwrap_err(),
        TryAcquireError::Closed
    );
    assert_eq!(
        (semaphore.available_permits(), semaphore.is_closed()),
        (1, true)
    );
}

/// Whoever is called by closing, or was chosen before, and is dropped leaves the count as it was.
#[test]
fn closing_and_dropping() {
    let semaphore = Semaphore::new(1);
    let held = at_once(semaphore.acquire()).unwrap();
    let (chosen, called) = (waiting(semaphore.acquire()), waiting(semaphore.acquire()));
    drop(held);
    semaphore.close();
    drop((called, chosen));
    assert_eq!(semaphore.available_permits(), 1);
}

#[test]
fn permits_are_forgotten_merged_and_split() {
    let semaphore = Rc::new(Semaphore::new(10));
    let mut permits = semaphore.try_acquire_many(4).unwrap();
    permits.split(1).unwrap().forget();
    permits.merge(semaphore.try_acquire_many(2).unwrap());
    assert!(permits.split(6).is_none());
    assert_eq!(
        (permits.num_permits(), semaphore.available_permits()),
        (5, 4)
    );
    drop(permits);
    assert_eq!(semaphore.available_permits(), 9);

    let mut owned = semaphore.clone().try_acquire_many_owned(4).unwrap();
    owned.split(1).unwrap().forget();
    owned.merge(semaphore.clone().try_acquire_owned().unwrap());
    assert_eq!(owned.num_permits(), 4);
    drop(owned);
    assert_eq!(
        (semaphore.forget_permits(3), semaphore.available_permits()),
        (3, 5)
    );
}

fn words(misuse: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(misuse)).unwrap_err();
    match panic.downcast::<String>() {
        Ok(words) => *words,
        Err(panic) => (*panic.downcast::<&str>().unwrap()).into(),
    }
}

#[test]
fn more_permits_than_can_be_counted() {
    let semaphore = Semaphore::new(Semaphore::MAX_PERMITS);
    let held = semaphore.try_acquire_many(2).unwrap();
    let line = line!() + 1;
    let words = words(|| semaphore.add_permits(1));
    assert!(words.contains(&format!("{}:{line}:", file!())), "{words}");
    assert!(words.contains("add only what is new"), "{words}");
    assert_eq!(semaphore.available_permits(), usize::MAX - 2, "as it was");
    drop(held);
    assert_eq!(semaphore.available_permits(), usize::MAX);
    semaphore.try_acquire().unwrap().forget();
    semaphore.add_permits(1);
}

#[test]
fn permits_of_two_semaphores() {
    let (one, two) = (Rc::new(Semaphore::new(1)), Rc::new(Semaphore::new(1)));
    let mut permit = one.try_acquire().unwrap();
    let other = two.try_acquire().unwrap();
    let told = words(|| permit.merge(other));
    assert!(told.contains("keep them apart"), "{told}");
    drop(permit);
    let mut permit = one.clone().try_acquire_owned().unwrap();
    let other = two.clone().try_acquire_owned().unwrap();
    let told = words(|| permit.merge(other));
    assert!(told.contains("keep them apart"), "{told}");
    drop(permit);
    assert_eq!((one.available_permits(), two.available_permits()), (1, 1));
}
