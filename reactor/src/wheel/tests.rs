//! The wheel against a sorted list, which is slow and obviously right.

use std::sync::Arc;
use std::task::Wake;

use super::*;

/// A waker that is told from others by its address.
struct Nobody(#[expect(dead_code, reason = "it gives each one a size")] u32);

impl Wake for Nobody {
    fn wake(self: Arc<Self>) {}
}

fn waker(number: u32) -> Waker {
    Waker::from(Arc::new(Nobody(number)))
}

/// A small generator of our own, so that a seed means the same history everywhere.
struct XorShift(u64);

impl XorShift {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// A number of any magnitude: as many bits as chance says.
    fn any_magnitude(&mut self) -> u64 {
        let bits = self.below(u64::from(u64::BITS));
        self.next() >> bits
    }
}

/// The first time of the slots that `time` stands in, on each level and past the last.
fn boundary(time: u64, level: u32) -> u64 {
    let shift = GRAIN_BITS + DIGIT_BITS * level;
    if shift < u64::BITS {
        time >> shift << shift
    } else {
        0
    }
}

struct Model {
    wheel: Wheel,
    now: u64,
    /// Deadline, place in the wheel, waker; in the order of their coming.
    waiting: Vec<(u64, u32, Waker)>,
    /// Places whose timers have fired, which are still to be removed.
    spent: Vec<u32>,
    removals: u32,
    idle_wakes: u32,
    numbers: u32,
}

impl Model {
    fn new() -> Self {
        Model {
            wheel: Wheel::new(),
            now: 0,
            waiting: Vec::new(),
            spent: Vec::new(),
            removals: 0,
            idle_wakes: 0,
            numbers: 0,
        }
    }

    fn insert(&mut self, deadline: u64) {
        self.numbers += 1;
        let waker = waker(self.numbers);
        let place = self.wheel.insert(deadline, waker.clone());
        self.waiting.push((deadline, place, waker));
        self.check();
    }

    fn remove(&mut self, at: usize) {
        let (_, place, waker) = self.waiting.remove(at);
        let removed = self.wheel.remove(place);
        assert!(removed.is_some_and(|removed| removed.will_wake(&waker)));
        self.removals += 1;
        self.check();
    }

    fn remove_spent(&mut self) {
        for place in self.spent.drain(..) {
            assert!(self.wheel.remove(place).is_none(), "it has fired");
        }
        self.check();
    }

    fn earliest(&self) -> Option<u64> {
        let deadlines = self.waiting.iter().map(|(deadline, ..)| *deadline);
        deadlines.filter(|deadline| *deadline != NEVER).min()
    }

    /// Lets the time pass and compares what fires.
    fn advance(&mut self, now: u64) -> usize {
        self.now = self.now.max(now);
        let mut fired = Vec::new();
        self.wheel.advance(self.now, &mut fired);

        let now = self.now;
        let is_due = |deadline: u64| deadline <= now && deadline != NEVER;
        let (mut due, rest): (Vec<_>, Vec<_>) =
            (self.waiting.drain(..)).partition(|(deadline, ..)| is_due(*deadline));
        self.waiting = rest;
        due.sort_by_key(|(deadline, ..)| *deadline);
        assert_eq!(
            fired.iter().map(|fired| fired.deadline).collect::<Vec<_>>(),
            due.iter()
                .map(|(deadline, ..)| *deadline)
                .collect::<Vec<_>>(),
            "what fires at {now}"
        );
        for (fired, (deadline, place, waker)) in fired.iter().zip(&due) {
            assert!(
                fired.waker.will_wake(waker),
                "the order of those at {deadline}"
            );
            self.spent.push(*place);
        }
        assert!(self.wheel.has_passed(now.min(NEVER - 1)));
        assert!(!self.wheel.has_passed(now.saturating_add(1)));
        self.check();
        due.len()
    }

    /// Lets the time pass as the reactor does: until the wheel says.
    fn advance_to_next(&mut self) {
        if let Some(next) = self.wheel.next() {
            if self.advance(next) == 0 {
                self.idle_wakes += 1;
            }
        }
    }

    fn check(&self) {
        assert_eq!(self.wheel.waiting(), self.waiting.len());
        match (self.wheel.next(), self.earliest()) {
            (Some(next), Some(earliest)) => assert!(next <= earliest),
            (None, Some(earliest)) => panic!("nobody wakes for {earliest}"),
            (Some(_), None) => assert!(!self.waiting.is_empty()),
            (None, None) => {}
        }
        assert!(
            self.idle_wakes <= self.removals,
            "a removal costs one idle wake at most"
        );
    }

    /// Runs to the end: nothing is lost, and every wake makes progress.
    fn finish(&mut self) {
        while self.wheel.next().is_some() {
            self.advance_to_next();
        }
        assert_eq!(self.earliest(), None);
        self.remove_spent();
    }
}

fn any_deadline(random: &mut XorShift, model: &Model) -> u64 {
    let now = model.now;
    match random.below(8) {
        0 => now,
        1 => now.saturating_sub(random.any_magnitude()),
        2 => [0, 1, NEVER - 1, NEVER][random.below(4) as usize],
        3 if !model.waiting.is_empty() => {
            model.waiting[random.below(model.waiting.len() as u64) as usize].0
        }
        4 => {
            let later = now.saturating_add(random.any_magnitude());
            let at = boundary(later, random.below(8) as u32);
            at.wrapping_add(random.below(3)).wrapping_sub(1)
        }
        _ => now.saturating_add(random.any_magnitude()),
    }
}

fn any_step(random: &mut XorShift, model: &mut Model) {
    match random.below(16) {
        0..7 => {
            let deadline = any_deadline(random, model);
            model.insert(deadline);
        }
        7..10 if !model.waiting.is_empty() => {
            model.remove(random.below(model.waiting.len() as u64) as usize);
        }
        10 => model.remove_spent(),
        11 | 12 => model.advance_to_next(),
        13 => {
            let later = model.now.saturating_add(random.any_magnitude() >> 8);
            let at = boundary(later, random.below(8) as u32);
            model.advance(at.saturating_sub(random.below(2)));
        }
        14 => {
            let before = model.earliest().unwrap_or(model.now);
            let fired = model.advance(before.saturating_sub(1));
            let late = before > model.now;
            assert!(fired == 0 || !late, "a tick early");
        }
        _ => {
            // Mostly a little, for one great leap ends the history.
            let far = random.any_magnitude() >> random.below(48);
            model.advance(model.now.saturating_add(far));
        }
    }
}

fn run(seed: u64) {
    let mut random = XorShift(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut model = Model::new();
    if random.below(2) == 0 {
        let start = random.any_magnitude();
        model.advance(start);
    }
    for _ in 0..200 {
        any_step(&mut random, &mut model);
    }
    model.finish();
}

#[test]
fn the_wheel_does_what_a_sorted_list_does() {
    if let Ok(seed) = std::env::var("SEED") {
        return run(seed.parse().expect("SEED is a number"));
    }
    for seed in 0..2000 {
        if let Err(panic) = std::panic::catch_unwind(|| run(seed)) {
            eprintln!("SEED={seed}");
            std::panic::resume_unwind(panic);
        }
    }
}

/// Around the beginning of a slot on every level, seen from below, from there and from the far past.
#[test]
fn every_level_keeps_its_boundaries() {
    for level in 0..LEVELS as u32 {
        let width = 1u64 << (GRAIN_BITS + DIGIT_BITS * level);
        for edge in [width, width * 63, width.wrapping_mul(64), width * 32] {
            for start in [0, edge.saturating_sub(1), edge, edge / 2] {
                let mut model = Model::new();
                model.advance(start);
                for deadline in [
                    edge + 1,
                    edge,
                    edge.saturating_sub(1),
                    edge.saturating_add(width),
                ] {
                    model.insert(deadline);
                }
                for now in [
                    edge.saturating_sub(2),
                    edge.saturating_sub(1),
                    edge,
                    edge + 1,
                ] {
                    model.advance(now);
                }
                model.finish();
            }
        }
    }
}

#[test]
fn the_end_of_the_clock_comes_and_never_does_not() {
    let mut model = Model::new();
    model.insert(NEVER);
    assert_eq!(model.wheel.next(), None, "nothing to wake for");
    model.insert(NEVER - 1);
    model.insert(NEVER - 2);
    model.advance(NEVER - 2);
    model.advance(NEVER);
    assert_eq!(model.waiting.len(), 1);
    model.insert(NEVER);
    model.advance(NEVER);
    assert!(!model.wheel.has_passed(NEVER));
    assert_eq!(model.wheel.take_wakers().len(), 2);
}

/// Only the removal of the earliest timer of a slot can make a wake idle.
#[test]
fn removing_later_timers_makes_no_idle_wake() {
    let mut model = Model::new();
    for number in 0..1000 {
        model.insert(1_000_000 + number);
    }
    while model.waiting.len() > 1 {
        model.remove(model.waiting.len() / 2);
    }
    model.advance_to_next();
    assert_eq!(model.waiting.len(), 0);
    assert_eq!(model.idle_wakes, 0);
}

#[test]
fn equal_deadlines_fire_in_the_order_of_their_coming_also_where_the_count_begins_anew() {
    let mut wheel = Wheel::new();
    wheel.came = u32::MAX - 1;
    let wakers: Vec<Waker> = (0..4).map(waker).collect();
    for waker in &wakers {
        wheel.insert(5, waker.clone());
    }
    let mut fired = Vec::new();
    wheel.advance(5, &mut fired);
    assert_eq!(fired.len(), 4);
    assert!(
        fired
            .iter()
            .zip(&wakers)
            .all(|(fired, came)| fired.waker.will_wake(came))
    );
}

#[test]
fn a_crowded_slot_gives_its_room_back_though_one_timer_stays() {
    let mut wheel = Wheel::new();
    let stays = waker(0);
    wheel.insert(5, stays.clone());
    let crowd: Vec<u32> = (0..10_000)
        .map(|_| wheel.insert(5, stays.clone()))
        .collect();
    for place in crowd {
        wheel.remove(place);
    }
    let level = wheel.levels[0].as_ref().expect("a timer is there");
    let room: usize = level.slots.iter().map(|slot| slot.waiting.capacity()).sum();
    assert!(room <= 4 * KEPT, "{room} for one timer");
    assert_eq!(wheel.waiting(), 1);
}
