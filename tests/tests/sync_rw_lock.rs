//! `RwLock`: many who read or one who writes, in one queue, whoever is dropped or panics.

mod waiting;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use runtime::sync::RwLock;
use waiting::{at_once, waiting};

#[test]
fn many_read_and_one_writes() {
    let lock = RwLock::new(1);
    let (one, two) = (at_once(lock.read()), at_once(lock.read()));
    let mut writer = waiting(lock.write());
    drop(one);
    assert!(writer.waits());
    drop(two);
    let mut writing = writer.ready();
    *writing += 1;
    let mut readers = [waiting(lock.read()), waiting(lock.read())];
    drop(writing);
    let guards = readers.each_mut().map(|reader| reader.ready());
    assert_eq!(guards.map(|guard| *guard), [2, 2]);
}

#[test]
fn a_stream_of_readers_does_not_starve_a_writer() {
    let lock = RwLock::new(());
    let reading = at_once(lock.read());
    let mut writer = waiting(lock.write());
    assert!(lock.try_read().is_err(), "a writer waits");
    let (mut late, mut later) = (waiting(lock.read()), waiting(lock.write()));
    drop(reading);
    assert!(lock.try_write().is_err() && late.waits() && later.waits());
    drop(writer.ready());
    assert!(lock.try_read().is_err(), "another writer waits");
    let reading = late.ready();
    assert!(later.waits());
    drop(reading);
    drop(later.ready());
    assert!(lock.try_write().is_ok());
}

/// Before the first poll, while it waits, and when it was chosen and not polled since.
#[test]
fn one_that_is_dropped_passes_its_turn_on() {
    let lock = RwLock::new(());
    drop((lock.read(), lock.write()));

    // A writer that waits keeps readers out, until it gives up.
    let reading = at_once(lock.read());
    let writer = waiting(lock.write());
    let mut readers = [waiting(lock.read()), waiting(lock.read())];
    drop(writer);
    let guards = readers.each_mut().map(|reader| reader.ready());
    drop((guards, reading));

    // One that was chosen has the lock, until it is dropped.
    let writing = at_once(lock.write());
    let (chosen, mut reader) = (waiting(lock.write()), waiting(lock.read()));
    drop(writing);
    assert!(reader.waits());
    drop(chosen);
    drop(reader.ready());

    let writing = at_once(lock.write());
    let (chosen, mut reader) = (waiting(lock.read()), waiting(lock.read()));
    let mut writer = waiting(lock.write());
    drop(writing);
    drop(reader.ready());
    assert!(
        writer.waits(),
        "a reader was chosen and has not been polled"
    );
    drop(chosen);
    drop(writer.ready());
    assert!(lock.try_write().is_ok());
}

#[test]
fn downgrading_lets_those_readers_in_who_are_next() {
    let lock = RwLock::new(1);
    let mut writing = at_once(lock.write());
    let (mut next, mut writer) = (waiting(lock.read()), waiting(lock.write()));
    let mut behind = waiting(lock.read());
    *writing = 2;
    let reading = writing.downgrade();
    assert_eq!((*reading, *next.ready()), (2, 2));
    assert!(behind.waits() && writer.waits());
    drop(reading);
    drop(writer.ready());
    assert_eq!(*behind.ready(), 2);
    assert!(lock.try_write().is_ok());
}

#[test]
fn a_panic_does_not_poison_it() {
    let lock = RwLock::new(1);
    let panic = catch_unwind(AssertUnwindSafe(|| {
        let mut writing = lock.try_write().unwrap();
        *writing = 2;
        resume_unwind(Box::new("the user's own"));
    }));
    assert!(panic.is_err());
    let panic = catch_unwind(AssertUnwindSafe(|| {
        let _reading = lock.try_read().unwrap();
        resume_unwind(Box::new("the user's own"));
    }));
    assert!(panic.is_err());
    assert_eq!(*lock.try_write().unwrap(), 2);
}

#[test]
fn what_it_shows() {
    let mut lock = RwLock::new(1);
    let reading = lock.try_read().unwrap();
    assert_eq!(format!("{lock:?} {reading:?}"), "RwLock { value: 1, .. } 1");
    drop(reading);
    let writing = lock.try_write().unwrap();
    assert_eq!(format!("{lock:?}"), "RwLock { value: <locked>, .. }");
    drop(writing);
    *lock.get_mut() = 3;
    assert_eq!(lock.into_inner(), 3);
}

#[test]
fn what_has_no_size_can_be_locked() {
    let lock: &RwLock<[u8]> = &RwLock::new([1, 2]);
    at_once(lock.write())[0] = 7;
    assert_eq!(*at_once(lock.read()), [7, 2]);
}
