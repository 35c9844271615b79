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
//!
//! A slot is an array and not a linked list: a million timers are in no cache, and the next element of an array can be
//! fetched before the one at hand has come.

use std::task::Waker;

use slab::Slab;

const LEVELS: usize = 7;
const SLOTS: usize = 128;
const DIGIT_BITS: u32 = 7;
const GRAIN_BITS: u32 = 16;

/// The room that a slot keeps when it is empty, in timers.
const KEPT: usize = 64;

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
    /// How many timers ever came, in as many bits as an order has.
    came: u32,
}

/// What belongs to a timer as long as somebody waits for it.
struct Timer {
    /// `None` once the timer has fired.
    waker: Option<Waker>,
    level: u8,
    slot: u8,
    /// In the slot's array.
    position: u32,
}

struct Level {
    /// A bit for each slot that holds a timer.
    occupied: u128,
    slots: [Slot; SLOTS],
}

/// Timers whose deadlines are near each other, in no order.
struct Slot {
    waiting: Vec<Waiting>,
    /// No timer in the slot has an earlier deadline.
    earliest: u64,
}

/// A timer's element in the array of a slot.
#[derive(Clone, Copy)]
struct Waiting {
    deadline: u64,
    /// Timers of the same deadline fire in the order in which they came.
    order: u32,
    timer: u32,
}

/// A timer that has fired.
pub(crate) struct Fired {
    pub(crate) deadline: u64,
    order: u32,
    pub(crate) waker: Waker,
}

impl Slot {
    const EMPTY: Slot = Slot {
        waiting: Vec::new(),
        earliest: NEVER,
    };

    /// An emptied array is used again, unless a great number of timers once stood in it.
    fn put_back(&mut self, emptied: Vec<Waiting>) {
        if emptied.capacity() <= KEPT {
            self.waiting = emptied;
        }
    }
}

impl Wheel {
    pub(crate) const fn new() -> Self {
        Wheel {
            timers: Slab::new(),
            levels: [const { None }; LEVELS],
            passed: 0,
            waiting: 0,
            came: 0,
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
            waker: Some(waker),
            level: 0,
            slot: 0,
            position: 0,
        });
        let timer = u32::try_from(index).expect("fewer than 2^32 timers");
        let order = self.came;
        self.came = order.wrapping_add(1);
        self.waiting += 1;
        self.place(Waiting {
            deadline,
            order,
            timer,
        });
        timer
    }

    /// The waker that a timer will call, to be replaced; `None` once it has fired.
    pub(crate) fn waker_mut(&mut self, index: u32) -> Option<&mut Waker> {
        self.timers[index as usize].waker.as_mut()
    }

    /// Takes a timer out, whether it has fired or not. The waker is the caller's to drop.
    pub(crate) fn remove(&mut self, index: u32) -> Option<Waker> {
        let timer = self.timers.remove(index as usize);
        if timer.waker.is_some() {
            self.waiting -= 1;
            self.leave(&timer);
        }
        timer.waker
    }

    /// Takes every waker: the reactor closes. The timers keep their places.
    pub(crate) fn take_wakers(&mut self) -> Vec<Waker> {
        self.levels = [const { None }; LEVELS];
        self.waiting = 0;
        (self.timers.iter_mut())
            .filter_map(|(_, timer)| timer.waker.take())
            .collect()
    }

    /// Tells who waits, and for when, in no order.
    pub(crate) fn each(&self, tell: &mut dyn FnMut(&Waker, u64)) {
        for (_, timer) in &self.timers {
            let level = self.levels[timer.level as usize].as_ref();
            let slot = level.map(|level| &level.slots[timer.slot as usize]);
            let waiting = slot.and_then(|slot| slot.waiting.get(timer.position as usize));
            if let (Some(waker), Some(waiting)) = (&timer.waker, waiting) {
                tell(waker, waiting.deadline);
            }
        }
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
    fn fire(&mut self, number: usize, now: u64, fired: &mut Vec<Fired>) -> bool {
        let Some(level) = &mut self.levels[0] else {
            return true;
        };
        let slot = &mut level.slots[number];
        if slot.earliest > now {
            return true;
        }
        let begin = fired.len();
        let (mut kept, mut earliest) = (0, NEVER);
        for at in 0..slot.waiting.len() {
            let waiting = slot.waiting[at];
            let timer = &mut self.timers[waiting.timer as usize];
            if waiting.deadline > now {
                earliest = earliest.min(waiting.deadline);
                timer.position = kept as u32;
                slot.waiting[kept] = waiting;
                kept += 1;
            } else if let Some(waker) = timer.waker.take() {
                let Waiting {
                    deadline, order, ..
                } = waiting;
                fired.push(Fired {
                    deadline,
                    order,
                    waker,
                });
            }
        }
        slot.waiting.truncate(kept);
        slot.earliest = earliest;
        self.waiting -= fired.len() - begin;
        // Counted back from the latest, because the count may have begun anew.
        let came = self.came;
        let key = |fired: &Fired| (fired.deadline, fired.order.wrapping_sub(came));
        fired[begin..].sort_unstable_by_key(key);
        if kept == 0 {
            let emptied = std::mem::take(&mut slot.waiting);
            slot.put_back(emptied);
            level.occupied &= !(1 << number);
        }
        kept > 0
    }

    /// Moves the timers of a slot to the levels below, if the time has reached it. True when it has not.
    fn move_down(&mut self, level: usize, number: usize, now: u64) -> bool {
        let begins = self.slot_begins(level, number);
        if begins > now {
            return true;
        }
        let Some(wheel) = &mut self.levels[level] else {
            return true;
        };
        self.passed = begins;
        wheel.occupied &= !(1 << number);
        let mut moved = std::mem::replace(&mut wheel.slots[number], Slot::EMPTY).waiting;
        for waiting in moved.drain(..) {
            self.place(waiting);
        }
        if let Some(wheel) = &mut self.levels[level] {
            wheel.slots[number].put_back(moved);
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

    /// Puts a timer into the slot where its deadline belongs.
    fn place(&mut self, waiting: Waiting) {
        // A deadline in the past goes into the slot of the present.
        let time = waiting.deadline.max(self.passed);
        let differing = (time ^ self.passed) >> GRAIN_BITS;
        let level = (differing.checked_ilog2().unwrap_or(0) / DIGIT_BITS) as usize;
        let shift = GRAIN_BITS + DIGIT_BITS * level as u32;
        let number = (time >> shift) as usize % SLOTS;

        let wheel = self.levels[level].get_or_insert_with(Level::new);
        wheel.occupied |= 1 << number;
        let slot = &mut wheel.slots[number];
        slot.earliest = slot.earliest.min(waiting.deadline);
        let timer = &mut self.timers[waiting.timer as usize];
        timer.level = level as u8;
        timer.slot = number as u8;
        timer.position = slot.waiting.len() as u32;
        slot.waiting.push(waiting);
    }

    /// Takes a timer out of its slot. The last one there takes its position.
    fn leave(&mut self, timer: &Timer) {
        let Some(wheel) = &mut self.levels[timer.level as usize] else {
            return;
        };
        let slot = &mut wheel.slots[timer.slot as usize];
        slot.waiting.swap_remove(timer.position as usize);
        if let Some(moved) = slot.waiting.get(timer.position as usize) {
            self.timers[moved.timer as usize].position = timer.position;
        }
        let (count, room) = (slot.waiting.len(), slot.waiting.capacity());
        if count == 0 {
            slot.earliest = NEVER;
            let emptied = std::mem::take(&mut slot.waiting);
            slot.put_back(emptied);
            wheel.occupied &= !(1 << timer.slot);
        } else if room > KEPT && count < room / 4 {
            slot.waiting.shrink_to(room / 2);
        }
    }
}

impl Level {
    /// Out of line: it is built on the stack first, and whoever inlines it has the room on his.
    #[cold]
    #[inline(never)]
    fn new() -> Box<Level> {
        Box::new(Level {
            occupied: 0,
            slots: [const { Slot::EMPTY }; SLOTS],
        })
    }
}

#[cfg(all(test, not(loom)))]
mod tests;
