//! The slab of tasks: slots with generations, and names that serve more than one task; it polls nothing.

use std::panic::Location;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Waker;

use crate::cell::Run;
use crate::core::RootState;
use crate::home;
use crate::key::Key;
use crate::mailbox::Mailbox;
use crate::name::Name;
use crate::record::{TaskRecord, TaskState};

/// So many slots are in the processor's cache, more or less. Among more of them each look is a wait for the memory, and
/// it is worth while to begin it one turn earlier: measured, a fifth of a timer's way at a million tasks.
const IN_CACHE: usize = 4_096;

/// The end of the list of free slots.
const NONE: u32 = u32::MAX;

/// A slot keeps its name, and the `Waker` made from it, for its next task, as long as nobody else holds a share.
struct Slot {
    /// `None` until the first tenant of this generation comes, and while the slot is a [`Vacancy`].
    name: Option<Arc<Name>>,
    tenant: Tenant,
    generation: u32,
    next_free: u32,
}

enum Tenant {
    /// Nobody, with the waker of `name`, if there is one: a tenant has it himself, so that no poll has to lend or clone
    /// it.
    Nobody(Option<Waker>),
    Task(Rc<dyn Run>),
    /// The future that `block_on` polls itself.
    Root(Rc<RootState>),
}

/// A slot that a task may move into after its first poll, and that serves the next task if it does not have to.
pub(crate) struct Vacancy {
    key: Key,
    name: Arc<Name>,
    waker: Waker,
}

impl Vacancy {
    #[inline]
    pub(crate) fn waker(&self) -> &Waker {
        &self.waker
    }

    #[inline]
    pub(crate) fn key(&self) -> Key {
        self.key
    }

    /// True when the task that has just ended left nothing behind: neither a waker nor a key in a queue.
    #[inline]
    pub(crate) fn is_unused(&self) -> bool {
        self.name.may_be_reused()
    }
}

pub(crate) struct Slots {
    slots: Vec<Slot>,
    free: u32,
}

/// What a key led to.
pub(crate) enum Found {
    Task(Rc<dyn Run>),
    Root,
    /// Nothing: the task has ended.
    Stale,
}

impl Slots {
    pub(crate) const fn new() -> Self {
        Slots {
            slots: Vec::new(),
            free: NONE,
        }
    }

    /// Takes a free slot, or a new one, with its name and waker.
    #[inline]
    pub(crate) fn reserve(&mut self, mailbox: &Arc<Mailbox>) -> Vacancy {
        if self.free == NONE {
            self.add_slot();
        }
        let index = self.free;
        let slot = &mut self.slots[index as usize];
        self.free = slot.next_free;
        let key = Key {
            slot: index,
            generation: slot.generation,
        };
        let name = slot.name.take();
        let name = name.unwrap_or_else(|| Arc::new(Name::new(key, mailbox.clone())));
        let waker = match &mut slot.tenant {
            Tenant::Nobody(waker) => waker.take(),
            Tenant::Task(_) | Tenant::Root(_) => None,
        };
        let waker = waker.unwrap_or_else(|| Waker::from(name.clone()));
        Vacancy { key, name, waker }
    }

    /// The task moves in.
    #[inline]
    pub(crate) fn fill(&mut self, vacancy: Vacancy, task: Rc<dyn Run>) {
        task.keep_waker(vacancy.waker);
        let slot = &mut self.slots[vacancy.key.slot as usize];
        slot.name = Some(vacancy.name);
        slot.tenant = Tenant::Task(task);
    }

    /// Nobody moves in, but somebody has a waker of the name or its key stands in a queue.
    pub(crate) fn give_up(&mut self, vacancy: Vacancy) {
        let index = vacancy.key.slot;
        self.slots[index as usize].name = Some(vacancy.name);
        self.free_slot(index, Some(vacancy.waker));
    }

    /// A slot without a task: its wakes are told to the loop. Its key is marked as queued: the caller queues it.
    pub(crate) fn insert_root(
        &mut self,
        mailbox: &Arc<Mailbox>,
        location: &'static Location<'static>,
    ) -> (Key, Waker, Rc<RootState>) {
        let Vacancy { key, name, waker } = self.reserve(mailbox);
        name.at_home.raise();
        let state = Rc::new(RootState::new(location));
        let slot = &mut self.slots[key.slot as usize];
        slot.name = Some(name);
        slot.tenant = Tenant::Root(state.clone());
        (key, waker, state)
    }

    fn add_slot(&mut self) {
        let index = u32::try_from(self.slots.len()).expect("fewer than 2^32 tasks");
        assert!(index != NONE, "fewer than 2^32 tasks");
        self.slots.push(Slot {
            name: None,
            tenant: Tenant::Nobody(None),
            generation: 0,
            next_free: self.free,
        });
        self.free = index;
    }

    /// Reads the slot that will be wanted next, for nothing but that the processor fetches it meanwhile.
    #[cold]
    fn foresee(&self, next: Key) {
        if let Some(slot) = self.slots.get(next.slot as usize) {
            std::hint::black_box(slot.generation);
        }
    }

    /// Follows a key that was taken out of the home deque, to whoever is to be polled.
    #[inline]
    pub(crate) fn follow(&self, key: Key, polls: u64) -> Found {
        if self.slots.len() > IN_CACHE {
            if let Some(next) = home::peek() {
                self.foresee(next);
            }
        }
        let Some(slot) = self.slot(key) else {
            return Found::Stale;
        };
        if let Some(name) = &slot.name {
            name.at_home.lower();
            name.last_turn.has_come(polls);
        }
        match &slot.tenant {
            Tenant::Task(task) => Found::Task(task.clone()),
            Tenant::Root(_) => Found::Root,
            Tenant::Nobody(_) => Found::Stale,
        }
    }

    /// Frees the slot of a task that has ended. The slot's share of the task is the caller's: nothing is dropped here.
    #[inline]
    pub(crate) fn vacate(&mut self, key: Key, waker: Option<Waker>) -> Option<Rc<dyn Run>> {
        self.free_slot(key.slot, waker)
    }

    /// Frees the root's slot.
    pub(crate) fn remove_root(&mut self, key: Key, waker: Waker) {
        self.free_slot(key.slot, Some(waker));
    }

    /// Frees a slot. The name stays for the next tenant if it is ours alone and its key stands in no queue; else the
    /// slot takes a new generation, so that whoever still has the old key finds nobody.
    #[inline]
    fn free_slot(&mut self, index: u32, waker: Option<Waker>) -> Option<Rc<dyn Run>> {
        let slot = &mut self.slots[index as usize];
        slot.next_free = self.free;
        self.free = index;
        let before = std::mem::replace(&mut slot.tenant, Tenant::Nobody(waker));
        if !slot.name.as_ref().is_some_and(Name::may_be_reused) {
            slot.name = None;
            slot.tenant = Tenant::Nobody(None);
            slot.generation = slot.generation.wrapping_add(1);
        }
        match before {
            Tenant::Task(task) => Some(task),
            Tenant::Nobody(_) | Tenant::Root(_) => None,
        }
    }

    /// Moves a key that came through the inbox to the home deque, unless it is there already.
    pub(crate) fn bring_home(&self, key: Key) {
        let Some(slot) = self.slot(key) else {
            return;
        };
        if let Some(name) = &slot.name {
            name.away.lower();
            if name.at_home.raise() {
                let polls = match &slot.tenant {
                    Tenant::Task(task) => task.header().polls.get(),
                    Tenant::Root(root) => root.polls(),
                    Tenant::Nobody(_) => 0,
                };
                name.poll_from_away.comes_after(polls);
                home::push_woken(key);
            }
        }
    }

    /// How many slots there are, taken or free.
    pub(crate) fn len(&self) -> u32 {
        self.slots.len() as u32
    }

    /// What is known of the one who lives in the slot, when there have been so many polls.
    pub(crate) fn record(&self, place: u32, polls: u64) -> Option<TaskRecord> {
        let slot = self.slots.get(place as usize)?;
        let name = slot.name.as_ref()?;
        let record = match &slot.tenant {
            Tenant::Task(task) if task.header().is_running() => task.record(),
            Tenant::Root(root) => root.record(),
            Tenant::Task(_) | Tenant::Nobody(_) => return None,
        };
        let shares = name.shares_of_others();
        let state = match record.state {
            TaskState::Running => TaskState::Running,
            _ if name.is_queued() => TaskState::Ready,
            _ if shares == 0 => TaskState::Lost,
            _ => TaskState::Waiting,
        };
        // The poll that its turn led to is not one since.
        let since = polls.saturating_sub(u64::from(record.task.is_some()));
        Some(TaskRecord {
            state,
            shares,
            waker: Some(name.id()),
            // The first turn comes without a wake; what stands there then is of the tenant before.
            last_wake: (record.polls > 1).then(|| name.last_wake(record.polls, since)),
            ..record
        })
    }

    /// True when the key's task waits, and nobody has its waker.
    pub(crate) fn is_lost(&self, key: Key) -> bool {
        self.slot(key).is_some_and(|slot| {
            let waits = matches!(&slot.tenant, Tenant::Task(task) if task.header().is_running());
            waits && slot.name.as_ref().is_some_and(Name::may_be_reused)
        })
    }

    /// The task in a slot, for the shutdown.
    pub(crate) fn task(&self, slot: u32) -> Option<(Key, Rc<dyn Run>)> {
        let Slot {
            tenant, generation, ..
        } = &self.slots[slot as usize];
        let generation = *generation;
        match tenant {
            Tenant::Task(task) => Some((Key { slot, generation }, task.clone())),
            Tenant::Nobody(_) | Tenant::Root(_) => None,
        }
    }

    #[inline]
    fn slot(&self, key: Key) -> Option<&Slot> {
        (self.slots.get(key.slot as usize)).filter(|slot| slot.generation == key.generation)
    }
}
