//! The timers' queue: a hierarchical timing wheel; it knows nothing of clocks and wakes nobody.
//!
//! After Varghese and Lauck, *Hashed and Hierarchical Timing Wheels* (1987). Inserting and removing a timer is O(1)
//! however many there are, which is what timeouts want: nearly all of them are removed before they fire.
//!
//! A deadline is a 64-bit count of nanoseconds. Its lowest 16 bits (65 µs) are one slot of level 0; each level above
//! has 128 slots, seven more bits. A timer stands on the level of the highest digit in which its deadline differs from
//! the time that has passed already, so all of level 0 is due before anything of level 1, and so on:
//!
//! ```text
//!   level 6   …   level 2        level 1        level 0        in the slot
//!   9 years       1.1 s a slot   8.4 ms a slot  65 µs a slot   exact deadlines
//! ```
//!
//! When the time reaches a slot above level 0, its timers move down. A slot remembers the earliest deadline that was
//! ever put into it. Removing that timer does not correct it: the wait may then end once for nothing, which is
//! cheaper than a search at every removal. No timer ever fires early.

use std::task::Waker;

use slab::Slab;

const LEVELS: usize = 7;
const SLOTS: usize = 128;
const DIGIT_BITS: u32 = 7;
const GRAIN_BITS: u32 = 16;

/// The end of a list.
const NONE: u32 = u32::MAX;

/// The deadline that never comes. The time does not get there either.
const NEVER: u64 = u64::MAX;

pub(crate) struct Wheel {
    timers: Slab<Timer>,
    /// Made when the first timer comes.
    levels: [Option<Box<Level>>; LEVELS],
    /// Every slot that begins at or before this time has been emptied or moved down.
    passed: u64,
    /// Timers that have not fired.
    waiting: usize,
}

struct Timer {
    deadline: u64,
    /// `None` once the timer has fired.
    waker: Option<Waker>,
    previous: u32,
    next: u32,
    level: u8,
    slot: u8,
}

struct Level {
    /// A bit for each slot that holds a timer.
    occupied: u128,
    slots: [List; SLOTS],
}

/// A doubly linked list of timers, in the order they came.
#[derive(Clone, Copy)]
struct List {
    first: u32,
    last: u32,
    /// No timer in the list has an earlier deadline.
    earliest: u64,
}

const EMPTY: List = List {
    first: NONE,
    last: NONE,
    earliest: NEVER,
};

/// A timer that has fired, to be sorted by its deadline.
pub(crate) struct Fired {
    pub(crate) deadline: u64,
    pub(crate) waker: Waker,
}

impl Wheel {
    pub(crate) const fn new() -> Self {
        Wheel {
            timers: Slab::new(),
            levels: [const { None }; LEVELS],
            passed: 0,
            waiting: 0,
        }
    }

    /// Timers that have not fired.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting
    }

    /// True if a timer with this deadline would have fired already.
    pub(crate) fn has_passed(&self, deadline: u64) -> bool {
        deadline <= self.passed
    }

    /// Adds a timer and returns its place, which is the caller's until [`remove`](Self::remove).
    pub(crate) fn insert(&mut self, deadline: u64, waker: Waker) -> u32 {
        let index = self.timers.insert(Timer {
            deadline,
            waker: Some(waker),
            previous: NONE,
            next: NONE,
            level: 0,
            slot: 0,
        });
        let index = u32::try_from(index).expect("fewer than 2^32 timers");
        self.waiting += 1;
        self.link(index);
        index
    }

    /// The waker that a timer will call, to be replaced; `None` once it has fired.
    pub(crate) fn waker_mut(&mut self, index: u32) -> Option<&mut Waker> {
        self.timers[index as usize].waker.as_mut()
    }

    /// Takes a timer out, whether it has fired or not. The waker is the caller's to drop.
    pub(crate) fn remove(&mut self, index: u32) -> Option<Waker> {
        if self.timers[index as usize].waker.is_some() {
            self.unlink(index);
            self.waiting -= 1;
        }
        self.timers.remove(index as usize).waker
    }

    /// Takes every waker: the reactor closes. The timers keep their places.
    pub(crate) fn take_wakers(&mut self) -> Vec<Waker> {
        self.levels = [const { None }; LEVELS];
        self.waiting = 0;
        (self.timers.iter_mut())
            .filter_map(|(_, timer)| timer.waker.take())
            .collect()
    }

    /// A time at or before the earliest deadline, as close as is known. `None` when nothing will ever be due.
    pub(crate) fn next(&self) -> Option<u64> {
        let (level, slot) = self.first_occupied()?;
        let earliest = self.levels[level].as_ref()?.slots[slot].earliest;
        (earliest != NEVER).then_some(earliest)
    }

    /// Lets the time pass until `now` and moves what is due into `fired`, in the order of the deadlines and, where
    /// they are the same, of their coming.
    pub(crate) fn advance(&mut self, now: u64, fired: &mut Vec<Fired>) {
        let now = now.min(NEVER - 1);
        while let Some((level, slot)) = self.first_occupied() {
            let done = if level == 0 {
                self.fire(slot, now, fired)
            } else {
                self.move_down(level, slot, now)
            };
            if done {
                break;
            }
        }
        self.passed = self.passed.max(now);
    }

    /// Fires what is due in a slot of level 0. True when something in it is not due, and so nothing after it.
    fn fire(&mut self, slot: usize, now: u64, fired: &mut Vec<Fired>) -> bool {
        let ends = self.slot_begins(0, slot) | ((1 << GRAIN_BITS) - 1);
        let Some(level) = &mut self.levels[0] else {
            return true;
        };
        if level.slots[slot].earliest > now {
            return true;
        }
        // Nearly always the whole slot is due: it is taken at once, and whatever is not due is put back.
        let list = std::mem::replace(&mut level.slots[slot], EMPTY);
        level.occupied &= !(1 << slot);
        let begin = fired.len();
        let mut index = list.first;
        while index != NONE {
            let timer = &mut self.timers[index as usize];
            let (deadline, next) = (timer.deadline, timer.next);
            if deadline > now {
                self.link(index);
            } else if let Some(waker) = timer.waker.take() {
                self.waiting -= 1;
                fired.push(Fired { deadline, waker });
            }
            index = next;
        }
        fired[begin..].sort_by_key(|fired| fired.deadline);
        ends > now
    }

    /// Moves the timers of a slot to the levels below, if the time has reached it. True when it has not.
    fn move_down(&mut self, level: usize, slot: usize, now: u64) -> bool {
        let begins = self.slot_begins(level, slot);
        let Some(wheel) = &mut self.levels[level] else {
            return true;
        };
        if begins > now {
            return true;
        }
        self.passed = begins;
        wheel.occupied &= !(1 << slot);
        let mut index = std::mem::replace(&mut wheel.slots[slot], EMPTY).first;
        while index != NONE {
            let next = self.timers[index as usize].next;
            self.link(index);
            index = next;
        }
        false
    }

    /// When a slot begins. Its digits above `level` are those of the time that has passed.
    fn slot_begins(&self, level: usize, slot: usize) -> u64 {
        let shift = GRAIN_BITS + DIGIT_BITS * level as u32;
        let above = shift + DIGIT_BITS;
        let upper = if above < u64::BITS {
            self.passed >> above << above
        } else {
            0
        };
        upper | (slot as u64) << shift
    }

    /// The occupied slot that comes first. All of a level is due before anything of the levels above it.
    fn first_occupied(&self) -> Option<(usize, usize)> {
        self.levels
            .iter()
            .enumerate()
            .find_map(|(number, level)| match level {
                Some(level) if level.occupied != 0 => {
                    Some((number, level.occupied.trailing_zeros() as usize))
                }
                _ => None,
            })
    }

    /// Puts a timer at the end of the list where its deadline belongs.
    fn link(&mut self, index: u32) {
        let deadline = self.timers[index as usize].deadline;
        // A deadline in the past goes into the slot of the present.
        let place = deadline.max(self.passed);
        let differing = (place ^ self.passed) >> GRAIN_BITS;
        let level = (differing.checked_ilog2().unwrap_or(0) / DIGIT_BITS) as usize;
        let shift = GRAIN_BITS + DIGIT_BITS * level as u32;
        let slot = (place >> shift) as usize % SLOTS;

        let wheel = self.levels[level].get_or_insert_with(Level::new);
        wheel.occupied |= 1 << slot;
        let list = &mut wheel.slots[slot];
        let previous = std::mem::replace(&mut list.last, index);
        list.earliest = list.earliest.min(deadline);
        if previous == NONE {
            list.first = index;
        } else {
            self.timers[previous as usize].next = index;
        }
        let timer = &mut self.timers[index as usize];
        timer.previous = previous;
        timer.next = NONE;
        timer.level = level as u8;
        timer.slot = slot as u8;
    }

    /// Takes a timer out of its list.
    fn unlink(&mut self, index: u32) {
        let timer = &self.timers[index as usize];
        let (previous, next) = (timer.previous, timer.next);
        let (level, slot) = (timer.level as usize, timer.slot as usize);
        let Some(wheel) = &mut self.levels[level] else {
            return;
        };
        let list = &mut wheel.slots[slot];
        if previous == NONE {
            list.first = next;
        } else {
            self.timers[previous as usize].next = next;
        }
        if next == NONE {
            list.last = previous;
        } else {
            self.timers[next as usize].previous = previous;
        }
        if list.first == NONE {
            *list = EMPTY;
            wheel.occupied &= !(1 << slot);
        }
    }
}

impl Level {
    fn new() -> Box<Level> {
        Box::new(Level {
            occupied: 0,
            slots: [EMPTY; SLOTS],
        })
    }
}

#[cfg(all(test, not(loom)))]
mod tests;
