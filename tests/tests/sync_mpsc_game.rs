//! A game: senders, permits and a receiver do at random what they can, are dropped at any point, and are compared with
//! a model after every move. Who is called, and who is not, must be exactly as the model says.
//!
//! A failure prints its seed; `SEED=… cargo test -p tests --test sync_mpsc_game` makes the same moves again.

mod counted;
mod polled;
mod sync_table;

use sync_table::Table;

struct SayOnFailure(u64);

impl Drop for SayOnFailure {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("to see this again: SEED={}", self.0);
        }
    }
}

#[test]
fn a_game_of_senders_and_a_receiver() {
    let seeds: Vec<u64> = match std::env::var("SEED") {
        Ok(seed) => vec![seed.parse().expect("SEED is a number")],
        Err(_) => (0..300).chain([fresh_seed()]).collect(),
    };
    let mut ends = [0; 3];
    for seed in seeds {
        let _said = SayOnFailure(seed);
        let mut table = Table::new(seed);
        for _ in 0..400 {
            table.play();
        }
        ends[0] += usize::from(table.model.closed);
        ends[1] += usize::from(table.model.receiver_gone);
        ends[2] += usize::from(table.model.senders == 0);
        let alive = table.alive.clone();
        drop(table);
        assert_eq!(alive.get(), 0, "a value was lost, or dropped twice");
    }
    println!("closed, without receiver, without senders: {ends:?}");
}

/// Another seed for each run, without a crate for it.
fn fresh_seed() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(0)
}
