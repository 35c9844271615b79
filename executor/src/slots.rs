//! The slab of tasks: slots with generations, and names that serve more than one task; it polls nothing.

use std::rc::Rc;
use std::sync::Arc;
use std::task::Waker;

use crate::cell::Run;
use crate::home;
use crate::key::Key;
use crate::mailbox::Mailbox;
use crate::name::Name;

/// The end of the list of free slots.
const NONE: u32 = u32::MAX;

/// A slot keeps its name, and the `Waker` made from it, for its next task, as long as nobody else holds a share.
struct Slot {
    /// `None` until the first tenant of this generation comes.
    name: Option<Arc<Name>>,
    /// Made from `name`; lent out with the task while it is polled, so that no poll clones a waker.
    waker: Option<Waker>,
    tenant: Tenant,
    generation: u32,
    next_free: u32,
}

enum Tenant {
    None,
    Task(Rc<dyn Run>),
    /// A task that is being polled just now.
    Out,
    /// The future that `block_on` polls itself.
    Root,
}

pub(crate) struct Slots {
    slots: Vec<Slot>,
    free: u32,
    occupied: usize,
}

/// What a key led to.
pub(crate) enum Found {
    Task(Rc<dyn Run>, Waker),
    Root,
    /// Nothing: the task has ended.
    Stale,
}

impl Slots {
    pub(crate) const fn new() -> Self {
        Slots {
            slots: Vec::new(),
            free: NONE,
            occupied: 0,
        }
    }

    /// How many tasks there are; the root is none.
    pub(crate) fn occupied(&self) -> usize {
        self.occupied
    }

    pub(crate) fn insert(&mut self, task: Rc<dyn Run>, mailbox: &Arc<Mailbox>) -> Key {
        self.occupied += 1;
        self.let_slot(Tenant::Task(task), mailbox)
    }

    /// A slot without a task: its wakes are told to the loop. Returns the waker as well.
    pub(crate) fn insert_root(&mut self, mailbox: &Arc<Mailbox>) -> (Key, Waker) {
        let key = self.let_slot(Tenant::Root, mailbox);
        let waker = self.slots[key.slot as usize].waker.clone();
        (key, waker.expect("a slot with a name has its waker"))
    }

    /// Gives a free slot, or a new one, to `tenant` and marks its key as queued: the caller queues it.
    #[inline]
    fn let_slot(&mut self, tenant: Tenant, mailbox: &Arc<Mailbox>) -> Key {
        if self.free == NONE {
            self.add_slot();
        }
        let index = self.free;
        let slot = &mut self.slots[index as usize];
        let key = Key {
            slot: index,
            generation: slot.generation,
        };
        self.free = slot.next_free;
        slot.tenant = tenant;
        let name = slot.name.get_or_insert_with(|| {
            let name = Arc::new(Name::new(key, mailbox.clone()));
            slot.waker = Some(Waker::from(name.clone()));
            name
        });
        name.at_home.raise();
        key
    }

    fn add_slot(&mut self) {
        let index = u32::try_from(self.slots.len()).expect("fewer than 2^32 tasks");
        assert!(index != NONE, "fewer than 2^32 tasks");
        self.slots.push(Slot {
            name: None,
            waker: None,
            tenant: Tenant::None,
            generation: 0,
            next_free: self.free,
        });
        self.free = index;
    }

    /// Follows a key that was taken out of the home deque, and lends out the task and its waker.
    #[inline]
    pub(crate) fn check_out(&mut self, key: Key) -> Found {
        let Some(slot) = self.slot_mut(key) else {
            return Found::Stale;
        };
        if let Some(name) = &slot.name {
            name.at_home.lower();
        }
        match std::mem::replace(&mut slot.tenant, Tenant::Out) {
            Tenant::Task(task) => match slot.waker.take() {
                Some(waker) => Found::Task(task, waker),
                None => unreachable!("a task in its slot has its waker there"),
            },
            other => {
                let is_root = matches!(other, Tenant::Root);
                slot.tenant = other;
                if is_root { Found::Root } else { Found::Stale }
            }
        }
    }

    /// Puts back what [`check_out`](Self::check_out) lent, because the task still waits for something.
    #[inline]
    pub(crate) fn put_back(&mut self, key: Key, task: Rc<dyn Run>, waker: Waker) {
        let slot = &mut self.slots[key.slot as usize];
        slot.tenant = Tenant::Task(task);
        slot.waker = Some(waker);
    }

    /// Frees the slot of a task that has ended.
    #[inline]
    pub(crate) fn vacate(&mut self, key: Key, waker: Waker) {
        self.slots[key.slot as usize].waker = Some(waker);
        self.occupied -= 1;
        self.free_slot(key.slot);
    }

    /// Frees the root's slot.
    pub(crate) fn remove_root(&mut self, key: Key) {
        self.free_slot(key.slot);
    }

    /// Frees a slot. The name stays for the next tenant if it is ours alone and its key stands in no queue; else the
    /// slot takes a new generation, so that whoever still has the old key finds nobody.
    #[inline]
    fn free_slot(&mut self, index: u32) {
        let slot = &mut self.slots[index as usize];
        slot.tenant = Tenant::None;
        slot.next_free = self.free;
        self.free = index;
        if !slot.name.as_ref().is_some_and(Name::may_be_reused) {
            slot.name = None;
            slot.waker = None;
            slot.generation = slot.generation.wrapping_add(1);
        }
    }

    /// Moves a key that came through the inbox to the home deque, unless it is there already.
    pub(crate) fn bring_home(&self, key: Key) {
        let slot = self.slots.get(key.slot as usize);
        let Some(slot) = slot.filter(|slot| slot.generation == key.generation) else {
            return;
        };
        if let Some(name) = &slot.name {
            name.away.lower();
            if name.at_home.raise() {
                home::push(key);
            }
        }
    }

    /// The name behind a key, if its task is still there.
    pub(crate) fn name(&self, key: Key) -> Option<Arc<Name>> {
        let slot = self.slots.get(key.slot as usize)?;
        if slot.generation == key.generation {
            slot.name.clone()
        } else {
            None
        }
    }

    /// How many slots there are, taken or free.
    pub(crate) fn len(&self) -> u32 {
        self.slots.len() as u32
    }

    /// Takes the task out of a slot, for the shutdown.
    pub(crate) fn take(&mut self, slot: u32) -> Option<(Key, Rc<dyn Run>, Waker)> {
        let generation = self.slots[slot as usize].generation;
        let key = Key { slot, generation };
        match self.check_out(key) {
            Found::Task(task, waker) => Some((key, task, waker)),
            Found::Root | Found::Stale => None,
        }
    }

    fn slot_mut(&mut self, key: Key) -> Option<&mut Slot> {
        (self.slots.get_mut(key.slot as usize)).filter(|slot| slot.generation == key.generation)
    }
}
