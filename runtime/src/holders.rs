//! Where the code of this crate keeps wakers that only the tasks of this thread can wake; it wakes none of them.
//!
//! Two things look here: whoever has to know whether a share of a waker is abroad (`stuck.rs`), and whoever shows who
//! waits for what (`dump`). What a holder keeps is woken by a task's end or by a child's wake, so it tells nothing that
//! those do not tell. A holder is not kept alive by standing here.

use std::cell::RefCell;
use std::panic::Location;
use std::rc::{Rc, Weak};

use executor::{TaskState, WakerId};

/// A place that keeps wakers.
pub(crate) trait Holder {
    fn held(&self) -> Held;
}

/// What a holder keeps.
pub(crate) enum Held {
    /// The waker of whoever waits for the next of a set's tasks.
    Set {
        waiter: Option<WakerId>,
        tasks: usize,
    },
    /// A scope, and who lives in it.
    Scope(HeldScope),
}

/// What a scope knows of itself.
pub(crate) struct HeldScope {
    /// The waker that it was last polled with.
    pub(crate) owner: Option<WakerId>,
    /// The same, if the scope has a share of it.
    pub(crate) parent: Option<WakerId>,
    /// It is being polled.
    pub(crate) is_running: bool,
    pub(crate) body: Option<HeldChild>,
    pub(crate) children: Vec<HeldChild>,
}

/// A child of a scope, or its body.
pub(crate) struct HeldChild {
    pub(crate) number: u64,
    pub(crate) location: Option<&'static Location<'static>>,
    pub(crate) state: TaskState,
    pub(crate) polls: u32,
    pub(crate) waker: WakerId,
    /// How many shares of its waker are neither the scope's nor its handle's.
    pub(crate) shares: usize,
    pub(crate) joiner: Option<WakerId>,
}

thread_local! {
    static HOLDERS: RefCell<Vec<Weak<dyn Holder>>> = const { RefCell::new(Vec::new()) };
}

/// Has the holder looked at from now on, for as long as it lives.
pub(crate) fn enlist(holder: Weak<dyn Holder>) {
    let _ = HOLDERS.try_with(|holders| {
        let mut holders = holders.borrow_mut();
        if holders.len() == holders.capacity() {
            holders.retain(|holder| holder.strong_count() > 0);
            // As much room again, so that the next look at all of them is as far away as there are many.
            let live = holders.len();
            holders.reserve(live + 1);
        }
        holders.push(holder);
    });
}

/// What the holders of this thread keep.
pub(crate) fn held() -> Vec<Held> {
    let upgrade = |holders: &RefCell<Vec<Weak<dyn Holder>>>| {
        let holders = holders.borrow();
        holders.iter().filter_map(Weak::upgrade).collect()
    };
    let holders: Vec<Rc<dyn Holder>> = HOLDERS.try_with(upgrade).unwrap_or_default();
    holders.iter().map(|holder| holder.held()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Nothing;

    impl Holder for Nothing {
        fn held(&self) -> Held {
            Held::Set {
                waiter: None,
                tasks: 0,
            }
        }
    }

    /// Else each newcomer would have all the others looked at, where nearly as many live as there is room for.
    #[test]
    fn those_that_are_gone_are_cleared_away_seldom() {
        let enlist_one = || {
            let holder: Rc<dyn Holder> = Rc::new(Nothing);
            enlist(Rc::downgrade(&holder));
            holder
        };
        let count = || HOLDERS.with_borrow(Vec::len);
        let live: Vec<_> = (0..63).map(|_| enlist_one()).collect();
        let mut clearings = 0;
        for _ in 0..1_000 {
            let before = count();
            drop(enlist_one());
            clearings += usize::from(count() <= before);
        }
        assert!((1..=1_000 / live.len()).contains(&clearings), "{clearings}");
        assert_eq!(held().len(), live.len());
    }
}
